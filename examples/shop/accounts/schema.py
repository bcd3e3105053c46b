"""Accounts as they travel over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from examples.shop.accounts.values import (
    Account,
    Attempt,
    AttemptState,
    DeclineReason,
    Letter,
    LetterKind,
    Subscription,
    SubscriptionStatus,
)
from examples.shop.schema import Strict, Text
from examples.shop.values import Customer, amount

Email = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()/.-]{5,24}$", max_length=26)
]


class AccountRequest(Strict):
    """What shall be different; what is left out stays."""

    phone: Phone | None = None
    address: Text | None = None
    newsletter: bool | None = None


class EmailRequest(Strict):
    """The address to sign in with from now on."""

    email: Email


class LinkRequest(Strict):
    """Which link shall go to which address."""

    email: Email
    kind: Literal["password_link", "activation_link"]


class TokenRequest(Strict):
    """What a link carried."""

    token: Text


class NothingMore(Strict):
    """A request that says everything by its path."""


class PauseRequest(Strict):
    """Until when nothing shall be sent."""

    until: date


class DocumentRequest(Strict):
    """Which document, about which order if it is about one."""

    customer_id: Text
    kind: Text
    order_id: Text | None = None


class AccountView(BaseModel):
    """One account."""

    customer_id: str
    name: str
    email: str
    pending_email: str | None
    phone: str | None
    address: str
    newsletter: bool
    closed: bool
    version: int

    @classmethod
    def of(cls, account: Account, customer: Customer) -> "AccountView":
        """Show an account with its owner's name and address."""
        return cls(name=customer.name, email=customer.email, **vars(account))


class SubscriptionView(BaseModel):
    """One subscription."""

    id: str
    customer_id: str
    plan: str
    price: float
    currency: str = "EUR"
    status: SubscriptionStatus
    next_box: date | None
    paid_until: date
    paused_until: date | None
    version: int = Field(ge=1)

    @classmethod
    def of(cls, one: Subscription) -> "SubscriptionView":
        """Show a subscription with its price in euros."""
        fields = {name: value for name, value in vars(one).items() if name != "cents"}
        return cls(price=amount(one.cents), **fields)


class AttemptView(BaseModel):
    """One payment that was declined, or is paid since."""

    id: str
    customer_id: str
    items: str
    amount: float
    currency: str = "EUR"
    method: str
    reason: DeclineReason
    state: AttemptState
    made_at: datetime
    version: int

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptView":
        """Show an attempt with its amount in euros."""
        fields = {name: value for name, value in vars(attempt).items() if name != "cents"}
        return cls(amount=amount(attempt.cents), **fields)


class LetterView(BaseModel):
    """An email that was sent, without its link."""

    id: str
    customer_id: str
    to: str
    kind: LetterKind
    about: str
    sent_at: datetime

    @classmethod
    def of(cls, letter: Letter) -> "LetterView":
        """Show a letter; whoever has its link may act, so the link stays out."""
        return cls(**{name: value for name, value in vars(letter).items() if name != "token"})


class LinkView(BaseModel):
    """The same answer whether somebody uses the address or nobody does."""

    accepted: bool
    kind: str
