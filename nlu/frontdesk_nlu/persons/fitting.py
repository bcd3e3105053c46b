"""Fits the model on messages that ask for a person and messages that do not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from frontdesk_nlu.persons.asking import AskingModel, Floats, told

VECTOR_SHARE = 1.0
"""How much the vector counts beside the wording."""
LOOSENESS = 30.0
SEEN_IN = 2
"""A wording that stands in fewer messages teaches nothing about others."""


@dataclass(frozen=True)
class Messages:
    """Prepared texts with their vectors, whether each asks for a person, and how much it counts."""

    texts: Sequence[str]
    vectors: Floats
    asks: npt.NDArray[np.bool_]
    counts: Floats


def fit(messages: Messages) -> AskingModel:
    """Fit wording and vector together."""
    tables: list[csr_matrix] = []
    rare: dict[str, float] = {}
    for group in zip(*map(told, messages.texts), strict=True):
        counted = [Counter(said) for said in group]
        known = rarity(counted)
        tables.append(weighed(counted, known))
        rare |= known
    table = hstack([*tables, csr_matrix(messages.vectors * VECTOR_SHARE)]).tocsr()
    fitted = LogisticRegression(C=LOOSENESS, max_iter=1000, tol=1e-3).fit(
        table, messages.asks, sample_weight=messages.counts
    )
    speaks, vector = np.split(fitted.coef_[0], [len(rare)])
    return AskingModel(
        weights={name: (rare[name], float(weight)) for name, weight in zip(rare, speaks, strict=True)},
        vector=(vector * VECTOR_SHARE).astype(np.float32),
        bias=float(fitted.intercept_[0]),
    )


def rarity(counted: Sequence[Counter[str]]) -> dict[str, float]:
    """Say how rare each wording is that more than one message holds."""
    seen = Counter(wording for one in counted for wording in one)
    names = sorted(wording for wording, often in seen.items() if often >= SEEN_IN)
    return {name: float(np.log((1 + len(counted)) / (1 + seen[name])) + 1) for name in names}


def weighed(counted: Sequence[Counter[str]], rare: dict[str, float]) -> csr_matrix:
    """Weigh each known wording by how often it stands there and how rare it is; rows have length one."""
    index = {name: at for at, name in enumerate(rare)}
    rows, columns, values = [], [], []
    for row, counts in enumerate(counted):
        known = {name: (1 + np.log(often)) * rare[name] for name, often in counts.items() if name in rare}
        length = np.sqrt(sum(value * value for value in known.values())) or 1.0
        rows += [row] * len(known)
        columns += [index[name] for name in known]
        values += [value / length for value in known.values()]
    return csr_matrix((values, (rows, columns)), shape=(len(counted), len(rare)))
