"""Which details of a reply are neither its reader's, nor the company's, nor in what the reply draws on."""

import re
import unicodedata
from collections.abc import Iterable

from guardrails.detail import Detail, Kind, squeezed
from guardrails.folding import INVISIBLE
from guardrails.personal import details, digits
from guardrails.verdict import Audience

LONGEST_VALUE = 40
_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_WRITTEN_OUT = frozenset({"name", "address", "identity"})
"""Kinds that stand in a longer text of the source: a street within an address, a surname within a name."""


def strangers(text: str, audience: Audience, contacts: Iterable[str]) -> frozenset[Kind]:
    """Name the kinds of details that nobody gave this reply."""
    found = details(_as_read(text))
    if not found:
        return frozenset()
    own = _keys(audience.own_identifiers)
    own_texts = "\n".join(map(squeezed, audience.own_identifiers))
    strange = [detail for detail in found if not _is_known(detail, own, own_texts)]
    if not strange:
        return frozenset()
    sources = (*audience.supported, *contacts)
    allowed, texts = own | _sourced(sources), "\n".join((own_texts, *map(squeezed, sources)))
    return frozenset(detail.kind for detail in strange if not _is_known(detail, allowed, texts))


def _as_read(text: str) -> str:
    """Write a text as its reader sees it: without invisible letters, wide digits and unusual spaces."""
    if text.isascii():
        return text
    plain = _SPACES.sub(" ", INVISIBLE.sub("", text))
    return unicodedata.normalize("NFKC", plain) if _FULL_WIDTH.search(plain) else plain


def _keys(identifiers: Iterable[str]) -> frozenset[str]:
    """Collect identifiers in every form in which details are compared."""
    own = [identifier.lower().strip().lstrip("#") for identifier in identifiers]
    return frozenset([*own, *(digits(one) for one in own), *map(squeezed, own)]) - {""}


def _sourced(sources: Iterable[str]) -> frozenset[str]:
    """Collect the details of the company and of the texts that the reply draws on."""
    texts = tuple(sources)
    # A tool's result is often the bare value: "1042" supports "order 1042".
    bare = (text.strip().lower().lstrip("#") for text in texts if len(text) <= LONGEST_VALUE)
    return frozenset([*bare, *(detail.key for text in texts for detail in details(text))])


def _is_known(detail: Detail, keys: frozenset[str], texts: str) -> bool:
    """Compare a detail; a national phone number matches its international form by its last digits."""
    # Card rules forbid repeating a whole number to anybody; its last four digits are no card number.
    if detail.kind == "card":
        return False
    if detail.key in keys:
        return True
    if detail.kind == "phone":
        last = detail.key.lstrip("0")[-8:]
        return any(len(key) >= 8 and key.isdigit() and key.endswith(last) for key in keys)
    return detail.kind in _WRITTEN_OUT and _stands_in(detail.key, texts)


def _stands_in(key: str, texts: str) -> bool:
    """Tell whether a source holds the key, and not as a part of a longer number."""
    place = texts.find(key)
    while place >= 0:
        around = texts[max(0, place - 1) : place], texts[place + len(key) : place + len(key) + 1]
        joins = (around[0] + key[0]).isdigit() and around[0], (key[-1] + around[1]).isdigit() and around[1]
        if not any(joins):
            return True
        place = texts.find(key, place + 1)
    return False
