"""The words of a text with their places, and which of them look like names."""

import re
from collections.abc import Sequence
from typing import NamedTuple

TOKEN = re.compile(r"[^\W\d_](?:[\w]|['’.-](?=\w))*")
"""A word that begins with a letter; marks count inside it only."""


class Word(NamedTuple):
    """One word of a text."""

    text: str
    start: int
    end: int
    folded: str
    """The word in lower case, without a possessive ending."""

    @property
    def capital(self) -> bool:
        """Say whether it begins with a capital and is not shouted."""
        return self.text[0].isupper() and (len(self.text) == 1 or not self.text[1:].isupper())

    @property
    def bare_end(self) -> int:
        """Where the word ends without a possessive ending."""
        return self.end - 2 if self.text[-2:].lower() in ("'s", "’s") and len(self.text) > 2 else self.end


def words_in(text: str) -> Sequence[Word]:
    """Cut a text into its words."""
    return [Word(hit[0], hit.start(), hit.end(), fold(hit[0])) for hit in TOKEN.finditer(text)]


def fold(word: str) -> str:
    """Write a word the way words are looked up."""
    lower = word.lower()
    return lower if lower.isalnum() else lower.replace("’", "'").removesuffix("'s")


def beside(text: str, left: Word, right: Word) -> bool:
    """Say whether only spaces stand between two words."""
    return text[left.end : right.start].strip(" \u00a0") == "" and right.start - left.end <= 2
