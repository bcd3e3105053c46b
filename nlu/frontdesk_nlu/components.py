"""The Rasa graph components: thin shells that read and write messages around the plain models.

They are registered with Rasa's recipe in `training.py`, not by a decorator
here, because importing the recipe costs four seconds that serving can spare.
"""

import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.encoder import load_encoder
from frontdesk_nlu.entities import find_entities, order_pattern
from frontdesk_nlu.intents import IntentModel
from frontdesk_nlu.language import LanguageGuess, words_of
from frontdesk_nlu.mood import MoodModel
from frontdesk_nlu.text import prepared, readable

PREPARED = "prepared"
EMBEDDING = "embedding"
ORDER_NUMBER = "order_number"
PRODUCT = "product"

C = TypeVar("C", bound="Keeping")


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
        for message in messages:
            text = prepared(readable(message.get(TEXT) or ""))
            vector = self._encoder.encode(text)
            message.set(PREPARED, text)
            message.set(EMBEDDING, vector)
            message.add_features(
                Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__)
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed the examples."""
        self.process(training_data.training_examples)
        return training_data


class Keeping(GraphComponent):
    """A component that learns something and keeps it as one file of its own."""

    FILE = "learnt.npz"

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Make the component that is about to learn."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Make the component from what it kept."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.recall(Path(folder) / cls.FILE)
        return component

    @abstractmethod
    def recall(self, path: Path) -> None:
        """Read what was learnt."""

    def keep_arrays(self, arrays: Mapping[str, Any]) -> Resource:
        """Store arrays."""
        with self._storage.write_to(self._resource) as folder:
            np.savez(Path(folder) / self.FILE, **arrays)
        return self._resource

    def keep_json(self, learnt: Any) -> Resource:
        """Store plain values."""
        with self._storage.write_to(self._resource) as folder:
            (Path(folder) / self.FILE).write_text(json.dumps(learnt, ensure_ascii=False, sort_keys=True))
        return self._resource


class IntentBlend(Keeping):
    """Names the intent, ranks the others, and rates how far the text lies outside all of them."""

    _model: IntentModel

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the examples of every intent."""
        from frontdesk_nlu.intent_training import Corpus, Foreign, train  # brings scikit-learn
        from frontdesk_nlu.shipped_lines import off_topic_lines

        examples = training_data.intent_examples
        names = tuple(sorted({example.get(INTENT) for example in examples}))
        encoder = load_encoder(Path(self._config["encoder"]))
        foreign = tuple(prepared(line) for line in off_topic_lines())
        model = train(
            Corpus(
                names=names,
                texts=tuple(example.get(PREPARED) for example in examples),
                vectors=np.stack([example.get(EMBEDDING) for example in examples]),
                labels=np.array([names.index(example.get(INTENT)) for example in examples]),
            ),
            Foreign(foreign, np.stack([encoder.encode(text) for text in foreign])),
        )
        return self.keep_arrays(model.arrays())

    def recall(self, path: Path) -> None:
        """Read the fitted model."""
        with np.load(path, allow_pickle=False) as stored:
            self._model = IntentModel.from_arrays(stored)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set Rasa's `intent` and `intent_ranking`, and `out_of_scope`."""
        for message in messages:
            judged = self._model.judge(message.get(PREPARED), message.get(EMBEDDING))
            order = np.argsort(-judged.probabilities, kind="stable")
            ranking = [
                {"name": self._model.names[at], "confidence": float(judged.probabilities[at])} for at in order
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("out_of_scope", judged.out_of_scope, add_to_output=True)
        return messages


class RuleEntities(Keeping):
    """Finds order numbers, e-mail addresses, amounts, dates and products."""

    FILE = "learnt.json"

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the shape of order numbers and the names of products from the annotated examples."""
        orders: set[str] = set()
        catalogue: dict[str, str] = {}
        for example in training_data.entity_examples:
            for entity in example.get(ENTITIES):
                surface = example.get(TEXT)[entity["start"] : entity["end"]]
                if entity["entity"] == ORDER_NUMBER:
                    orders.add(surface)
                elif entity["entity"] == PRODUCT:
                    catalogue[surface.lower()] = entity["value"]
        for table in training_data.lookup_tables:
            if table["name"] == PRODUCT:
                catalogue |= {name.lower(): name for name in table["elements"]}
        return self.keep_json({"orders": sorted(orders), "catalogue": catalogue})

    def recall(self, path: Path) -> None:
        """Read the shapes and names."""
        learnt = json.loads(path.read_text())
        self._orders = order_pattern(learnt["orders"])
        self._catalogue: dict[str, str] = learnt["catalogue"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set Rasa's `entities`; positions are those of the text as the customer wrote it."""
        for message in messages:
            found = find_entities(message.get(TEXT), self._orders, self._catalogue)
            shown = [{key: value for key, value in asdict(one).items() if value is not None} for one in found]
            message.set(ENTITIES, shown, add_to_output=True)
        return messages


class MoodReader(Keeping):
    """Rates sentiment and emotions."""

    _model: MoodModel

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the graded lines this package ships."""
        from frontdesk_nlu.mood import train
        from frontdesk_nlu.shipped_lines import mood_lines

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


class LanguageReader(Keeping):
    """Guesses the language."""

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
        """Set `language`."""
        for message in messages:
            code, confidence = self._guess.guess(message.get(PREPARED))
            message.set("language", {"code": code, "confidence": confidence}, add_to_output=True)
        return messages
