"""Guesses the language."""

import json
from pathlib import Path

from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.model.components.sentence import PREPARED
from frontdesk_nlu.reading.language import LanguageGuess, words_of

LANGUAGE = "language"


class LanguageReader(Keeping):
    """Guesses the language; what the conversation has spoken so far is weighed in where it is known."""

    FILE = "learnt.json"

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which words the examples use; they are in the language the company serves."""
        words = {
            word for example in training_data.intent_examples for word in words_of(example.get(PREPARED))
        }
        return self.keep_json({"home": self._config["home"], "words": sorted(words)})

    def recall(self, path: Path) -> None:
        """Read the words."""
        learnt = json.loads(path.read_text())
        self._guess = LanguageGuess(learnt["home"], learnt["words"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `language` to a `Language`."""
        for message in messages:
            message.set(LANGUAGE, self._guess.guess(message.get(PREPARED)), add_to_output=True)
        return messages
