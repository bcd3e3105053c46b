"""Which lines of a timeline stand out: where a person was needed, where the mood fell, where it ended. Pure.

Escalations and resolutions are marked when they are written. Where the mood fell is read off the
scores, so that it holds as well while a person has the conversation and nothing is decided.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.conversations.entry import Entry

ESCALATION, RESOLUTION, DROP = "escalation", "resolution", "drop"
FELL_BY = 0.3
"""More than this from one message of the customer to the next is worth a look."""
NOISE = 1e-6
"""Scores are stored with seven digits."""


def with_drops(entries: Sequence[Entry], felt_before: float | None) -> list[Entry]:
    """Mark the customer's messages that fell; `felt_before` is the score before the first of these lines."""
    marked, before = [], felt_before
    for entry in entries:
        felt = entry.sentiment if entry.sender == "customer" else None
        if (
            felt is not None
            and before is not None
            and before - felt > FELL_BY + NOISE
            and not entry.highlight
        ):
            entry = replace(entry, highlight=DROP)
        before = before if felt is None else felt
        marked.append(entry)
    return marked
