"""The company's products and the ways customers write them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz import fuzz, process

WORD_CUTOFF = 72.0
MIN_CHARS = 4
FEW_PARTS = 5
"""Of more words than these only the first and last are tried together."""
REMEMBERED_WORDS = 20_000
TOKEN = re.compile(r"[\w'’]+")
COUNTED = re.compile(r"\b(?:set|pair|pack|box) of \w+|\bpair\b|\d+ ?\w*", re.I)
"""What tells how many or how long, not which: no customer says it to name an article."""


@dataclass(frozen=True)
class Catalogue:
    """Every way of writing a product, folded and without punctuation, with the catalogue's own name."""

    names: Mapping[str, str]
    words: frozenset[str]
    """All words that may begin or end one."""
    longest: int
    heads: Mapping[str, str]
    """Names that one product, or the variants of one, have for themselves: `Ostra`."""
    own: frozenset[str]
    common: frozenset[str]
    """Ordinary words: none is a slip for an own name, and an own name among them needs a capital: `Torn`."""
    memory: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, products: Mapping[str, str], own: frozenset[str], common: frozenset[str]) -> "Catalogue":
        """Index a catalogue by products' own names; those among common words count with a capital only."""
        names = spelt(products, own)
        return cls(
            names=names,
            words=frozenset(word for name in names for word in name.split() if len(word) >= MIN_CHARS - 1),
            longest=max((len(name.split()) for name in names), default=0),
            heads=first_words(names, own),
            own=own,
            common=common,
        )

    def may_name(self, word: str) -> bool:
        """Say whether a word is like one of the catalogue's; the answer is remembered."""
        known = self.memory.get(word)
        if known is None:
            if len(self.memory) >= REMEMBERED_WORDS:
                self.memory.clear()
            known = self.memory[word] = word in self.words or self._is_like_one(word)
        return known

    def _is_like_one(self, word: str) -> bool:
        """Say whether a word is a slip away from one of the catalogue's."""
        return len(word) >= MIN_CHARS and bool(
            process.extractOne(word, self.words, scorer=fuzz.ratio, score_cutoff=WORD_CUTOFF)
        )


def own_names(products: Iterable[str], ordinary: frozenset[str]) -> frozenset[str]:
    """Guess which names are products' own: first words that are no ordinary ones."""
    return frozenset(name.split()[0] for one in products if (name := folded(one))) - ordinary


def folded(name: str) -> str:
    """Write a name the way names are compared."""
    return " ".join(TOKEN.findall(name.lower()))


def base_of(value: str) -> str:
    """Return a name without its variant."""
    return value.split(",")[0]


def spelt(products: Mapping[str, str], own: frozenset[str]) -> dict[str, str]:
    """Map every way of writing to its product; a way that several variants share means what they share."""
    meant: dict[str, set[str]] = {}
    for value in set(products.values()):
        for way in ways(value, own):
            meant.setdefault(way, set()).add(value)
    names = {way: one for way, values in meant.items() if (one := in_common(values))}
    return names | {folded(surface): value for surface, value in products.items()}


def in_common(values: set[str]) -> str | None:
    """Return the one product, or the name without its variant; nothing where articles differ."""
    if len(values) == 1:
        return next(iter(values))
    bases = {base_of(value) for value in values}
    return bases.pop() if len(bases) == 1 else None


def ways(value: str, own: frozenset[str]) -> Iterator[str]:
    """Yield the ways of writing one product: whole, shortened, with its variant before or behind.

    What has a name of its own keeps it; anything else keeps two words, for one alone is a kind of thing.
    """
    name = folded(base_of(value)).split()
    yield " ".join(name)
    yield folded(value)
    looks = look_of(value)
    for part in parts(name):
        if len(part) > 1 and (part[0] in own or name[0] not in own):
            yield " ".join(part)
        if part[0] in own or (name[0] not in own and part[-1] == name[-1]):
            for look in looks:
                yield " ".join([*look, *part])
                yield " ".join([*part, *look])
                yield " ".join([*part, "in", *look])
                yield " ".join([part[0], *look, *part[1:]])


def parts(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield what may be left of a name in its own order, the whole last."""
    if len(words) > FEW_PARTS:
        yield [words[0], words[-1]]
        yield words
        return
    for size in range(1, len(words) + 1):
        yield from (list(part) for part in combinations(words, size))


def look_of(value: str) -> list[list[str]]:
    """Return the words that tell a variant from others: `smoked glass`, `smoked`; none for a number."""
    variant = folded(COUNTED.sub("", value.partition(",")[2])).split()
    return [] if not variant else [variant] if len(variant) == 1 else [variant, variant[:1]]


def first_words(names: Mapping[str, str], own: frozenset[str]) -> dict[str, str]:
    """Return the own names that stand for exactly one product or its variants."""
    values: dict[str, set[str]] = {}
    for name, value in names.items():
        values.setdefault(name.split()[0], set()).add(value)
    return {
        word: one
        for word, meant in values.items()
        if word in own and len(word) >= MIN_CHARS - 1 and (one := only(meant))
    }


def only(values: set[str]) -> str | None:
    """Return the one product meant by several values, which may be a product and its base."""
    whole = {value for value in values if "," in value}
    return in_common(whole or values) if len({base_of(value) for value in values}) == 1 else None
