"""Identities as the API takes and shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.conversations.entry import Entry
from app.gateway.message import Channel, Id
from app.identity.candidates import EvidenceKind
from app.identity.links import LinkKind

Token = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Plain = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=320)]


class Who(BaseModel):
    """For whom it is asked: a customer's own token, or with a key the conversation."""

    model_config = ConfigDict(extra="forbid")
    token: Token | None = None
    conversation_id: Id | None = None


class AskForCode(Who):
    """Where the code is to go."""

    contact: Plain
    """An email address, or a phone number with its country: `+49 170 1234567`."""


class CodeSent(BaseModel):
    """A code is on its way."""

    code_id: str
    to: str
    expires_at: datetime


class GiveCode(Who):
    """The code that arrived."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class ProvedShape(BaseModel):
    """The address is the customer's."""

    customer_id: str
    merged: Sequence[str]
    """Customers who turned out to be the same person; an agent can part them for seven days."""
    candidates: Sequence[str]
    """Customers who may be, left for a person to judge."""
    verified: bool
    """The conversation speaks for an account of the company from now on."""


class AskForLink(Who):
    """Where the conversation is to go on."""

    channel: Channel
    kind: LinkKind = "code"
    """`code`: the customer sends it from the channel. `link`: the widget opens it."""


class LinkMade(BaseModel):
    """The way to another channel; it is shown once and can be used once."""

    code: str
    channel: str
    kind: LinkKind
    expires_at: datetime
    say: str
    """What the customer does with it."""


class EvidenceShape(BaseModel):
    """One thing that two customers share."""

    kind: EvidenceKind
    shared: str


class CandidateShape(BaseModel):
    """A customer who may be the same person."""

    customer_id: str
    name: str | None
    tier: str
    known_since: datetime
    has_account: bool
    """The company knows them by an id of its own."""
    likelihood: float
    evidence: Sequence[EvidenceShape]


class ContactShape(BaseModel):
    """What a customer proved to be theirs."""

    kind: Literal["email", "phone"]
    value: str
    verified_at: datetime


class IdentitiesShape(BaseModel):
    """What a customer proved, and who may be the same person."""

    contacts: Sequence[ContactShape]
    candidates: Sequence[CandidateShape]


class Other(BaseModel):
    """The customer who is somebody else."""

    model_config = ConfigDict(extra="forbid")
    other: Id


class Line(BaseModel):
    """A line of the one timeline, and the conversation in which it stands."""

    conversation_id: str
    entry: Entry


class Timeline(BaseModel):
    """Everything with a customer on all channels, oldest first; earlier lines by the cursor."""

    items: Sequence[Line]
    earlier: str | None = Field(default=None)
