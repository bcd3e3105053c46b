"""Understands texts: the trained graph, and the vectors for the knowledge search."""

import base64
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from rasa.shared.nlu.training_data.message import Message

from frontdesk_nlu.encoding.encoder import Encoder, Vector, load_encoder
from frontdesk_nlu.intents.context import NOTHING_KNOWN, Context
from frontdesk_nlu.intents.parts import PartsJudge
from frontdesk_nlu.model.components.intents import JUDGE
from frontdesk_nlu.model.components.sentence import PREPARED
from frontdesk_nlu.model.folder import require
from frontdesk_nlu.model.runner import GraphRunner, load_runner
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable
from frontdesk_nlu.serving.understood import Understood, written

HALVES = np.dtype("<f2")


class Interpreter:
    """One model, opened; the same text always gets the same answer, whatever is read with it."""

    def __init__(self, runner: GraphRunner, encoder: Encoder, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.model_id = runner.model_id
        self._runner = runner
        self._encoder = encoder

    @classmethod
    def open(cls, path: Path) -> "Interpreter":
        """Load a model folder."""
        folder = require(path)
        runner = load_runner(folder.archive, folder.encoder)
        return cls(runner, load_encoder(folder.encoder), folder.fingerprint() or "")

    def understand(self, texts: Sequence[str]) -> list[Understood]:
        """Run the graph on texts together; the first 4,000 characters of each are read."""
        return [understood(message) for message in self._runner.understand(list(map(beginning, texts)))]

    def embed(self, texts: Sequence[str]) -> list[str]:
        """Embed texts as `understand` does, so that the vectors can be compared."""
        vectors = self._encoder.encode_many([prepared(beginning(text)) for text in texts])
        return [packed(vector) for vector in vectors]

    def parse(
        self,
        text: str,
        context: Context = NOTHING_KNOWN,
        embedding: bool = False,
        language: str | None = None,
    ) -> dict[str, Any]:
        """Answer about one text as the server does."""
        (one,) = self.understand([text])
        told: dict[str, Any] = orjson.loads(written(one).told(text, context, embedding, language))
        return told


def beginning(text: str) -> str:
    """Return as much of a text as is read, without what no encoder takes."""
    return readable(text[:READ_CHARS])


def understood(message: Message) -> Understood:
    """Read what the graph left in a message; one without a word has no intent and wants nothing."""
    said = message.data
    answer = {key: said[key] for key in ("entities", "sentiment", "emotions")}
    answer["out_of_scope"] = round(said["out_of_scope"], 4)
    answer["clauses"] = [clause | {"embedding": packed(clause["embedding"])} for clause in said["clauses"]]
    if "wants_person" in said:
        answer["wants_person"] = said["wants_person"] if said[PREPARED] else 0.0
    judge: PartsJudge = said[JUDGE]
    names, ranking = judge.names, said["intent_ranking"]
    if not said[PREPARED]:
        answer |= {"out_of_scope": 1.0, "clauses": []}
        names, ranking = (), []
    shares = array("f", judge.judged.probabilities[: len(names)].astype(np.float32).tobytes())
    return Understood(answer, ranking, names, shares, said["language"], packed(said["embedding"]))


def packed(vector: Vector) -> str:
    """Write a vector as base64 of little-endian half floats."""
    return base64.b64encode(vector.astype(HALVES).tobytes()).decode()
