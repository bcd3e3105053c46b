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

from frontdesk_nlu.clauses.cutting import may_be_cut
from frontdesk_nlu.clauses.glancing import Glance, Glancer, Sides, Sketch
from frontdesk_nlu.clauses.splitting import Clause, shipped_weights, split
from frontdesk_nlu.clauses.weighing import Reading, readings
from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.intents.blend import IntentModel, Judgement
from frontdesk_nlu.intents.parts import PartsJudge
from frontdesk_nlu.model.components.intents import JUDGE, ranked
from frontdesk_nlu.model.components.sentence import EMBEDDING, PREPARED, TOKENS
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
        self._drawn: tuple[IntentModel, Sketch] | None = None

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `clauses`: each wish with its intents and the entities that stand in it."""
        if messages:
            self._sketch(messages[0].get(JUDGE).model)  # in the first run, which workers share
        for message in messages:
            text = (message.get(TEXT) or "")[:READ_CHARS]
            found = self._clauses(text, message, message.get(JUDGE)) if may_be_cut(text) else []
            message.set(CLAUSES, found, add_to_output=True)
        return messages

    def _clauses(self, text: str, message: Message, judge: PartsJudge) -> list[dict[str, Any]]:
        """Split one text and write its clauses the way the contract has them."""

        def look(places: Sequence[Sides]) -> Sequence[Glance]:
            """Look at the tokens of the whole text."""
            return Glancer.over(message.get(TOKENS), self._sketch(judge.model)).glance(places)

        def read(texts: Sequence[str]) -> Sequence[Reading]:
            """Encode and judge both sides of a cut together."""
            return readings(self._encoder.encode_many(texts), judge, texts)

        words = message.get(PREPARED)
        (reading,) = readings(np.stack([message.get(EMBEDDING)]), judge, [words])
        whole = Clause(0, len(text), (0, len(words)), reading)
        entities = message.get(ENTITIES) or []
        return [shown(clause, judge, entities) for clause in split(text, whole, look, read, self._weights)]

    def _sketch(self, model: IntentModel) -> Sketch:
        """Draw a model the first time it is needed."""
        if self._drawn is None or self._drawn[0] is not model:
            self._drawn = model, Sketch.of(model)
        return self._drawn[1]


def shown(clause: Clause, judge: PartsJudge, entities: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Write a clause the way the contract has it."""
    judged = Judgement(clause.reading.probabilities, clause.reading.out_of_scope)
    ranking = ranked(judge.names, judged, SHOWN_INTENTS)
    return {
        "start": clause.start,
        "end": clause.end,
        "intent": ranking[0],
        "intent_ranking": ranking,
        "entities": [one for one in entities if clause.start <= one["start"] and one["end"] <= clause.end],
        EMBEDDING: clause.reading.vector,
    }
