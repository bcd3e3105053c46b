"""Values out of a customer's words: entities into slots of a flow."""

import re
from collections.abc import Iterable
from typing import Any

from graphs.ports import Entity
from policies.expressions import holds
from policies.flow_model import Flow, Slot
from policies.normalise import normalise

DIGITS = re.compile(r"\d+")
AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
PHONE = re.compile(r"\+?[0-9(][0-9 ()/.-]{4,24}[0-9]")
PHONE_DIGITS = range(7, 16)
LONGEST_TEXT = 500
SPELT = ("email", "phone")
"""Slot types that are known by their spelling, whether understanding marked them or not."""


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
    return slot.entities or ((slot.name,) if slot.choices or slot.options is not None else ())


def from_answer(slot: Slot, text: str, entities: Iterable[Entity]) -> Any | None:
    """Read the answer to a slot's question, or None when it holds no usable value."""
    for entity in entities:
        if entity.name in kinds(slot):
            return as_value(slot, entity.value)
    if slot.type == "order_number" and (found := DIGITS.search(text)) and len(text) <= 40:
        return as_value(slot, found[0])
    if slot.entities and not slot.choices and slot.type not in SPELT:
        return None
    return as_value(slot, text)


def gave_value(slot: Slot, text: str, entities: Iterable[Entity]) -> bool:
    """Say whether the answer holds something that was meant as the value, whether it does or not."""
    if slot.type in SPELT:
        return "@" in text if slot.type == "email" else any(sign.isdigit() for sign in text)
    if slot.entities and not slot.choices:
        return any(entity.name in slot.entities for entity in entities)
    return bool(text.strip())


def as_value(slot: Slot, text: str) -> Any | None:
    """Bring a text into the slot's type and check it; None when it does not fit."""
    value = _typed(slot, text.strip())
    return value if value is not None and fits(slot, value) else None


def fits(slot: Slot, value: Any) -> bool:
    """Say whether a value of the slot's type is one that the book allows."""
    if slot.choices and slot.options is None and value not in slot.choices:
        return False
    return slot.valid is None or holds(slot.valid, {"value": value})


def _typed(slot: Slot, text: str) -> Any | None:
    match slot.type:
        case "order_number":
            found = DIGITS.search(text)
            return found[0] if found else None
        case "number" | "amount":
            found = AMOUNT.search(text)
            return float(found[0].replace(",", ".")) if found else None
        case "email":
            found = EMAIL.search(text)
            return found[0].lower() if found else None
        case "phone":
            return phone_in(text)
        case "truth":
            return {"true": True, "false": False}.get(text.lower())
        case "choice":
            # Options that are not known yet are found by what was said when the flow comes to them.
            return chosen(slot, text) or (text[:LONGEST_TEXT] or None if slot.options is not None else None)
        case _:
            return text[:LONGEST_TEXT] or None


def chosen(slot: Slot, text: str) -> str | None:
    """Name the one choice whose words the text holds; None when it holds none, or several."""
    if text in slot.choices:
        return text
    said = f" {normalise(text)} "
    found: set[str] = set()
    for word, value in slot.spoken:
        # What a longer phrase has said is not said again by a word in it: "3 out of 5".
        if f" {word} " in said:
            found.add(value)
            said = said.replace(f" {word} ", " | ")
    return found.pop() if len(found) == 1 else None


def says_choice(slot: Slot, text: str) -> bool:
    """Say whether a text is nothing but the words of one of the choices."""
    said = normalise(text)
    return any(said == word for word, _ in slot.spoken)


def phone_in(text: str) -> str | None:
    """Return the phone number in a text: one that has too few or too many digits is none."""
    found = PHONE.search(text)
    number = " ".join(found[0].split()) if found else ""
    return number if sum(sign.isdigit() for sign in number) in PHONE_DIGITS else None
