"""Customers as the API shows and takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.conversations.seal import Seal, open_text
from app.customers import repository as sql
from app.customers.exporting import address_place
from app.customers.record import opened
from app.customers.starting import cannot_write
from app.gateway.message import Channel, Id

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Tier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class CustomerShape(BaseModel):
    """A customer in a list."""

    customer_id: str
    external_id: str | None
    name: str | None
    email: str | None
    phone: str | None
    tier: str
    language: str
    blocked_at: datetime | None
    created_at: datetime


class Customers(BaseModel):
    """Whom a question may mean."""

    items: Sequence[CustomerShape]


class Address(BaseModel):
    """Where a customer writes from."""

    channel: str
    address: str
    verified: bool
    cannot_write: str | None
    """Why an agent cannot write first to it; null when it is possible."""


class Past(BaseModel):
    """A conversation of a customer."""

    conversation_id: str
    channel: str
    status: str
    intent: str | None
    preview: str
    preview_sender: str | None
    sentiment: float
    owner: str | None
    started_at: datetime
    updated_at: datetime


class Merged(BaseModel):
    """A customer who was made one with this one."""

    merge_id: str
    customer_id: str
    name: str | None
    merged_at: datetime
    undo_until: datetime


class CustomerView(CustomerShape):
    """A customer with everything that hangs on them."""

    note: str | None
    version: int
    """Sent back with a change, so that nobody's change is lost."""
    addresses: Sequence[Address]
    conversations: Sequence[Past]
    merged: Sequence[Merged]


class CustomerChange(BaseModel):
    """What changes; a field that is left out stays, an empty text is forgotten."""

    model_config = ConfigDict(extra="forbid")
    version: int
    name: Short | None = None
    email: Short | None = None
    phone: (
        Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\+?[\d\s()./-]{4,40})?$")] | None
    ) = None
    note: Annotated[str, StringConstraints(max_length=4000)] | None = None
    tier: Tier | None = None
    language: Language | None = None


class Why(BaseModel):
    """A reason, for the audit."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class MergeWith(BaseModel):
    """The customer who is the same person, and is gone afterwards."""

    model_config = ConfigDict(extra="forbid")
    other: Id


class MergeDone(BaseModel):
    """What it takes to take the merge back."""

    merge_id: str
    customer: CustomerView


class FirstMessage(BaseModel):
    """What an agent writes first; the id deduplicates."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel
    message_id: Id
    text: str = Field(min_length=1)


class Started(BaseModel):
    """The conversation that began."""

    conversation_id: str


class ErasedShape(BaseModel):
    """What was erased; of it nothing is left but that it was done."""

    conversations: int
    rows: int


def customer_shape(vault: Seal, tenant_id: str, row: sql.CustomerRow) -> CustomerShape:
    """Show a customer in a list."""
    known = opened(vault, tenant_id, row)
    return CustomerShape(
        customer_id=row.customer_id,
        external_id=known.get("external_id"),
        name=known.get("name") or None,
        email=known.get("email") or None,
        phone=known.get("phone") or None,
        tier=row.tier,
        language=row.language,
        blocked_at=row.blocked_at,
        created_at=row.created_at,
    )


def address_shape(vault: Seal, tenant_id: str, row: sql.IdentityRow, *, delivered: bool) -> Address:
    """Show an address, with why nobody can write to it first."""
    return Address(
        channel=row.channel,
        address=open_text(vault, tenant_id, row.address, address_place(row)),
        verified=row.verified,
        cannot_write=cannot_write(row, delivered=delivered),
    )


def past_shape(vault: Seal, tenant_id: str, row: sql.PastRow) -> Past:
    """Show a conversation in a customer's history."""
    place = f"conversations:preview:{row.conversation_id}"
    return Past(
        conversation_id=row.conversation_id,
        channel=row.channel,
        status=row.status,
        intent=row.intent,
        preview=open_text(vault, tenant_id, row.preview, place) if row.preview else "",
        preview_sender=row.preview_sender,
        sentiment=round(row.sentiment, 3),
        owner=row.owner_name,
        started_at=row.started_at,
        updated_at=row.updated_at,
    )
