"""Makes the encoder's layers narrower: nearly half of the inner neurons go, the others make up for them.

Layer by layer: those neurons go whose part the others can say best, and the
second matrix is fitted anew, so that what leaves the layer is as near as can
be to what leaves the same layer of the whole model. A layer is fitted on what
the narrower layers before it give; errors do not pile up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from frontdesk_nlu.encoding.encoder import Pack, load_tokenizer, open_session, packs
from frontdesk_nlu.encoding.graph import (
    EPSILON,
    LAYERS,
    Array,
    InFloats,
    Sheet,
    Weights,
    layer_name,
    write_inner,
    write_start,
)

KEPT = (640, 832, 832, 832, 832, 832)
"""How many of each layer's 1,536 inner neurons stay; the first layer misses its own least."""
AT_ONCE = 64
RIDGE = 1e-3


@dataclass(frozen=True)
class Inner:
    """What goes past the inner neurons of a layer, and what they say; a row a token."""

    level: Array
    bent: Array


class Walk:
    """Lines on their way through the layers, with the states of all their tokens."""

    def __init__(self, weights: Weights, lines: Sequence[str], scratch: Path) -> None:
        self._scratch = scratch / "layer.onnx"
        tokens = [found.ids for found in load_tokenizer().encode_batch(list(lines))]
        runs = [Pack.of([tokens[at] for at in pack]) for pack in packs([len(ids) for ids in tokens])]
        self._masks = [run.feed()["mask"] for run in runs]
        self._ends = np.cumsum([len(run.ids) for run in runs])[:-1]
        sheet = Sheet()
        start = self._open(sheet, [write_start(sheet, weights, InFloats())], ["ids", "positions"])
        feeds = [{name: run.feed()[name] for name in ("ids", "positions")} for run in runs]
        self._states: list[Array] = [start.run(None, feed)[0] for feed in feeds]

    def _open(self, sheet: Sheet, gives: list[str], needs: list[str]) -> onnxruntime.InferenceSession:
        """Open a part of the model."""
        return open_session(sheet.save(self._scratch, gives, needs))

    def inner(self, weights: Weights, layer: int) -> Inner:
        """Bring every token to the inner neurons of a layer."""
        sheet = Sheet()
        gives = write_inner(sheet, weights, InFloats(), layer_name(layer), "state")
        part = self._open(sheet, [*gives], ["state", "mask"])
        feeds = zip(self._states, self._masks, strict=True)
        found = [part.run(None, {"state": state, "mask": mask}) for state, mask in feeds]
        return Inner(*(np.concatenate([one[at][0] for one in found]) for at in (0, 1)))

    def leave(self, weights: Weights, layer: int, sums: Array) -> None:
        """Go on to the next layer with the states that add up to these."""
        at = layer_name(layer) + "output.LayerNorm."
        centred = sums - sums.mean(axis=1, keepdims=True)
        length = np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPSILON)
        states = (centred / length * weights[at + "weight"] + weights[at + "bias"]).astype(np.float32)
        self._states = [part[None] for part in np.split(states, self._ends)]


def narrowed(weights: Weights, lines: Sequence[str], scratch: Path) -> Weights:
    """Return the weights of a narrower encoder that reads these lines nearly as the whole one does."""
    whole, narrow = Walk(weights, lines, scratch), Walk(weights, lines, scratch)
    result: dict[str, Array] = dict(weights)
    for layer in range(LAYERS):
        aim, here = whole.inner(weights, layer), narrow.inner(weights, layer)
        wanted = summed(weights, layer, aim)
        kept, changed = narrow_layer(weights, layer, here, wanted - here.level)
        result |= changed
        narrow.leave(weights, layer, summed(result, layer, Inner(here.level, here.bent[:, kept])))
        whole.leave(weights, layer, wanted)
    return result


def summed(weights: Weights, layer: int, inner: Inner) -> Array:
    """Add what a layer's neurons say to what goes past them."""
    at = layer_name(layer) + "output.dense."
    sums: Array = inner.level + inner.bent @ weights[at + "matrix"] + weights[at + "bias"]
    return sums


def narrow_layer(
    weights: Weights, layer: int, inner: Inner, wanted: Array
) -> tuple[Array, Mapping[str, Array]]:
    """Choose the neurons of a layer that stay, and fit what they say to what is wanted."""
    wide, out = layer_name(layer) + "intermediate.dense.", layer_name(layer) + "output.dense."
    usual, aim = inner.bent.mean(axis=0), wanted.mean(axis=0)
    said = inner.bent - usual
    alike = (said.T @ said).astype(np.float64)
    alike[np.diag_indices(len(alike))] += RIDGE * alike.trace() / len(alike)
    kept = choose(np.linalg.inv(alike), weights[out + "matrix"], KEPT[layer])
    matrix = np.linalg.solve(alike[np.ix_(kept, kept)], said[:, kept].T @ (wanted - aim))
    return kept, {
        wide + "matrix": weights[wide + "matrix"][:, kept],
        wide + "bias": weights[wide + "bias"][kept],
        out + "matrix": matrix.astype(np.float32),
        out + "bias": (aim - usual[kept] @ matrix).astype(np.float32),
    }


def choose(inverse: Array, matrix: Array, stay: int) -> Array:
    """Return the neurons to keep: those whose loss the others could least make up for.

    `inverse` is that of the neurons' second moments. What a neuron's loss
    costs is its row's length over its place on the diagonal; of those that
    go, the others take over what they can before the next are looked for.
    """
    kept = np.arange(len(inverse))
    matrix = matrix.astype(np.float64)
    while len(kept) > stay:
        go = cheapest(inverse, matrix, min(AT_ONCE, len(kept) - stay))
        rest = np.setdiff1d(np.arange(len(kept)), go)
        shares = np.linalg.solve(inverse[np.ix_(go, go)], inverse[np.ix_(go, rest)]).T
        matrix = matrix[rest] - shares @ matrix[go]
        inverse = inverse[np.ix_(rest, rest)] - shares @ inverse[np.ix_(go, rest)]
        kept = kept[rest]
    return kept


def cheapest(inverse: Array, matrix: Array, few: int) -> Array:
    """Return the neurons that go next, found one by one: of two that say the same only one may go."""
    likely = np.argsort((matrix**2).sum(axis=1) / np.diagonal(inverse), kind="stable")[: 2 * few]
    inverse, matrix = inverse[np.ix_(likely, likely)], matrix[likely]
    going: list[int] = []
    for _ in range(few):
        costs = (matrix**2).sum(axis=1) / np.maximum(np.diagonal(inverse), 1e-300)
        costs[going] = np.inf
        going.append(int(costs.argmin()))
        share = inverse[:, going[-1]] / inverse[going[-1], going[-1]]
        matrix = matrix - np.outer(share, matrix[going[-1]])
        inverse = inverse - np.outer(share, inverse[going[-1]])
    return np.sort(likely[going])
