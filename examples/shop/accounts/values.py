"""Accounts, subscriptions, payment attempts and letters as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

SubscriptionStatus = Literal["active", "paused", "ended"]
DeclineReason = Literal["confirmation_missing", "insufficient_funds", "card_expired", "bank_declined"]
AttemptState = Literal["declined", "paid"]
LetterKind = Literal[
    "password_link",
    "activation_link",
    "email_verification",
    "email_changed_notice",
    "payment_link",
    "document",
]


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a customer may change; a new email address waits until its link was opened."""

    customer_id: str
    pending_email: str | None
    phone: str | None
    address: str
    newsletter: bool
    closed: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A box that comes every few weeks; money is in cents."""

    id: str
    customer_id: str
    plan: str
    cents: int
    status: SubscriptionStatus
    next_box: date | None
    """None while it is paused or ended."""
    paid_until: date
    paused_until: date | None
    version: int


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A payment at the checkout that the bank declined; its basket waits."""

    id: str
    customer_id: str
    items: str
    cents: int
    method: str
    reason: DeclineReason
    state: AttemptState
    made_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An email that the shop has sent."""

    id: str
    customer_id: str
    to: str
    kind: LetterKind
    about: str
    token: str
    """What the link in it carries; empty where it holds no link."""
    sent_at: datetime
