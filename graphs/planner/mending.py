"""Which value a correction is about, and which of several numbers a message means."""

import re
from collections.abc import Sequence

from graphs.ports import Entity
from graphs.state import ConversationState
from policies.model import Flow, Slot

WORD = re.compile(r"[a-z]+")
UNSAID = frozenset({"id", "text"})
"""Parts of slot names that no customer says."""
DENIED = re.compile(
    r"\b(?:not|isn't|wasn't|instead of|rather than|never)(?: (?:the |my )?order)?\s*#?$", re.I
)


FILLERS = frozenset({
    "a", "an", "and", "be", "for", "hi", "i", "id", "is", "it", "its", "m", "my", "nr", "number", "of",
    "ok", "okay", "one", "order", "please", "s", "sorry", "sure", "thank", "thanks", "that", "the", "there",
    "think", "this", "to", "was", "yes", "you",
})  # fmt: skip
"""Words that come with a value and want nothing by themselves."""


def only_value(text: str, entities: Sequence[Entity]) -> bool:
    """Say whether a message names its values and wants nothing besides."""
    rest = text.casefold()
    for one in sorted(entities, key=lambda entity: -entity.start):
        rest = rest[: one.start] + " " + rest[one.end :]
    return frozenset(WORD.findall(rest)) <= FILLERS


def concerned(flow: Flow, memory: ConversationState, text: str) -> str | None:
    """Name the slot that a correction is about: the one it names, the one asked for, or the only one."""
    known = memory.get("slots") or {}
    filled = [slot for slot in flow.slots.values() if known.get(slot.name) is not None]
    words = frozenset(WORD.findall(text.casefold()))
    named = [slot.name for slot in filled if words & _names(slot)]
    if len(named) == 1:
        return named[0]
    asked = memory.get("asked")
    if asked in flow.slots:
        return asked
    return filled[0].name if len(filled) == 1 else None


def _names(slot: Slot) -> frozenset[str]:
    """The words a customer may use for a slot."""
    return frozenset([*slot.name.split("_"), *slot.type.split("_")]) - UNSAID


def without_denied(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Leave out values that the words before them deny: "not 1042, I mean 1077"."""
    kept = tuple(one for one in entities if not DENIED.search(text[: one.start]))
    names = {one.name for one in kept}
    return kept if names == {one.name for one in entities} else tuple(entities)
