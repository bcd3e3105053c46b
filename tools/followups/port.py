"""What the tools need from whoever keeps what was promised for later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from tools.spec import ActionKey, Caller

State = Literal["scheduled", "begun", "cancelled", "stranded"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What shall begin later, and when."""

    kind: str
    """Names the action of the book that begins when it is due."""
    due_at: datetime
    ends_at: datetime
    subject: str
    body: str
    told: str
    """When, in the words that the customer agreed to."""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """A promise that is kept."""

    id: str
    state: State
    plan: Plan


class FollowUps(Protocol):
    """Keeps promises through every restart. The same key never makes two."""

    async def schedule(self, caller: Caller, plan: Plan, *, key: ActionKey) -> FollowUp:
        """Keep a promise."""

    async def open_of(self, caller: Caller) -> Sequence[FollowUp]:
        """Return what the caller is still promised, the soonest first."""

    async def cancel(self, caller: Caller, follow_up_id: str, *, key: ActionKey) -> FollowUp:
        """Drop a promise; raises `NoSuchThing`, or `BackendRefused` when it has begun."""

    async def done_under(self, caller: Caller, key: ActionKey) -> FollowUp | None:
        """Return what was scheduled or cancelled under this key, or None."""
