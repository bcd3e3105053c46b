"""Says cheaply which of many phrases a text may hold at all, so that few of them are searched for."""

from collections.abc import Callable, Iterable, Sequence

from policies.spelling import MOST_KNOWN

PARTS = 3
"""So many of a phrase's parts are looked for; further ones rule out little."""

Needs = Sequence[frozenset[str]]
"""Of each set, the text must hold a word; of an empty one it need not."""
Spoken = Callable[[str], tuple[str, str]]
"""Gives a written word as it is spoken out, and as it is read."""
Known = tuple[str, str, int]
"""A written word as it is spoken out, as it is read, and what it meets."""


class Presence:
    """Phrases by number, and for each word customers write the phrases it may belong to.

    All is kept in the bits of one integer: a run of bits for each part, a bit of the run for each phrase.
    A word sets the bits it meets; the phrases with their bit set in every run may be there. A mark is a word
    that stands wherever one of some phrases does; it comes with their bits.
    """

    def __init__(
        self, phrases: Sequence[Needs], spoken: Spoken, marks: Sequence[tuple[str, int]] = ()
    ) -> None:
        self._marks = marks
        self._count = len(phrases)
        self._all = (1 << self._count) - 1
        self._spoken = spoken
        self._met: dict[str, int] = {}
        self._always = 0
        for number, needs in enumerate(phrases):
            self._add(number, list(needs)[:PARTS])
        self._known: dict[str, Known] = {}

    def _add(self, number: int, needs: Needs) -> None:
        for part in range(PARTS):
            bit = 1 << part * self._count + number
            words = needs[part] if part < len(needs) else frozenset[str]()
            if not words:
                self._always |= bit
            for word in words:
                self._met[word] = self._met.get(word, 0) | bit

    def read(self, words: Iterable[str]) -> tuple[list[Known], int]:
        """Return what is known of each written word, and the phrases they may hold together, as bits."""
        known, met = self._known, self._always
        found = [known.get(word) or self._learn(word) for word in words]
        for _, _, bits in found:
            met |= bits
        return found, self._possible(met)

    def _possible(self, met: int) -> int:
        """Keep the phrases that are met in all their parts."""
        for mark, phrases in self._marks:
            if self._in_all_parts(met) & phrases:
                met |= self._met.get(mark, 0)
        return self._in_all_parts(met)

    def _in_all_parts(self, met: int) -> int:
        possible = self._all
        for part in range(PARTS):
            possible &= met >> part * self._count
        return possible

    def _learn(self, word: str) -> Known:
        """Read a word once; pieces of words that a full stop joins count, because clauses end there."""
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        spoken, read = self._spoken(word)
        pieces = [piece for part in word.split(".") for piece in self._spoken(part)[1].split()]
        bits = 0
        for piece in (*read.split(), *pieces):
            bits |= self._met.get(piece, 0)
        self._known[word] = spoken, read, bits
        return self._known[word]
