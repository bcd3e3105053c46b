"""Encodes texts that are measured, with an encoder built for the occasion."""

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from frontdesk_nlu.encoding.encoder import Encoder
from frontdesk_nlu.encoding.quantise import build_encoder
from frontdesk_nlu.intents.ngrams import Floats


def encoded(texts: Sequence[str]) -> Floats:
    """Embed prepared texts, a row each."""
    vectors: Floats = encoder().encode_many(texts)
    return vectors


@cache
def encoder() -> Encoder:
    """Build the encoder that is served, once a process; its file is not needed once it is open."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-measure-") as scratch:
        return Encoder(build_encoder(Path(scratch) / "encoder.onnx"))
