"""The kernel machine as a graph of the runtime, which keeps its matrices packed for the product.

A plain product packs them anew each time, which costs more than multiplying
a handful of texts with them.
"""

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from frontdesk_nlu.encoding.encoder import open_session

Floats = npt.NDArray[np.float32]

REACH = 2.5
"""How fast an example's pull falls off with distance; flat between 1 and 6 on Banking77's train split."""

VECTORS, COSINES, MEANING = "vectors", "cosines", "meaning"


class KernelMachine:
    """Compares vectors with all examples, and adds up what those say for each intent."""

    def __init__(self, axes: Floats, placed: Floats, pulls: Floats) -> None:
        self._session = open_session(written(axes, placed, pulls))

    def look(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Return each vector's cosine to every example, and its score for every intent."""
        cosines, meaning = self._session.run([COSINES, MEANING], {VECTORS: vectors})
        return cosines, meaning


def written(axes: Floats, placed: Floats, pulls: Floats) -> bytes:
    """Write the graph: a pull is `exp(REACH * (cosine - 1))`."""
    constants = {"axes": axes, "placed": placed.T, "pulls": pulls, "reach": np.array(REACH, np.float32)}
    nodes = [
        helper.make_node("MatMul", [VECTORS, "axes"], ["here"]),
        helper.make_node("MatMul", ["here", "placed"], [COSINES]),
        helper.make_node("Mul", [COSINES, "reach"], ["near"]),
        helper.make_node("Sub", ["near", "reach"], ["away"]),
        helper.make_node("Exp", ["away"], ["pulled"]),
        helper.make_node("MatMul", ["pulled", "pulls"], [MEANING]),
    ]
    graph = helper.make_graph(
        nodes,
        "kernel machine",
        [helper.make_tensor_value_info(VECTORS, TensorProto.FLOAT, ["texts", len(axes)])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (COSINES, MEANING)],
        [
            numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name)
            for name, array in constants.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())
