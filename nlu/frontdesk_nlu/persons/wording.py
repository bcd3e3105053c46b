"""What of a message's wording tells whether it asks for a person."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

KINDS = Path(__file__).parent / "kinds.yaml"
READ_WORDS = 80
"""Longer messages are read up to here; what is asked for first is what counts."""
APART = (2, 3, 4)
"""Words so far from each other are looked at as a pair, whatever stands between them."""

_PIECE = re.compile(r"[a-z0-9']+|[?,.!]")


@cache
def kinds() -> dict[str, str]:
    """Read which words stand for which kind."""
    read: dict[str, str] = yaml.safe_load(KINDS.read_text())
    return {word: kind.upper() for kind, words in read.items() for word in words.split()}


def wordings(text: str) -> list[str]:
    """Cut a prepared text into runs of up to three words by kind, pairs apart, and runs of two as written."""
    written = ["<", *_PIECE.findall(text)[:READ_WORDS], ">"]
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
