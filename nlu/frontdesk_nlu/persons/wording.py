"""What of a message's wording tells whether it asks for a person."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

KINDS = Path(__file__).parent / "kinds.yaml"
READ_WORDS = 80
"""Longer messages are read up to here; what is asked for first is what counts."""
APART = (2, 3, 4)
"""Words so far from each other are looked at as a pair, whatever stands between them."""

MISSPELT = ("person", "boss", "colleague")
"""Of these kinds words with a slip count as well."""
SHORTEST_MISSPELT = 5

_PIECE = re.compile(r"[a-z0-9']+|[?,.!]")


@cache
def kinds() -> dict[str, str]:
    """Read which words stand for which kind, those with a slip among them."""
    read: dict[str, str] = yaml.safe_load(KINDS.read_text())
    right = read.pop("not_misspelt", "").split()
    known = {word: kind.upper() for kind, words in read.items() for word in words.split()}
    worn = {
        slip: kind.upper()
        for kind in MISSPELT
        for word in read.get(kind, "").split()
        if len(word) >= SHORTEST_MISSPELT
        for slip in slips(word)
        if slip not in right
    }
    return worn | known


def slips(word: str) -> Iterator[str]:
    """Yield a word with a letter missing, doubled, or swapped with its neighbour; the first letter stays."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


def pieces(text: str) -> list[str]:
    """Cut a prepared text into words and marks, as far as it is read."""
    return _PIECE.findall(text)[:READ_WORDS]


def wordings(text: str) -> list[str]:
    """Cut a prepared text into runs of up to three words by kind, pairs apart, and runs of two as written."""
    written = ["<", *pieces(text), ">"]
    known = kinds()
    words = [known.get(word, word) for word in written]
    runs = [*words, *map(" ".join, pairwise(words))]
    runs += map(" ".join, zip(words, words[1:], words[2:], strict=False))
    apart = [f"{one} _ {other}" for far in APART for one, other in zip(words, words[far:], strict=False)]
    return [
        *runs,
        *apart,
        *(f"={word}" for word in written),
        *map("={0[0]} {0[1]}".format, pairwise(written)),
    ]
