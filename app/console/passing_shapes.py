"""What the API takes and answers about changed hands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.gateway.message import Id


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TransferBody(_Body):
    """Where a conversation should go. `warm`: the owner stays until it is taken; `cold`: it goes at once."""

    kind: Literal["warm", "cold"] = "cold"
    to_agent: str | None = Field(default=None, min_length=1, max_length=100)
    to_group: str | None = Field(default=None, min_length=1, max_length=100)
    briefing: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _one_way(self) -> "TransferBody":
        if (self.to_agent is None) == (self.to_group is None):
            raise ValueError("name either to_agent or to_group")
        if self.kind == "warm" and not self.briefing.strip():
            raise ValueError("a warm transfer needs a briefing")
        return self


class NoteBody(_Body):
    """What colleagues should know."""

    note: str = Field(default="", max_length=2000)


class ResolveBody(NoteBody):
    """How a conversation ends; open approvals stay open only when that is said."""

    leave_approvals: bool = False


class WhisperBody(_Body):
    """What a supervisor tells the owner; the id deduplicates."""

    message_id: Id
    text: str


class TransferMade(BaseModel):
    """What became of a transfer: taken at once, queued for a group, or offered until somebody takes it."""

    transfer_id: str
    state: Literal["offered", "taken", "queued"]


class TransferShape(BaseModel):
    """A transfer with its briefing."""

    transfer_id: str
    conversation_id: str
    from_agent: str
    from_name: str
    to_agent: str | None
    to_name: str | None
    to_group: str | None
    kind: str
    state: str
    briefing: str
    taken_by: str | None
    created_at: datetime
    settled_at: datetime | None


class Transfers(BaseModel):
    """Transfers of one conversation, or offered to one agent."""

    items: Sequence[TransferShape]


class TransitionShape(BaseModel):
    """A change of a conversation's status or owner: who, why, from what to what."""

    transition_id: int
    from_status: str
    to_status: str
    from_owner: str | None
    to_owner: str | None
    actor: str
    """`agent:<id>`, `external:<system>`, `assistant`, `customer` or `system`."""
    actor_name: str | None
    cause: str
    reason: str | None
    at: datetime


class Transitions(BaseModel):
    """How a conversation came where it is, oldest first."""

    items: Sequence[TransitionShape]


class HandoffDetail(BaseModel):
    """A handoff, open or closed."""

    handoff_id: str
    conversation_id: str
    status: str
    reason: str
    reason_text: str
    priority: str
    skills: Sequence[str]
    agent_id: str | None
    to_group: str | None
    requested_at: datetime
    assigned_at: datetime | None
    closed_at: datetime | None
    sla_due_at: datetime | None
    package_version: int
    package_versions: int
    package_why: str
