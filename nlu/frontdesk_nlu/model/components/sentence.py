"""Reads and embeds the text, once for all components."""

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.reading.text import prepared, readable

PREPARED = "prepared"
EMBEDDING = "embedding"
TOKENS = "tokens_read"
"""What the encoder understood of every token, for whoever has to look at a part of the text."""


class SentenceEncoder(GraphComponent):
    """Prepares the text and embeds it, once; every later component reads that vector.

    The setting `encoder` is the path of the model file; whoever loads a model
    folder sets it, so that the folder can be moved.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        """Open the encoder of this model folder."""
        return cls(Path(config["encoder"]))

    def __init__(self, model: Path) -> None:
        self._encoder = load_encoder(model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the prepared text, the vector, and the vector as a Rasa feature for stock components."""
        texts = [prepared(readable(message.get(TEXT) or "")) for message in messages]
        for message, text, read in zip(messages, texts, self._encoder.read_many(texts), strict=True):
            message.set(PREPARED, text)
            message.set(EMBEDDING, read.vector)
            message.set(TOKENS, read.tokens)
            message.add_features(
                Features(read.vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__)
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed the examples; of their tokens nothing is kept."""
        for example in training_data.training_examples:
            self.process([example])
            example.data.pop(TOKENS)
        return training_data
