"""Finds entities."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.entities.lexicon import lexicon
from frontdesk_nlu.entities.rules import find_entities
from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.reading.language import words_of
from frontdesk_nlu.reading.text import READ_CHARS

ORDER_NUMBER = "order_number"
PRODUCT = "product"
PRODUCT_NAME = "product_name"
LOCATION = "location"


class RuleEntities(Keeping):
    """Finds order numbers, contacts, sums, dates, products, people, places and addresses."""

    FILE = "learnt.json"

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the company's order numbers, products, places and ordinary words from its examples."""
        return self.keep_json(learnt(training_data))

    def recall(self, path: Path) -> None:
        """Read what the examples taught."""
        self._known = lexicon(**json.loads(path.read_text()))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set Rasa's `entities`; positions are those of the text as the customer wrote it."""
        for message in messages:
            found = find_entities((message.get(TEXT) or "")[:READ_CHARS], self._known)
            message.set(ENTITIES, [one.told() for one in found], add_to_output=True)
        return messages


def learnt(training_data: TrainingData) -> dict[str, Any]:
    """Gather order numbers, places, the catalogue and ordinary words: what a lexicon is made from."""
    surfaces: dict[str, set[str]] = {ORDER_NUMBER: set(), LOCATION: set()}
    catalogue: dict[str, str] = {}
    for name, surface, value in annotated(training_data):
        if name == PRODUCT:
            catalogue[surface.lower()] = value
        elif name in surfaces:
            surfaces[name].add(surface)
    return {
        "orders": sorted(surfaces[ORDER_NUMBER]),
        "places": sorted(surfaces[LOCATION]),
        "catalogue": {name.lower(): name for name in looked_up(training_data, PRODUCT)} or catalogue,
        "product_names": looked_up(training_data, PRODUCT_NAME),
        "vocabulary": sorted(set(ordinary_words(training_data))),
    }


def looked_up(training_data: TrainingData, name: str) -> list[str]:
    """Read one of Rasa's lookup tables; one for `product` is the whole catalogue."""
    return [
        element
        for table in training_data.lookup_tables
        if table["name"] == name
        for element in table["elements"]
    ]


def annotated(training_data: TrainingData) -> Iterator[tuple[str, str, str]]:
    """Yield name, characters and value of every annotated entity."""
    for example in training_data.entity_examples:
        for entity in example.get(ENTITIES):
            yield entity["entity"], example.get(TEXT)[entity["start"] : entity["end"]], entity["value"]


def ordinary_words(training_data: TrainingData) -> Iterator[str]:
    """Yield the words of the examples that stand outside all annotations."""
    for example in training_data.intent_examples:
        text = example.get(TEXT)
        for entity in example.get(ENTITIES) or ():
            text = text[: entity["start"]] + " " * (entity["end"] - entity["start"]) + text[entity["end"] :]
        yield from words_of(text)
