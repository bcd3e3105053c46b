"""Which language a conversation is in, and whether the assistant speaks it."""

import re
from dataclasses import dataclass

from graphs.ports import Understood
from graphs.state import ConversationState
from policies.model import Book

WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = frozenset({"address", "location", "person", "product", "email"})
"""Entities that are spelt alike in every language: they say nothing about the customer's own."""
SETTLED_WORDS = 2
"""So many words of a served language show that the conversation is in it."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a message tells about the conversation's language."""

    changes: ConversationState
    not_served: str | None = None
    """The language to answer in once, because the assistant does not speak it."""


def heard(state: ConversationState, understood: Understood, text: str, book: Book) -> Heard:
    """Judge one message; a short one in another language counts when the next is in it, too.

    Who changes between two languages is understood by the one that is served, and a
    name or an address that the assistant asked for is in no language at all.
    """
    words = own_words(understood, text)
    if not understood.measured or not words or _asked_for_words(state, book):
        return Heard(changes={})
    bounds, code = book.thresholds, understood.language
    if understood.mixed_language or code in book.routing.languages:
        settled = not understood.mixed_language and words >= SETTLED_WORDS
        changes: ConversationState = {"strange": None}
        return Heard(changes={**changes, "language": code} if settled else changes)
    if understood.language_confidence < bounds.foreign_language:
        return Heard(changes={})
    again = code in (state.get("strange"), state.get("language"))
    if words >= bounds.foreign_language_words or again:
        return Heard(changes={"strange": code, "language": code}, not_served=code)
    return Heard(changes={"strange": code})


def own_words(understood: Understood, text: str) -> int:
    """Count the words of a text that are not part of a name."""
    left = text
    for entity in understood.entities:
        if entity.name in NAMES:
            left = left[: entity.start] + " " * (entity.end - entity.start) + left[entity.end :]
    return len(WORD.findall(left))


def _asked_for_words(state: ConversationState, book: Book) -> bool:
    """Say whether the assistant waits for something that is written as the customer likes."""
    flow = book.flows.get(state.get("flow") or "")
    slot = flow.slots.get(state.get("asked") or "") if flow else None
    return slot is not None and not slot.entities
