"""Understands one text: the trained graph, a cache before it, and the conversation's context after it."""

import base64
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from frontdesk_nlu.encoding.encoder import Encoder, Vector, load_encoder
from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.intents.context import with_context
from frontdesk_nlu.model.folder import ModelFolder
from frontdesk_nlu.model.runner import GraphRunner, load_runner
from frontdesk_nlu.reading.language import Language
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable

CACHED_TEXTS = 4_096
SHOWN_INTENTS = 10


class NoModel(CannotGoOn):
    """The folder holds no whole model; run `python -m frontdesk_nlu train` into it first."""


@dataclass(frozen=True)
class Understood:
    """What a text says, whatever the conversation around it is."""

    answer: dict[str, Any]
    ranking: Sequence[tuple[str, float]]
    language: Language
    embedding: str


class Interpreter:
    """One model, served; it is not thread-safe and needs not be."""

    def __init__(self, runner: GraphRunner, encoder: Encoder, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.model_id = runner.model_id
        self._runner = runner
        self._encoder = encoder
        self._cache: OrderedDict[str, Understood] = OrderedDict()

    @classmethod
    def open(cls, path: Path) -> "Interpreter":
        """Load a model folder."""
        folder = ModelFolder(path)
        fingerprint = folder.fingerprint()
        if fingerprint is None:
            raise NoModel(f"{path} holds no trained model; run `python -m frontdesk_nlu train --out {path}`")
        return cls(load_runner(folder.archive, folder.encoder), load_encoder(folder.encoder), fingerprint)

    def parse(
        self,
        text: str,
        last_intents: Sequence[str] = (),
        embedding: bool = False,
        language: str | None = None,
    ) -> dict[str, Any]:
        """Answer in Rasa's shape; the first 4,000 characters are read, the whole text is echoed."""
        understood = self._understand(readable(text)[:READ_CHARS])
        ranking = [
            {"name": name, "confidence": round(share, 6)}
            for name, share in with_context(understood.ranking, last_intents)
        ]
        answer = {
            "text": readable(text),
            "intent": ranking[0],
            "intent_ranking": ranking[:SHOWN_INTENTS],
            **understood.answer,
            "language": understood.language.told(language),
        }
        return answer | {"embedding": understood.embedding} if embedding else answer

    def embed(self, text: str) -> str:
        """Embed a text exactly as `parse` does, so that the two can be compared."""
        return packed(self._encoder.encode(prepared(readable(text)[:READ_CHARS])))

    def _understand(self, text: str) -> Understood:
        """Run the graph, unless this very text was understood before.

        Spelling counts: the positions of entities and the shouting belong to
        the text as it was written, not to its folded form.
        """
        known = self._cache.get(text)
        if known is not None:
            self._cache.move_to_end(text)
            return known
        understood = self._run(text)
        self._cache[text] = understood
        if len(self._cache) > CACHED_TEXTS:
            self._cache.popitem(last=False)
        return understood

    def _run(self, text: str) -> Understood:
        """Run the graph and read the message it leaves."""
        message = self._runner.understand(text)
        ranking = [(one["name"], one["confidence"]) for one in message.get("intent_ranking")]
        answer = {key: message.get(key) for key in ("entities", "sentiment", "emotions")}
        answer["out_of_scope"] = round(message.get("out_of_scope"), 4)
        answer["clauses"] = message.get("clauses") or []
        return Understood(answer, ranking, message.get("language"), packed(message.get("embedding")))


def packed(vector: Vector) -> str:
    """Write a vector as base64 of little-endian half floats."""
    return base64.b64encode(vector.astype(np.dtype("<f2")).tobytes()).decode()
