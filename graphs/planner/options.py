"""Choices that come from what a flow has read, and choices that the first message makes already."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphs.planner.slots import SPELT, as_value, chosen
from graphs.state import ConversationState
from policies.flow_model import Flow, Slot

WORD = re.compile(r"[a-z]+")
NO_NAME = frozenset({
    "a", "an", "and", "five", "for", "four", "in", "of", "one", "pair", "piece", "pieces", "set", "six",
    "the", "three", "two", "with",
})  # fmt: skip
"""Words that tell no article from another."""


def opened(slot: Slot, memory: ConversationState) -> Slot:
    """Return a slot with the choices it has here; they were kept when the flow came to its question."""
    if slot.options is None:
        return slot
    known = (memory.get("options") or {}).get(slot.name, [])
    return replace(slot, options=None, choices={**spelt(known), **slot.choices})


def spelt(options: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Give each option the words that mean it and no other: its name, and what only it is called."""
    names = {option: _names(option) for option in options}
    seen = Counter(word for words in names.values() for word in words)
    tails = Counter(map(_tail, options))
    own = {option: sorted(word for word in words if seen[word] == 1) for option, words in names.items()}
    variant = {option: [_tail(option)] if tails[_tail(option)] == 1 else [] for option in options}
    return {option: tuple(dict.fromkeys((option, *variant[option], *words))) for option, words in own.items()}


def _tail(option: str) -> str:
    """What stands behind the comma: the variant, as `set of two`."""
    return option.partition(",")[2].strip() or option


def _names(option: str) -> frozenset[str]:
    """The words of an option, each as one and as several."""
    words = [word for word in WORD.findall(option.casefold()) if word not in NO_NAME and len(word) > 2]
    return frozenset(form for word in words for form in (word, f"{word}s", _one(word)))


def _one(word: str) -> str:
    """Write a word as one thing: glasses, mugs, linen."""
    ending = "es" if word.endswith("sses") else "s" if word.endswith("s") and not word.endswith("ss") else ""
    return word.removesuffix(ending) if len(word) > 4 else word


def heard(flow: Flow, text: str) -> dict[str, Any]:
    """Return the choices and addresses of the message that begins a flow, where the book listens for them."""
    listening: Iterable[Slot] = (slot for slot in flow.slots.values() if slot.heard)
    found = {slot.name: (as_value if slot.type in SPELT else chosen)(slot, text) for slot in listening}
    return {name: value for name, value in found.items() if value is not None}
