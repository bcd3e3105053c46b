"""Values out of a customer's words: entities into slots of a flow."""

import re
from collections.abc import Iterable
from typing import Any

from graphs.ports import Entity
from policies.expressions import ExpressionFailed
from policies.model import Flow, Slot

DIGITS = re.compile(r"\d+")
AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?")
LONGEST_TEXT = 500


def from_entities(flow: Flow, entities: Iterable[Entity]) -> dict[str, Any]:
    """Return the slots that the entities fill; the first entity of a kind counts."""
    filled: dict[str, Any] = {}
    for entity in entities:
        for slot in flow.slots.values():
            if entity.name in slot.entities and slot.name not in filled:
                value = as_value(slot, entity.value)
                if value is not None:
                    filled[slot.name] = value
    return filled


def from_answer(slot: Slot, text: str, entities: Iterable[Entity]) -> Any | None:
    """Read the answer to a slot's question, or None when it holds no usable value."""
    for entity in entities:
        if entity.name in slot.entities:
            return as_value(slot, entity.value)
    if slot.type == "order_number" and (found := DIGITS.search(text)) and len(text) <= 40:
        return as_value(slot, found[0])
    if slot.entities:
        return None
    return as_value(slot, text)


def as_value(slot: Slot, text: str) -> Any | None:
    """Bring a text into the slot's type and check it; None when it does not fit."""
    value = _typed(slot, text.strip())
    if value is None or (slot.valid is not None and not _holds(slot, value)):
        return None
    return value


def _typed(slot: Slot, text: str) -> Any | None:
    match slot.type:
        case "order_number":
            found = DIGITS.search(text)
            return found[0] if found else None
        case "number" | "amount":
            found = AMOUNT.search(text)
            return float(found[0].replace(",", ".")) if found else None
        case "email":
            return text.lower() if "@" in text else None
        case _:
            return text[:LONGEST_TEXT] or None


def _holds(slot: Slot, value: Any) -> bool:
    """Evaluate the slot's own condition; one that fails on a value says that it does not fit."""
    try:
        return bool(slot.valid.evaluate({"value": value})) if slot.valid else True
    except ExpressionFailed:
        return False
