"""Accepted corrections as lines to learn from or to measure with, never both. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from guardrails.personal import mask
from policies.normalise import normalise

Use = Literal["training", "evaluation"]
MEASURES = 5
"""One text of so many measures; the others teach."""


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """An accepted correction, opened."""

    correction_id: str
    kind: str
    text: str
    reply: str
    was: str | None
    should_be: str | None
    answer: str


def use_of(text: str) -> Use:
    """Say what a text is for, by the text alone: the same words are always on the same side."""
    drawn = int.from_bytes(hashlib.sha256(normalise(text).encode()).digest()[:8], "big")
    return "evaluation" if drawn % MEASURES == 0 else "training"


def candidates(
    corrected: Iterable[Corrected], use: Use, held_back: Collection[str] = ()
) -> list[Mapping[str, Any]]:
    """Return the lines for one use, each text once, personal details masked.

    What stands in a held-back set, given as normalised texts, is left out of both uses: it neither teaches
    nor is it counted twice.
    """
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in corrected:
        plain = normalise(one.text)
        if plain and plain not in held_back and use_of(one.text) == use:
            found.setdefault((one.kind, plain), _line(one))
    return list(found.values())


def _line(one: Corrected) -> Mapping[str, Any]:
    line: dict[str, Any] = {"text": mask(one.text), "kind": one.kind, "correction_id": one.correction_id}
    match one.kind:
        case "intent":
            return {**line, "intent": one.should_be, "was": one.was}
        case "queue":
            return {**line, "group": one.should_be, "was": one.was}
        case _:
            return {**line, "answer": mask(one.answer), "was": mask(one.reply)}
