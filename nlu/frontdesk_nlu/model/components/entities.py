"""Finds entities."""

import json
from dataclasses import asdict
from pathlib import Path

from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.entities.rules import find_entities, order_pattern
from frontdesk_nlu.model.components.keeping import Keeping

ORDER_NUMBER = "order_number"
PRODUCT = "product"


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
