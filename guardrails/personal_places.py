"""Street addresses as they are written in the languages of Europe and the Americas."""

import re
from collections.abc import Iterator

from guardrails.detail import Detail, squeezed, words_of

_UP = "A-ZÀ-ÖØ-ÞĆČĎĐĘĚĞİŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽ"
_WORD = rf"[{_UP}][\w'’.-]*"
_LINK = (
    r"(?:de|del|della|delle|dei|degli|dello|dell['’]|d['’]|l['’]|di|da|das|do|dos|du|des|la|le|les|las|los|el|"
    r"van|von|der|den|het|the|of|y|e|i|und|et|à|aux?|en|in)"
)
_NAME = rf"(?:{_LINK} ?)*{_WORD}(?: (?:{_LINK} ?)*{_WORD}){{0,4}}"
_NUMBER = r"(?!(?:19|20)\d\d\b(?!,))\d{1,5}(?:[./-]\d{1,4})?(?: ?[A-Za-z]\b)?"
_NO_MEASURE = (
    r"(?!\d|[.:,]\d| ?(?:[%€$£]|Uhr|EUR|Tag|Stück|Minute|Jahr|Monat|cm|mm|kg|W\b|h\b|days?|hours?|jours?|"
    r"d[ií]as?|giorni))"
)
_AT = r",? (?:n[.º°]+ ?|nº ?|num\.? ?|No:? ?|nr\.? ?)?"

_AFTER = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Way|Terrace|Parkway|Pkwy|"
    "Circle|Highway|Hwy|Square|Sq|Trail|Close|Gardens|Grove|Crescent|Mews|Row|Walk|Alley|Turnpike|Plaza|Loop|"
    "Ridge|Hill|Hills|Crossing|Point|Bridge|Path|Run|Pass|Quay|Wharf|Heights|Park|Meadows?|Springs?|Green|Greens"
)
_SUFFIX = (
    "straße|strasse|str\\.|weg|gasse|allee|platz|ring|damm|ufer|chaussee|steig|pfad|hof|graben|markt|berg|zeile|"
    "straat|laan|plein|gracht|kade|dijk|singel|steeg|dreef|baan|dam|plantsoen|boulevard|brink|wal|erf|oord|poort|pier|promenade|"
    "gatan|vägen|gränd|torget|stigen|allén|backen|gata|väg|vej|gade|veien|gaten"
)
_BEFORE = (
    "Calle|C/|Avenida|Avda\\.?|Av\\.|Plaza|Pza\\.?|Paseo|Pº|Camino|Carretera|Ctra\\.|Ronda|Travesía|Glorieta|"
    "Urbanización|Cuesta|Pasaje|Callejón|Rambla|Acceso|Alameda|Cañada|Pasadizo|Vial|Plazuela|Costanilla|"
    "Via|Viale|V\\.le|Piazza|P\\.za|Corso|Largo|Vicolo|Piazzale|Strada|Contrada|Borgo|Rotonda|Stretto|Lungomare|"
    "Salita|Canale|Incrocio|Rua|R\\.|Travessa|Praça|Rodovia|Estrada|Beco|Ladeira|Vila|Viela|Loteamento|"
    "Conjunto|Setor|Quadra|Parque|Jardim|Recanto|Residencial|Morro|Lago|Lagoa|Área|Colônia|Condomínio|"
    "Feira|Vale d[aeo]s?|"
    "Distrito|Esplanada|Estação|Favela|Fazenda|Núcleo|Passarela|Pátio|Sítio|Trecho|Trevo|Viaduto|Chácara|"
    "Campo|Aeroporto|ul\\.|ulica|al\\.|aleja|os\\.|pl\\.|plac|Unter den"
)
_FRENCH = r"(?:rue|avenue|boulevard|chemin|allée|impasse|quai|sentier)"
_FRENCH_NUMBERED = r"(?:av\.|bd\.?|place|cours|route|square|passage|faubourg)"
_GERMAN_PLACE = (
    r"(?:Am|An der|An den|Im|In der|In den|Auf dem|Auf der|Zum|Zur|Hinter der|Vor dem) "
    r"(?!(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Jan|Feb|Mär|Apr|Mai\b|Jun|Jul|Aug|Sep|Okt|Nov|Dez|"
    r"Bestell|Rechn|Artikel|Send|Auftrag|Liefer|Preis|Ende\b|Beginn|Schritt|Punkt|Seite|Tisch|Frage)"
)
_TURKISH = r"(?:Mahallesi|Mah\.|Caddesi|Cad\.|Cd\.|Sokak|Sokağı|Sok\.|Sk\.|Bulvarı|Bulv\.)"
_LONG_POSTCODE = r"(?:\d{5}(?:-\d{3,4})?|\d{8}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})"
_POSTCODE = rf"(?:{_LONG_POSTCODE}|\d{{4}}(?: ?[A-Z]{{2}})?|\d{{3}} \d{{2}}|\d{{2}}-\d{{3}})"

_PLACED = rf"\s?[,\n]\s?{_POSTCODE},?\s[{_UP}]\w+"
"""A postcode and a town behind a house number."""
_HYPHENED = rf"(?:[{_UP}][\w'’.-]* ?-? ?){{0,3}}"
_GERMANIC = rf"(?:[{_UP}][\w'’-]*(?:{_SUFFIX})|\w+(?:str\.|straße|strasse|straat)|(?<=[ -])(?i:{_SUFFIX}))"
_TER = r"(?: ?(?:bis|ter|quater))?,?"


