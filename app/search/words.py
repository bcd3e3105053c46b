"""From a text to the keyed hashes by which it is found, and from what is typed to those it must have.

Each word is kept as the hash of each of its beginnings, so that `refu` finds
`refunded`. The hash is keyed per tenant: without the key a hash says nothing,
and the same word of two tenants has two hashes.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

SHORTEST, LONGEST = 3, 10
"""Beginnings of these lengths are kept; a longer word is kept whole as well."""
MOST_WORDS = 400
"""Of one line; who writes more is found by the first of them."""
MOST_KEPT = 1 << 14
WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Return the words of a text without case and accents, each once, in their order."""
    plain = text.casefold()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in apart if not unicodedata.combining(character))
    return list(dict.fromkeys(WORD.findall(plain)))[:MOST_WORDS]


def line_hashes(key: bytes, text: str) -> list[int]:
    """Return every hash by which a line can be found, in order."""
    return sorted({found for word in words_of(text) for found in _hashes(key, word)})


def asked_hashes(key: bytes, typed: str) -> list[int]:
    """Return the hashes that a line must have to fit what was typed."""
    return [_hash(key, _asked(word)) for word in words_of(typed)]


@lru_cache(maxsize=MOST_KEPT)
def _hashes(key: bytes, word: str) -> tuple[int, ...]:
    """Hash a word's beginnings; few words make up most of what is said."""
    return tuple(_hash(key, beginning) for beginning in _beginnings(word))


def _beginnings(word: str) -> Iterator[str]:
    yield f"={word}"
    for length in range(SHORTEST, min(len(word), LONGEST) + 1):
        yield word[:length]


def _asked(word: str) -> str:
    """Look for a beginning where beginnings are kept, else for the word itself."""
    return word if SHORTEST <= len(word) <= LONGEST else f"={word}"


def _hash(key: bytes, beginning: str) -> int:
    digest = hashlib.blake2b(beginning.encode("utf-8", "ignore"), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
