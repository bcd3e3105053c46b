"""Says how likely a message asks for a person."""

from pathlib import Path

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.model.components.sentence import EMBEDDING, PREPARED
from frontdesk_nlu.persons.asking import AskingModel
from frontdesk_nlu.reading.text import prepared

ASKS, SEEMS_TO_ASK = "asks_for_person", "seems_to_ask_for_person"
"""The lookup tables it learns from."""
ASKING_INTENT = "human_request"
NEITHER = frozenset({"callback_request"})
"""Who wants to be called may or may not want a person in the chat: these examples teach nothing."""
OTHERS_COUNT = 0.3
"""What an example of another intent counts for: there are many, and most are far from any doubt."""
WANTS_PERSON = "wants_person"


class PersonReader(Keeping):
    """Learns from the company's own lists who wants a person; without them it says nothing."""

    _model: AskingModel | None

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on both lists, and on the examples of all intents."""
        from frontdesk_nlu.persons.fitting import Messages, fit  # brings scikit-learn

        tables = {table["name"]: table["elements"] for table in training_data.lookup_tables}
        listed = [
            (prepared(text), name == ASKS) for name in (ASKS, SEEMS_TO_ASK) for text in tables.get(name, ())
        ]
        if len({asks for _, asks in listed}) < 2:
            return self.keep_arrays({})
        examples = [one for one in training_data.intent_examples if one.get(INTENT) not in NEITHER]
        asking = [one.get(INTENT) == ASKING_INTENT for one in examples]
        encoder = load_encoder(Path(self._config["encoder"]))
        vectors = [encoder.encode_many([text for text, _ in listed])]
        vectors += [one.get(EMBEDDING).reshape(1, -1) for one in examples]
        model = fit(
            Messages(
                texts=[*(text for text, _ in listed), *(one.get(PREPARED) for one in examples)],
                vectors=np.concatenate(vectors),
                asks=np.array([*(asks for _, asks in listed), *asking]),
                counts=np.array([1.0] * len(listed) + [1.0 if asks else OTHERS_COUNT for asks in asking]),
            )
        )
        return self.keep_arrays(model.arrays())

    def recall(self, path: Path) -> None:
        """Read the fitted model."""
        with np.load(path, allow_pickle=False) as stored:
            self._model = AskingModel.from_arrays(stored) if stored.files else None

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `wants_person` where the model was taught it."""
        if self._model is None:
            return messages
        for message in messages:
            likelihood = self._model.likelihood(message.get(PREPARED), message.get(EMBEDDING))
            message.set(WANTS_PERSON, round(likelihood, 4), add_to_output=True)
        return messages
