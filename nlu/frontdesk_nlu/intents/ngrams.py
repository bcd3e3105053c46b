"""TF-IDF over words and character n-grams, kept as plain arrays: typos and rare words show here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from frontdesk_nlu.reading.text import tokens

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

LONGEST_WORD = 24
"""Of a longer word only so many characters are cut into runs: nobody's wish hides behind them."""

REMEMBERED_WORDS = 8_192
"""About two megabytes; customers' words repeat long before."""

RUN = 4
"""Runs of two to five name no more intents rightly on the train splits, and are three times as many."""

FEWEST_TEXTS = 2
"""A gram that only one text has teaches nothing about others; a third of all grams are such."""


def grams(text: str) -> list[str]:
    """Cut a prepared text into words, pairs of words, and runs of four characters within a word."""
    words = tokens(text)
    return pairs(words) + [gram for word in words for gram in grams_of_word(word)]


def pairs(words: Sequence[str]) -> list[str]:
    """Join neighbours."""
    return [f"{first} {second}" for first, second in pairwise(words)]


def grams_of_word(word: str) -> list[str]:
    """Return a word and its runs."""
    padded = f" {word[:LONGEST_WORD]} "
    runs = ["~" + padded[at : at + RUN] for at in range(len(padded) - RUN + 1)]
    return [word, *runs]


@dataclass(frozen=True)
class Ngrams:
    """A vocabulary with the weight of each gram; what a word is made of is worked out once."""

    index: Mapping[str, int]
    idf: Floats
    _words: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def weigh(self, text: str) -> tuple[Rows, Floats]:
        """Return the positions and unit-length weights of a text's known grams."""
        words = tokens(text)
        found = [at for at in map(self.index.get, pairs(words)) if at is not None]
        for word in words:
            found += self._words.get(word) or self._of_word(word)
        counts = Counter(found)
        at = np.fromiter(counts, np.int64, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(often)) * self.idf[at]
        return at, weights / np.float32(max(float(weights @ weights) ** 0.5, 1e-9))

    def _of_word(self, word: str) -> list[int]:
        """Look up what a word is made of."""
        known = [at for at in map(self.index.get, grams_of_word(word)) if at is not None]
        if len(self._words) >= REMEMBERED_WORDS:
            self._words.clear()
        if len(word) <= LONGEST_WORD:
            self._words[word] = known
        return known


@dataclass(frozen=True)
class Counted:
    """How often each gram stands in each text: what vocabularies are learnt from."""

    names: tuple[str, ...]
    often: csr_matrix

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Counted":
        """Count the grams of every text; what only one text has is left out."""
        counts = [Counter(grams(text)) for text in texts]
        spread = Counter(gram for one in counts for gram in one)
        names = tuple(sorted(gram for gram, many in spread.items() if many >= FEWEST_TEXTS))
        index = {name: at for at, name in enumerate(names)}
        known = [{index[gram]: many for gram, many in one.items() if gram in index} for one in counts]
        ends = np.cumsum([0, *(len(one) for one in known)])
        columns = np.fromiter(chain.from_iterable(known), np.int64, ends[-1])
        often = np.fromiter(chain.from_iterable(one.values() for one in known), np.float32, ends[-1])
        return cls(names, csr_matrix((often, columns, ends), shape=(len(texts), len(names))))

    def idf(self, rows: Rows | slice = slice(None)) -> Floats:
        """Weigh each gram by how rare it is in some of the texts; one that is in none weighs nothing."""
        part = self.often[rows]
        seen = np.bincount(part.indices, minlength=len(self.names)).astype(np.float32)
        weights = np.log((1 + part.shape[0]) / (1 + seen)) + 1
        return np.where(seen > 0, weights, 0).astype(np.float32)

    def weighed(self, idf: Floats, rows: Rows | slice = slice(None)) -> csr_matrix:
        """Return what `Ngrams.weigh` says of some of the texts, a row each."""
        part = self.often[rows].copy()
        part.data = (1 + np.log(part.data)) * idf[part.indices]
        lengths = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        part.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(part.indptr)).astype(np.float32)
        return part

    def ngrams(self) -> Ngrams:
        """Return the vocabulary of all texts."""
        return Ngrams({name: at for at, name in enumerate(self.names)}, self.idf())
