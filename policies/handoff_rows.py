"""One row of the table of handoff triggers, as the book and a company's own rows have it."""

from dataclasses import dataclass
from typing import Literal

TriggerType = Literal["keyword", "sentiment", "confidence", "intent"]


@dataclass(frozen=True, kw_only=True)
class HandoffTrigger:
    """What brings a person, how urgently, and whether it is looked at."""

    trigger_id: str
    type: TriggerType
    value: str = ""
    """A phrase for a keyword, the name of an intent; nothing for the other two."""
    threshold: float | None = None
    """Below it mood or confidence bring a person; an intent counts from it on."""
    priority: Literal["low", "medium", "high", "urgent"] = "medium"
    enabled: bool = True
