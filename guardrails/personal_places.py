"""Street addresses as they are written in the languages of Europe and the Americas."""

import re
from collections.abc import Iterator

from guardrails.detail import Detail, squeezed

_UP = "A-ZÀ-ÖØ-ÞĆČĎĐĘĚĞİŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽ"
_WORD = rf"[{_UP}][\w'’.-]*"
_LINK = (
    r"(?:de|del|della|delle|dei|degli|dello|dell['’]|d['’]|l['’]|di|da|das|do|dos|du|des|la|le|les|las|los|el|"
    r"van|von|der|den|het|the|of|y|e|i|und|et|à|aux?|en|in)"
)
_NAME = rf"(?:{_LINK} ?)*{_WORD}(?: (?:{_LINK} ?)*{_WORD}){{0,4}}"
_NUMBER = r"\d{1,5}(?:[./-]\d{1,4})?(?: ?[A-Za-z]\b)?"
_AT = r",? (?:n[.º°]+ ?|nº ?|num\.? ?|No:? ?|nr\.? ?)?"

_AFTER = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Way|Terrace|Parkway|Pkwy|"
    "Circle|Highway|Hwy|Square|Sq|Trail|Close|Gardens|Grove|Crescent|Mews|Row|Walk|Alley|Turnpike|Plaza|Loop|"
    "Ridge|Hill|Hills|Crossing|Point|Bridge|Path|Run|Pass|Quay|Wharf|Heights|Park|Meadows?|Springs?|Green|Greens"
)
_SUFFIX = (
    "straße|strasse|str\\.|weg|gasse|allee|platz|ring|damm|ufer|chaussee|steig|pfad|hof|graben|markt|berg|zeile|"
    "straat|laan|plein|gracht|kade|dijk|singel|steeg|dreef|baan|dam|plantsoen|hof|park|"
    "gatan|vägen|gränd|torget|stigen|allén|backen|gata|väg|vej|gade|veien|gaten"
)
_BEFORE = (
    "Calle|C/|Avenida|Avda\\.?|Av\\.|Plaza|Pza\\.?|Paseo|Pº|Camino|Carretera|Ctra\\.|Ronda|Travesía|Glorieta|"
    "Urbanización|Cuesta|Pasaje|Callejón|Rambla|Acceso|Alameda|Cañada|"
    "Via|Viale|V\\.le|Piazza|P\\.za|Corso|Largo|Vicolo|Piazzale|Strada|Contrada|Borgo|Rotonda|Stretto|Lungomare|"
    "Salita|Canale|Incrocio|Rua|R\\.|Travessa|Praça|Rodovia|Estrada|Beco|Ladeira|Vila|Viela|Loteamento|"
    "Conjunto|Setor|Quadra|Parque|Jardim|Recanto|Residencial|Morro|Lagoa?|Área|Vale|Colônia|Condomínio|"
    "Distrito|Esplanada|Estação|Favela|Fazenda|Feira|Núcleo|Passarela|Pátio|Sítio|Trecho|Trevo|Viaduto|Chácara|"
    "Campo|Aeroporto|ul\\.|ulica|al\\.|aleja|os\\.|pl\\.|plac|"
    "Am|An der|An den|Im|In der|In den|Auf dem|Auf der|Zum|Zur|Unter den|Hinter der|Vor dem"
)
_FRENCH = (
    r"(?:rue|avenue|av\.|boulevard|bd\.?|place|chemin|allée|impasse|quai|cours|route|square|passage|sentier)"
)
_TURKISH = r"(?:Mahallesi|Mah\.|Caddesi|Cad\.|Cd\.|Sokak|Sokağı|Sok\.|Sk\.|Bulvarı|Bulv\.)"
_POSTCODE = (
    r"(?:\d{5}(?:-\d{3,4})?|\d{4}(?: ?[A-Z]{2})?|\d{3} \d{2}|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})"
)

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\b{_NUMBER},? (?:{_WORD} ){{1,4}}(?:{_AFTER})\b\.?",
        rf"\b{_WORD}(?: {_WORD}){{0,2}} (?:{_AFTER}) {_NUMBER}\b",
        rf"\b(?:[{_UP}][\w'’.-]* ?-? ?){{0,3}}(?:[{_UP}][\w'’-]*(?:{_SUFFIX})|(?<=[ -])(?i:{_SUFFIX})),? {_NUMBER}",
        rf"\b(?:{_BEFORE}) {_NAME}{_AT}{_NUMBER}",
        rf"\b(?:{_NUMBER}(?: ?(?:bis|ter|quater))?,? )?{_FRENCH} {_NAME}(?:,? \d{{1,4}}\b)?",
        rf"\b{_WORD}(?: {_WORD}){{0,3}} {_TURKISH}.{{0,40}}?\b(?:No:? ?)?\d{{1,4}}(?:/\d{{1,3}})?",
        # Whatever the street is called: a house number, then a postcode and a town.
        rf"\b{_WORD}(?: (?:{_LINK} )?{_WORD}){{0,3}}{_AT}{_NUMBER}\s?[,\n]\s?{_POSTCODE}\s[{_UP}]\w+",
        rf"\b\d{{1,5}},? {_WORD}(?: {_WORD}){{0,4}}\s?[,\n]\s?(?:{_WORD} ?){{1,3}}[,\n]\s?(?:[A-Z]{{2}} )?{_POSTCODE}\b",
        r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b",
        rf"\b{_WORD}(?: {_WORD}){{0,2}}, [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?\b",
    )
)
_HOUSE = re.compile(r"\d")


def addresses(text: str) -> Iterator[Detail]:
    """Find street addresses, and postcodes that name a street by themselves."""
    if not _HOUSE.search(text):
        return
    for form in _FORMS:
        for found in form.finditer(text):
            if _HOUSE.search(found.group()):
                yield Detail("address", *found.span(), squeezed(found.group()))
