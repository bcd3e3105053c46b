"""Names of people: behind a title, behind a word for a customer, or with a common first name."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from guardrails.detail import Detail, small_words_of, squeezed, words_of

NAMES_FILE = Path(__file__).parent / "config" / "first_names.txt"

_UP = "A-ZÀ-ÖØ-ÞĆČĎĐĘĚĞİŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽ"
_WORD = rf"[{_UP}](?:\.-)?[\w'’-]+\b"
_PARTICLE = (
    r"(?:van|von|vom|den|der|die|het|ter|ten|te|zu|zum|zur|auch|af|av|de|del|della|di|da|dos|das|do|le|la|les|los|"
    r"['’]s|['’]t|d['’]|y|e|bin|el|al)"
)
_REST = rf"(?: (?:{_PARTICLE} ){{0,2}}{_WORD})"
_TITLE_WORDS = """
Mr Mrs Ms Miss Dr Prof Herr Herrn Frau Monsieur Madame Mademoiselle Mme Mlle Señor Señora Sr Sra Srta Don Doña
Signor Signora Sig Dott Dhr Mevrouw Mevr Mw Meneer Senhor Senhora Dona Bayan Sayın Pani Fru
"""
_ROLE_WORDS = """
customer client buyer recipient holder cardholder guest belongs ordered placed signed addressed registered
name kunde kundin kunden empfänger empfängerin gehört namen unterschrieben cliente destinataire nom
appartient pertenece nombre destinatario destinataria intestato intestata appartiene nome klant ontvanger
naam pertence müşteri alıcı adına kund mottagare klient odbiorca
"""
_NO_NAMES = """
service services support care team account data protection portal relations centre center desk number
gmbh ltd inc llc plc sarl srl
"""
_NO_SURNAMES = """
monday tuesday wednesday thursday friday saturday sunday january february march april june july august
september october november december street avenue road lane place square plaza museum hotel club house
"""
_ROLES = (
    r"customer|client|buyer|recipient|account holder|cardholder|guest|belongs to|ordered by|placed by|"
    r"signed by|"
    r"addressed to|registered to|in the name of|kund(?:e|in|en)|empfänger(?:in)?|gehört|auf den namen|"
    r"unterschrieben von|cliente|destinataire|au nom de|appartient à|pertenece a|a nombre de|destinatari[oa]|"
    r"intestat[oa] a|appartiene a|a nome di|klant|ontvanger|op naam van|pertence a|em nome de|"
    r"müşteri|alıcı|adına|kund|mottagare|klient|odbiorca"
)
_IS = r"is|ist|est|es|è|named|called|namens|llamad[oa]|chiamat[oa]|chamad[oa]"
_TITLED = re.compile(rf"\b(?:{'|'.join(_TITLE_WORDS.split())}|Sig\.ra|De heer)\.? ({_WORD}{_REST}{{0,3}})")
_CALLED = re.compile(rf"\b(?i:{_ROLES})(?i:[ :]+(?:{_IS}))?[ :]+({_WORD}{_REST}{{1,3}})")
_TITLES, _HINTS = frozenset([*_TITLE_WORDS.split(), "De"]), frozenset(_ROLE_WORDS.split())
_NO_NAME = frozenset(_NO_NAMES.split())
_NO_SURNAME = _NO_NAME.union(_NO_SURNAMES.split())
_PAIR = re.compile(rf"(?<![\w-])({_WORD})({_REST}{{1,3}})")


def people(text: str) -> Iterator[Detail]:
    """Find names of people."""
    for form in _forms(text):
        for found in form.finditer(text):
            if form is _TITLED or _NO_NAME.isdisjoint(found.group(1).casefold().split()):
                yield Detail("name", *found.span(1), squeezed(found.group(1)))
    if small_words_of(text).isdisjoint(first_names()):
        return
    for found in _PAIR.finditer(text):
        place = _first_name_in(found)
        if place is not None:
            name = text[place : found.end()]
            yield Detail("name", place, found.end(), squeezed(name))


def _forms(text: str) -> Iterator[re.Pattern[str]]:
    """Name the expressions for which the text has a word."""
    if not _TITLES.isdisjoint(words_of(text)):
        yield _TITLED
    if not _HINTS.isdisjoint(small_words_of(text)):
        yield _CALLED


def _first_name_in(found: re.Match[str]) -> int | None:
    """Return where a common first name begins in a row of capitalised words that goes on after it."""
    words = list(re.finditer(r"[\w'’-]+", found.group()))
    for word, after in pairwise(words):
        parts = word.group().casefold().split("-")
        if parts[0] in first_names() and after.group().casefold() not in _NO_SURNAME:
            return found.start() + word.start()
    return None


@cache
def first_names() -> frozenset[str]:
    """Read the common first names."""
    lines = NAMES_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
