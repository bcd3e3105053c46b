"""Values out of a customer's words: entities into slots of a flow."""

import re
from collections.abc import Iterable
from typing import Any

from graphs.ports import Entity
from policies.expressions import ExpressionFailed
from policies.flow_model import Flow, Slot
from policies.normalise import normalise

DIGITS = re.compile(r"\d+")
AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?")
LONGEST_TEXT = 500


def from_entities(flow: Flow, entities: Iterable[Entity]) -> dict[str, Any]:
    """Return the slots that the entities fill; the first entity of a kind counts."""
    filled: dict[str, Any] = {}
    for entity in entities:
        for slot in flow.slots.values():
            if entity.name in kinds(slot) and slot.name not in filled:
                value = as_value(slot, entity.value)
                if value is not None:
                    filled[slot.name] = value
    return filled


def kinds(slot: Slot) -> tuple[str, ...]:
    """Name the entities that fill a slot; a choice without any is filled by its own buttons."""
    return slot.entities or ((slot.name,) if slot.choices else ())


def from_answer(slot: Slot, text: str, entities: Iterable[Entity]) -> Any | None:
    """Read the answer to a slot's question, or None when it holds no usable value."""
    for entity in entities:
        if entity.name in kinds(slot):
            return as_value(slot, entity.value)
    if slot.type == "order_number" and (found := DIGITS.search(text)) and len(text) <= 40:
        return as_value(slot, found[0])
    if slot.entities and not slot.choices:
        return None
    return as_value(slot, text)


def gave_value(slot: Slot, text: str, entities: Iterable[Entity]) -> bool:
    """Say whether the answer holds something that was meant as the value, whether it does or not."""
    if slot.entities and not slot.choices:
        return any(entity.name in slot.entities for entity in entities)
    return bool(text.strip())


def as_value(slot: Slot, text: str) -> Any | None:
    """Bring a text into the slot's type and check it; None when it does not fit."""
    value = _typed(slot, text.strip())
    return value if value is not None and fits(slot, value) else None


def fits(slot: Slot, value: Any) -> bool:
    """Say whether a value of the slot's type is one that the book allows."""
    if slot.choices and value not in slot.choices:
        return False
    return slot.valid is None or _holds(slot, value)


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
        case "truth":
            return {"true": True, "false": False}.get(text.lower())
        case "choice":
            return chosen(slot, text)
        case _:
            return text[:LONGEST_TEXT] or None


def chosen(slot: Slot, text: str) -> str | None:
    """Name the one choice whose words the text holds; None when it holds none, or several."""
    if text in slot.choices:
        return text
    said = f" {normalise(text)} "
    found = [
        value
        for value, words in slot.choices.items()
        if any(f" {normalise(word)} " in said for word in words)
    ]
    return found[0] if len(found) == 1 else None


def _holds(slot: Slot, value: Any) -> bool:
    """Evaluate the slot's own condition; one that fails on a value says that it does not fit."""
    try:
        return bool(slot.valid.evaluate({"value": value})) if slot.valid else True
    except ExpressionFailed:
        return False
