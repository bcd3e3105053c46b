"""TF-IDF over words and character n-grams, kept as plain arrays: typos and rare words show here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from frontdesk_nlu.reading.text import without_numbers

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

LONGEST_WORD = 24
"""Of a longer word only so many characters are cut into runs: nobody's wish hides behind them."""


def grams(text: str) -> list[str]:
    """Cut a prepared text into words, pairs of words, and runs of 2 to 5 characters within a word."""
    words = without_numbers(text).split()
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    padded = [f" {word[:LONGEST_WORD]} " for word in words]
    runs = [
        "~" + word[at : at + size]
        for word in padded
        for size in range(2, 6)
        for at in range(len(word) - size + 1)
    ]
    return words + pairs + runs


@dataclass(frozen=True)
class Ngrams:
    """A vocabulary with the weight of each gram."""

    index: Mapping[str, int]
    idf: Floats

    def weigh(self, text: str) -> tuple[Rows, Floats]:
        """Return the positions and unit-length weights of a text's known grams."""
        counts = Counter(map(self.index.get, grams(text)))
        counts.pop(None, None)
        at = np.array(list(counts), dtype=np.int64)
        often = np.array(list(counts.values()), dtype=np.float32)
        weights = (1 + np.log(often)) * self.idf[at]
        return at, (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)


@dataclass(frozen=True)
class Counted:
    """How often each gram stands in each text: what vocabularies are learnt from."""

    names: tuple[str, ...]
    often: csr_matrix

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Counted":
        """Count the grams of every text."""
        counts = [Counter(grams(text)) for text in texts]
        names = tuple(sorted({gram for one in counts for gram in one}))
        index = {name: at for at, name in enumerate(names)}
        ends = np.cumsum([0, *(len(one) for one in counts)])
        columns = np.fromiter((index[gram] for one in counts for gram in one), np.int64, ends[-1])
        often = np.fromiter((many for one in counts for many in one.values()), np.float32, ends[-1])
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
