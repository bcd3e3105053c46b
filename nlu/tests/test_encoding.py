"""The narrower encoder: what cannot be made up for stays, and texts are read nearly as by the whole one."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from conftest import HELD_OUT

from frontdesk_nlu.encoding.encoder import Encoder, shipped_model
from frontdesk_nlu.encoding.graph import InFloats, Sheet, layer_name, read_weights, write_graph
from frontdesk_nlu.encoding.narrowing import KEPT, Inner, choose, narrow_layer
from frontdesk_nlu.encoding.ordinary import everyday_lines
from frontdesk_nlu.encoding.quantise import fold_constants
from frontdesk_nlu.model.folder import ModelFolder
from frontdesk_nlu.reading.text import prepared

SEED = np.random.default_rng(7)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The encoder with all its neurons, in floats."""
    folder = tmp_path_factory.mktemp("whole")
    weights = read_weights(fold_constants(shipped_model(), folder / "folded.onnx"))
    sheet = Sheet()
    return Encoder(sheet.save(folder / "whole.onnx", [write_graph(sheet, weights, InFloats())]))


def test_texts_mean_nearly_what_they_mean_to_the_whole_encoder(whole: Encoder, model_folder: Path) -> None:
    texts = [prepared(text) for texts in HELD_OUT["intents"].values() for text in texts][:200]
    served = Encoder(ModelFolder(model_folder).encoder)
    cosines = (served.encode_many(texts) * whole.encode_many(texts)).sum(axis=1)
    assert cosines.mean() > 0.93
    assert cosines.min() > 0.75


def test_served_layers_are_as_narrow_as_is_said(model_folder: Path) -> None:
    stored = {one.name: one.dims for one in onnx.load(ModelFolder(model_folder).encoder).graph.initializer}
    widths = [stored[layer_name(layer) + "output.dense.matrix"][0] for layer in range(len(KEPT))]
    assert widths == list(KEPT)


def test_neuron_that_another_repeats_goes_first() -> None:
    said = SEED.normal(size=(500, 6))
    said[:, 4] = said[:, 1] + 0.01 * said[:, 4]
    matrix = np.ones((6, 3))
    kept = choose(np.linalg.inv(said.T @ said), matrix, 5)
    assert len(set(kept) & {1, 4}) == 1
    assert {0, 2, 3, 5} <= set(kept)


def test_neurons_that_stay_take_over_what_the_others_said() -> None:
    """As many sources as neurons stay: everything can be said by these."""
    sources = SEED.normal(size=(2_500, KEPT[1])).astype(np.float32)
    bent = np.concatenate([sources, sources[:, : 1_536 - KEPT[1]]], axis=1)
    at = layer_name(1)
    weights = {
        at + "intermediate.dense.matrix": SEED.normal(size=(384, 1_536)).astype(np.float32),
        at + "intermediate.dense.bias": np.zeros(1_536, np.float32),
        at + "output.dense.matrix": SEED.normal(size=(1_536, 384)).astype(np.float32),
    }
    wanted = bent @ weights[at + "output.dense.matrix"] + np.float32(3)
    inner = Inner(np.zeros_like(wanted), bent)
    kept, changed = narrow_layer(weights, 1, inner, wanted)
    given = bent[:, kept] @ changed[at + "output.dense.matrix"] + changed[at + "output.dense.bias"]
    assert changed[at + "intermediate.dense.matrix"].shape == (384, KEPT[1])
    assert ((given - wanted) ** 2).mean() < 0.001 * wanted.var()
    again, same = narrow_layer(weights, 1, inner, wanted)
    assert (again == kept).all()
    assert all((same[name] == changed[name]).all() for name in changed)


def test_everyday_lines_are_many_and_none_stands_twice() -> None:
    lines = everyday_lines()
    assert len(lines) > 3_000
    assert len(set(lines)) > 0.98 * len(lines)
