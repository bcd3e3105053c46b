"""Rates moods."""

from pathlib import Path

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.model.components.sentence import EMBEDDING
from frontdesk_nlu.mood.mood import MoodModel
from frontdesk_nlu.reading.text import prepared


class MoodReader(Keeping):
    """Rates sentiment and emotions."""

    _model: MoodModel

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the graded lines this package ships."""
        from frontdesk_nlu.mood.lines import mood_lines
        from frontdesk_nlu.mood.mood import train

        lines = mood_lines()
        encoder = load_encoder(Path(self._config["encoder"]))
        vectors = [encoder.encode(prepared(line.text)) for line in lines]
        return self.keep_arrays(train(lines, vectors).arrays())

    def recall(self, path: Path) -> None:
        """Read the fitted model."""
        with np.load(path, allow_pickle=False) as stored:
            self._model = MoodModel.from_arrays(stored)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `sentiment` and `emotions`."""
        for message in messages:
            mood = self._model.feel(message.get(TEXT), message.get(EMBEDDING))
            message.set("sentiment", {"score": mood.score, "label": mood.label}, add_to_output=True)
            message.set("emotions", dict(mood.emotions), add_to_output=True)
        return messages
