"""Tells the wishes of a text apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdesk_nlu.clauses.cutting import cuts
from frontdesk_nlu.clauses.splitting import Clause, shipped_weights, split
from frontdesk_nlu.clauses.weighing import COURTESIES, Reading
from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.intents.blend import IntentModel, Judgement
from frontdesk_nlu.model.components.intents import JUDGE, ranked
from frontdesk_nlu.model.components.sentence import EMBEDDING, PREPARED
from frontdesk_nlu.reading.text import READ_CHARS

CLAUSES = "clauses"
SHOWN_INTENTS = 3


class ClauseReader(GraphComponent):
    """Splits a text with several wishes; it reads the sides of a cut by the intent component's own model."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ClauseReader":
        """Open the encoder of this model folder."""
        return cls(Path(config["encoder"]))

    def __init__(self, model: Path) -> None:
        self._encoder = load_encoder(model)
        self._weights = shipped_weights()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `clauses`: each wish with its intents and the entities that stand in it."""
        for message in messages:
            text = (message.get(TEXT) or "")[:READ_CHARS]
            found = self._clauses(text, message, message.get(JUDGE)) if cuts(text) else []
            message.set(CLAUSES, found, add_to_output=True)
        return messages

    def _clauses(self, text: str, message: Message, model: IntentModel) -> list[dict[str, Any]]:
        """Split one text and write its clauses the way the contract has them."""

        def read(texts: Sequence[str]) -> Sequence[Reading]:
            """Encode and judge the sides of all cuts together."""
            vectors = self._encoder.encode_many(texts)
            return readings(vectors, model, texts)

        (whole,) = readings(np.stack([message.get(EMBEDDING)]), model, [message.get(PREPARED)])
        entities = message.get(ENTITIES) or []
        return [shown(clause, model, entities) for clause in split(text, whole, read, self._weights)]


def readings(vectors: Any, model: IntentModel, texts: Sequence[str]) -> Sequence[Reading]:
    """Judge texts whose vectors are known."""
    judged = model.judge_many(texts, vectors)
    return [
        Reading(
            vector, judgement.probabilities, judgement.out_of_scope, named(model, judgement) in COURTESIES
        )
        for vector, judgement in zip(vectors, judged, strict=True)
    ]


def named(model: IntentModel, judgement: Judgement) -> str:
    """Name the likeliest intent."""
    return model.names[int(judgement.probabilities.argmax())]


def shown(clause: Clause, model: IntentModel, entities: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Write a clause the way the contract has it."""
    judged = Judgement(clause.reading.probabilities, clause.reading.out_of_scope)
    ranking = [
        one | {"confidence": round(one["confidence"], 6)}
        for one in ranked(model.names, judged)[:SHOWN_INTENTS]
    ]
    return {
        "start": clause.start,
        "end": clause.end,
        "intent": ranking[0],
        "intent_ranking": ranking,
        "entities": [one for one in entities if clause.start <= one["start"] and one["end"] <= clause.end],
        EMBEDDING: clause.reading.vector,
    }
