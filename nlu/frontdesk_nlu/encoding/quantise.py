"""Builds the encoder that is served, in whole numbers: three times as fast as shipped, and as good.

The scale of every activation is fixed beforehand, from lines that this
package ships. A text's vector then does not depend on which other texts are
read with it, and no time goes into looking for scales while serving.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from frontdesk_nlu.encoding.encoder import Pack, load_tokenizer, open_session, shipped_model
from frontdesk_nlu.encoding.graph import FUSED, HEADS, Array, InFloats, Sheet, read_weights, write_graph

LARGEST = 63
"""Weights keep to seven bits: with eight, processors without VNNI overflow between two additions."""


@dataclass(frozen=True)
class Range:
    """Between which values an activation lies."""

    low: float
    high: float

    @property
    def scale(self) -> float:
        """How much one step of 256 is."""
        return max(self.high - self.low, 1e-6) / 255

    @property
    def zero(self) -> int:
        """Which step stands for nothing."""
        return int(np.clip(round(-self.low / self.scale), 0, 255))


def build_encoder(target: Path) -> Path:
    """Write the quantised model to `target`, all of it or nothing."""
    from frontdesk_nlu.encoding.ordinary import ordinary_lines

    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        weights = read_weights(fold_constants(shipped_model(), folder / "folded.onnx"))
        sheet, floats = Sheet(), InFloats()
        write_graph(sheet, weights, floats)
        sheet.save(folder / "floats.onnx", list(dict.fromkeys(floats.inputs.values())))
        ranges = look(folder / "floats.onnx", floats.inputs, ordinary_lines())
        sheet = Sheet()
        vectors = write_graph(sheet, weights, InWholeNumbers(ranges))
        os.replace(sheet.save(folder / "whole.onnx", [vectors]), target)
    return target


def fold_constants(model: Path, target: Path) -> Path:
    """Compute once what the shipped model computes at every call: its int8 weights as floats."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return target


def look(model: Path, inputs: Mapping[str, str], lines: Iterable[str]) -> Mapping[str, Range]:
    """Read ordinary lines and note between which values the input of every product lies."""
    session, tokenizer = open_session(model), load_tokenizer()
    shown = list(dict.fromkeys(inputs.values()))
    lows, highs = [], []
    for line in lines:
        found = session.run(shown, Pack.of([tokenizer.encode(line).ids]).feed())
        lows.append([values.min() for values in found])
        highs.append([values.max() for values in found])
    low, high = np.array(lows).min(axis=0), np.array(highs).max(axis=0)
    seen = {name: Range(min(0.0, float(low[at])), float(high[at])) for at, name in enumerate(shown)}
    return {name: seen[given] for name, given in inputs.items()}


class InWholeNumbers:
    """Writes products of bytes; a matrix has a scale for each column, an activation one in all."""

    def __init__(self, ranges: Mapping[str, Range]) -> None:
        self._ranges = ranges

    def words(self, sheet: Sheet, table: Array) -> str:
        """Look the tokens' vectors up; every word has a scale of its own."""
        scales = np.abs(table).max(axis=1, keepdims=True) / 127
        steps = sheet.keep("words", np.round(table / np.maximum(scales, 1e-9)).astype(np.int8))
        taken = sheet.node("Gather", [steps, "ids"], "word.steps")
        scale = sheet.node("Gather", [sheet.keep("words.scale", scales), "ids"], "word.scale")
        as_float = sheet.node("Cast", [taken], "word.float", to=1)
        return sheet.node("Mul", [as_float, scale], "word")

    def multiply(self, sheet: Sheet, given: str, name: str, matrix: Array) -> str:
        """Multiply bytes, and give floats."""
        steps, scale, zero = self.steps(sheet, given, name)
        held, scales, zeros = keep_matrix(sheet, name, matrix)
        inputs = [steps, held, scale, scales, zero, zeros]
        return sheet.node("MatMulIntegerToFloat", inputs, name + ".product", FUSED)

    def attend(self, sheet: Sheet, given: str, name: str, matrix: Array, bias: str) -> str:
        """Let the tokens of a text look at each other."""
        steps, scale, zero = self.steps(sheet, given, name)
        held, scales, zeros = keep_matrix(sheet, name, matrix)
        inputs = [steps, held, bias, scale, scales, "mask", zero, zeros]
        return sheet.node("QAttention", inputs, name + ".seen", FUSED, num_heads=HEADS)

    def steps(self, sheet: Sheet, given: str, name: str) -> tuple[str, str, str]:
        """Write an activation as bytes; returns it, its scale and its zero."""
        scale = sheet.keep(name + ".in.scale", np.array(self._ranges[name].scale, dtype=np.float32))
        zero = sheet.keep(name + ".in.zero", np.array(self._ranges[name].zero, dtype=np.uint8))
        return sheet.node("QuantizeLinear", [given, scale, zero], name + ".in.steps"), scale, zero


def keep_matrix(sheet: Sheet, name: str, matrix: Array) -> tuple[str, str, str]:
    """Store a matrix in seven bits, with a scale for each column and zero in the middle."""
    scales = np.maximum(np.abs(matrix).max(axis=0) / LARGEST, 1e-9).astype(np.float32)
    steps = np.round(matrix / scales).astype(np.int8)
    zeros = np.zeros(len(scales), dtype=np.int8)
    return (
        sheet.keep(name + ".matrix", steps),
        sheet.keep(name + ".matrix.scale", scales),
        sheet.keep(name + ".matrix.zero", zeros),
    )
