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


def grams(text: str) -> list[str]:
    """Cut a prepared text into words, pairs of words, and runs of 2 to 5 characters within a word."""
    words = without_numbers(text).split()
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    padded = [f" {word[:24]} " for word in words]
    runs = [
        f"~{word[at : at + size]}"
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

    @classmethod
    def learn(cls, texts: Sequence[str]) -> "Ngrams":
        """Count in how many texts each gram stands; rarer means heavier."""
        seen = Counter(gram for text in texts for gram in set(grams(text)))
        names = sorted(seen)
        counts = np.array([seen[name] for name in names], dtype=np.float32)
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        return cls({name: at for at, name in enumerate(names)}, idf.astype(np.float32))

    def weigh(self, text: str) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the positions and unit-length weights of a text's known grams."""
        counts = Counter(self.index[gram] for gram in grams(text) if gram in self.index)
        at = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        weights = (1 + np.log(often)) * self.idf[at]
        return at, (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """Weigh many texts at once, for training."""
        rows = [self.weigh(text) for text in texts]
        ends = np.cumsum([0, *(len(at) for at, _ in rows)])
        values = np.concatenate([weights for _, weights in rows])
        columns = np.concatenate([at for at, _ in rows])
        return csr_matrix((values, columns, ends), shape=(len(texts), len(self.index)))
