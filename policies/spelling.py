"""Mends a slip in one of a few words that matter: "agnet", "humna", "represenative"."""

from collections.abc import Iterable, Iterator

LONG = 9
"""Words from here on may hold two slips, shorter ones one."""
SHORTEST = 5
"""Shorter words are near to too many others."""
MOST_KNOWN = 20_000
"""How many words are remembered as mended or right; then memory begins anew."""


class Spelling:
    """The words that are mended, with all that they look like after a slip."""

    def __init__(self, words: Iterable[str], right: Iterable[str] = ()) -> None:
        self._words = frozenset(word for word in words if len(word) >= SHORTEST and word.isalpha())
        self._right = frozenset(right)
        self._worn: dict[str, str] = {}
        for word in sorted(self._words):
            for worn in _worn(word, _slips(word)):
                self._worn.setdefault(worn, word)
        self._known: dict[str, str] = {}

    def mend(self, text: str) -> str:
        """Return the normalised text with slips mended in the words that matter."""
        return " ".join([self._known.get(word) or self._learn(word) for word in text.split(" ")])

    def _learn(self, word: str) -> str:
        """Find out once what a word is; few customers make a slip of their own."""
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[word] = mended = self._meant(word)
        return mended

    def _meant(self, word: str) -> str:
        """Return the word that is one slip away (two in a long word), else the word itself."""
        stem = word.removesuffix("s")
        if len(word) < SHORTEST or not word.isalpha() or {word, stem} & (self._words | self._right):
            return word
        for worn in _worn(word, _slips(word)):
            meant = self._worn.get(worn)
            if meant and _distance(word, meant) <= _slips(meant):
                return meant
        return word


def _slips(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _worn(word: str, slips: int) -> Iterator[str]:
    """Yield the word itself and what is left of it when up to so many letters fall out."""
    yield word
    if slips:
        for index in range(len(word)):
            yield from _worn(word[:index] + word[index + 1 :], slips - 1)


def _distance(one: str, other: str) -> int:
    """Count letters added, left out, replaced or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