def _words(forms: str) -> frozenset[str]:
    """Name the first word of each kind of street."""
    return frozenset(re.split(r"\W", form)[0] for form in forms.replace("\\", "").split("|"))


_AFTER_WORDS, _BEFORE_WORDS = _words(_AFTER), _words(_BEFORE)
_FRENCH_WORDS = _words(
    "rue|avenue|boulevard|chemin|allée|impasse|quai|sentier|av|bd|place|cours|route|square|passage|faubourg"
)
_TURKISH_WORDS = _words("Mahallesi|Mah|Caddesi|Cad|Cd|Sokak|Sokağı|Sok|Sk|Bulvarı|Bulv")
_GERMAN_WORDS = _words("Am|An|Im|In|Auf|Zum|Zur|Hinter|Vor")
_ENDINGS = tuple(_SUFFIX.replace("\\.", "").split("|"))

_AFTER_FORMS = (
    re.compile(rf"\b{_NUMBER},? (?:{_WORD} ){{1,4}}(?:{_AFTER})\b\.?"),
    re.compile(rf"\b{_WORD}(?: {_WORD}){{0,2}} (?:{_AFTER}) {_NUMBER}\b"),
)
_GERMANIC_FORM = re.compile(rf"\b{_HYPHENED}{_GERMANIC},? {_NUMBER}{_NO_MEASURE}")
_GERMAN_FORM = re.compile(rf"\b{_GERMAN_PLACE}{_WORD} \d{{1,3}} ?[a-z]?(?=\s*[,\n]|\.$| in )")
_BEFORE_FORM = re.compile(rf"\b(?:{_BEFORE}|(?<!°)C\.) {_NAME}{_AT}{_NUMBER}")
_FRENCH_FORMS = (
    re.compile(rf"\b(?:{_NUMBER}{_TER} )?{_FRENCH} {_NAME}(?:,? \d{{1,5}}\b)?"),
    re.compile(rf"\b{_NUMBER}{_TER} {_FRENCH_NUMBERED} {_NAME}"),
)
_TURKISH_FORM = re.compile(
    rf"\b{_WORD}(?: {_WORD}){{0,3}} {_TURKISH}.{{0,40}}?\b(?:No:? ?)?\d{{1,4}}(?:/\d{{1,3}})?"
)
_PLACED_FORMS = (
    # Whatever the street is called: a house number, then a postcode and a town.
    re.compile(rf"\b{_WORD}(?: (?:{_LINK} )?[\w'’.-]+){{0,3}}{_AT}{_NUMBER}{_PLACED}"),
    re.compile(
        rf"\b\d{{1,5}},? {_WORD}(?: {_WORD}){{0,4}}\s?[,\n]\s?(?:{_WORD} ?){{1,3}}[,\n]\s?"
        rf"(?:[A-Z]{{2}} )?{_LONG_POSTCODE}\b"
    ),
    re.compile(rf"\b{_WORD}(?: {_WORD}){{0,2}}, [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?\b"),
    re.compile(
        rf"{_WORD}{_AT}{_NUMBER}[^,\n]{{0,20}}[,\n]\s?{_WORD}(?: {_WORD}){{0,3}}[,\n]\s?{_LONG_POSTCODE}\b"
    ),
)
_POSTCODE_FORM = re.compile(
    rf"\b[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}\b|"
    rf"(?:\b\d{{5}}-\d{{3}}|(?<=[,\n] )\d{{8}}) (?=(?:{_LINK} )?[{_UP}])"
)
_BOX_FORM = re.compile(
    r"\b(?:P\.? ?O\.? ?Box|Postfach|Postbus|Apartado|Caixa Postal|Casella Postale|BP) \d{2,6}\b"
)
_WORTH_PLACING = re.compile(r"[,\n]\s?(?:[A-Z]{2} )?(?:\d\d|[A-Z]{1,2}\d)")
_DIGIT = re.compile(r"\d")


def addresses(text: str) -> Iterator[Detail]:
    """Find street addresses, and postcodes that name a street by themselves."""
    if not _DIGIT.search(text):
        return
    for form in _forms(text):
        for found in form.finditer(text):
            if _DIGIT.search(found.group()):
                yield Detail("address", *found.span(), squeezed(found.group()))


def _forms(text: str) -> Iterator[re.Pattern[str]]:
    """Name the expressions for which the text has a word."""
    words = words_of(text)
    if not _AFTER_WORDS.isdisjoint(words):
        yield from _AFTER_FORMS
    if any(word.endswith(_ENDINGS) for word in words) or "Str" in words:
        yield _GERMANIC_FORM
    if not _GERMAN_WORDS.isdisjoint(words):
        yield _GERMAN_FORM
    if not _BEFORE_WORDS.isdisjoint(words):
        yield _BEFORE_FORM
    if not _FRENCH_WORDS.isdisjoint(words):
        yield from _FRENCH_FORMS
    if not _TURKISH_WORDS.isdisjoint(words):
        yield _TURKISH_FORM
    if _WORTH_PLACING.search(text):
        yield from _PLACED_FORMS
    yield _POSTCODE_FORM
    if "BP" in words or "Bo" in text or "Post" in text or "Apartado" in words or "Postal" in text:
        yield _BOX_FORM
