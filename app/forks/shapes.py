"""What a fork asks and answers; the OpenAPI document is made from these."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.console.shapes import Why


class PastTurn(BaseModel):
    """A turn that can be explained and forked."""

    seq: int
    thread_id: str
    why: str
    """What it answered: a message, a decision, a release, the beginning of an action."""
    at: datetime
    ms: float
    book_version: str


class PastTurns(BaseModel):
    """The turns of a conversation and of its actions, oldest first; of very long ones the newest."""

    items: Sequence[PastTurn]


class ForkBook(BaseModel):
    """Which rule book the sandbox runs on."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(default="current", min_length=4, max_length=100)
    """`current`, or a version that was in force."""
    files: Mapping[str, str | None] = Field(default_factory=dict)
    """Files that take the place of the book's own, by their name in the folder; null leaves one out."""


class ForkBody(BaseModel):
    """What is to be otherwise; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    message: str | None = Field(default=None, min_length=1, max_length=4000)
    slots: Mapping[str, str | int | float | bool | None] = Field(default_factory=dict)
    book: ForkBook | None = None


class Outcome(BaseModel):
    """What one turn came to, in words."""

    reply: Sequence[str]
    action: Sequence[str]
    approval: Sequence[str]
    escalation: Sequence[str]
    call: str | None
    """A call that was never made: here the sandbox ends."""
    failure: str | None
    places: Sequence[str]
    """Lines of the book that decided."""


class Step(BaseModel):
    """One turn, as it was and as it would have been."""

    seq: int
    thread_id: str
    happened: str
    instead: str | None
    was: Outcome | None
    would: Outcome | None
    differs: Sequence[str]


class ForkShape(BaseModel):
    """What would have happened, beside what happened."""

    conversation_id: str
    thread_id: str
    seq: int
    was_book: str
    would_book: str
    slots: Mapping[str, object]
    """What the slots held before the turn."""
    steps: Sequence[Step]
    ended: str | None
    why: Why | None
    """How the sandbox came to the first turn's outcome."""
