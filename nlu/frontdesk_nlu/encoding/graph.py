"""Writes the encoder's graph: several texts lie side by side in one row of tokens, so nothing is padded.

The shipped model was exported operator by operator. This one says the same
with the runtime's fused operators; a mask keeps each text to itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]
Weights = Mapping[str, Array]

FUSED = "com.microsoft"
LAYERS = 6
HEADS = 12
EPSILON = 1e-12
INPUTS = {"ids": TensorProto.INT64, "positions": TensorProto.INT64, "mask": TensorProto.INT32}


def read_weights(folded: Path) -> Weights:
    """Read the weights by their names; a matrix bears the name of the bias that is added to its product."""
    graph = onnx.load(str(folded)).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    products = {node.output[0]: node for node in graph.node if node.op_type == "MatMul"}
    named = {name.removeprefix("inner."): array for name, array in stored.items()}
    for node in graph.node:
        bias = next((name for name in node.input if name.endswith(".bias")), None)
        product = next((products[name] for name in node.input if name in products), None)
        if node.op_type == "Add" and bias and product:
            matrix = next(stored[name] for name in product.input if name in stored)
            named[bias.removeprefix("inner.").removesuffix("bias") + "matrix"] = matrix
    return named


class Sheet:
    """A graph that is being written; every node is named after what it gives."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def keep(self, name: str, array: Array) -> str:
        """Store a constant."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind: str, inputs: list[str], gives: str, domain: str = "", **settings: Any) -> str:
        """Write one operator."""
        self.nodes.append(helper.make_node(kind, inputs, [gives], name=gives, domain=domain, **settings))
        return gives

    def save(self, target: Path, outputs: list[str]) -> Path:
        """Write the file."""
        inputs = [
            helper.make_tensor_value_info(
                name, kind, ["rows", "tokens", "tokens"][: 3 if name == "mask" else 2]
            )
            for name, kind in INPUTS.items()
        ]
        shown = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "encoder", inputs, shown, self.constants)
        sets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        onnx.save(helper.make_model(graph, opset_imports=sets, ir_version=8), str(target))
        return target


class Products(Protocol):
    """How the products with weights are written: in floats, or in whole numbers."""

    def words(self, sheet: Sheet, table: Array) -> str:
        """Look the tokens' vectors up."""

    def multiply(self, sheet: Sheet, given: str, name: str, matrix: Array) -> str:
        """Multiply with a matrix."""

    def attend(self, sheet: Sheet, given: str, name: str, matrix: Array, bias: str) -> str:
        """Let the tokens of a text look at each other."""


def write_graph(sheet: Sheet, weights: Weights, products: Products) -> str:
    """Write the whole encoder; returns the name of the tokens' vectors."""
    places = weights["embeddings.position_embeddings.weight"]
    kinds = weights["embeddings.token_type_embeddings.weight"]
    word = products.words(sheet, weights["embeddings.word_embeddings.weight"])
    place = sheet.node("Gather", [sheet.keep("places", places + kinds[0]), "positions"], "place")
    state = add_and_level(sheet, weights, "embeddings.LayerNorm", [word, place])
    for layer in range(LAYERS):
        state = write_layer(sheet, weights, products, f"encoder.layer.{layer}.", state)
    return state


def write_layer(sheet: Sheet, weights: Weights, products: Products, at: str, state: str) -> str:
    """Write one layer: attention, then the two wide products."""
    parts = [at + f"attention.self.{part}." for part in ("query", "key", "value")]
    matrix = np.concatenate([weights[part + "matrix"] for part in parts], axis=1)
    bias = sheet.keep(at + "looks.bias", np.concatenate([weights[part + "bias"] for part in parts]))
    seen = products.attend(sheet, state, at + "looks", matrix, bias)
    turned = product(sheet, weights, products, at + "attention.output.dense", seen)
    state = add_and_level(sheet, weights, at + "attention.output.LayerNorm", [*turned[:1], state], turned[1])
    wide = product(sheet, weights, products, at + "intermediate.dense", state)
    bent = sheet.node("BiasGelu", [*wide], at + "bent", FUSED)
    narrow = product(sheet, weights, products, at + "output.dense", bent)
    return add_and_level(sheet, weights, at + "output.LayerNorm", [*narrow[:1], state], narrow[1])


def product(sheet: Sheet, weights: Weights, products: Products, at: str, given: str) -> tuple[str, str]:
    """Multiply with the matrix of that name; returns the product and the bias still to be added."""
    done = products.multiply(sheet, given, at, weights[at + ".matrix"])
    return done, sheet.keep(at + ".bias", weights[at + ".bias"])


def add_and_level(sheet: Sheet, weights: Weights, at: str, both: list[str], bias: str = "") -> str:
    """Add two states (and a bias) and bring every token's vector to one length."""
    scale = sheet.keep(at + ".weight", weights[at + ".weight"])
    shift = sheet.keep(at + ".bias", weights[at + ".bias"])
    inputs = [*both, scale, shift, *([bias] if bias else [])]
    return sheet.node("SkipLayerNormalization", inputs, at + ".level", FUSED, epsilon=EPSILON)


class InFloats:
    """Writes plain products and remembers their inputs, so that their ranges can be looked at."""

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}

    def words(self, sheet: Sheet, table: Array) -> str:
        """Look the tokens' vectors up."""
        return sheet.node("Gather", [sheet.keep("words", table), "ids"], "word")

    def multiply(self, sheet: Sheet, given: str, name: str, matrix: Array) -> str:
        """Multiply with a matrix."""
        self.inputs[name] = given
        return sheet.node("MatMul", [given, sheet.keep(name + ".matrix", matrix)], name + ".product")

    def attend(self, sheet: Sheet, given: str, name: str, matrix: Array, bias: str) -> str:
        """Let the tokens of a text look at each other."""
        self.inputs[name] = given
        inputs = [given, sheet.keep(name + ".matrix", matrix), bias, "mask"]
        return sheet.node("Attention", inputs, name + ".seen", FUSED, num_heads=HEADS)
