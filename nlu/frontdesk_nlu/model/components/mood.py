"""Rates moods."""

from pathlib import Path

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.model.components.sentence import EMBEDDING
from frontdesk_nlu.mood.mood import MoodModel


class MoodReader(Keeping):
    """Rates sentiment and emotions."""

    _model: MoodModel

    def train(self, training_data: TrainingData) -> Resource:
        """Put this package's weights into the model: moods are no shop's own, nothing is learnt."""
        from frontdesk_nlu.mood.shipped import shipped_model

        return self.keep_arrays(shipped_model().arrays())

    def recall(self, path: Path) -> None:
        """Read the weights."""
        with np.load(path, allow_pickle=False) as stored:
            self._model = MoodModel.from_arrays(stored)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `sentiment` and `emotions`."""
        for message in messages:
            mood = self._model.feel(message.get(TEXT), message.get(EMBEDDING))
            sentiment = {"score": mood.score, "label": mood.label, "confidence": mood.confidence}
            message.set("sentiment", sentiment, add_to_output=True)
            message.set("emotions", dict(mood.emotions), add_to_output=True)
        return messages
