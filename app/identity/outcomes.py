"""What can come of proving who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.identity.repository import PartyRow


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A code is on its way."""

    code_id: str
    to: str
    """Masked: who asked knows the rest."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class TooMany:
    """Codes were asked for too often."""

    wait_s: int


@dataclass(frozen=True, kw_only=True)
class NotSent:
    """No code went out."""

    why: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class NoConversation:
    """There is no such conversation."""


@dataclass(frozen=True, kw_only=True)
class WrongCode:
    """This is not the code that was sent."""

    tries_left: int


@dataclass(frozen=True, kw_only=True)
class NoCode:
    """No code is waited for: none was sent, it was used, or it is out of date."""


@dataclass(frozen=True, kw_only=True)
class Proved:
    """The address is the customer's."""

    customer_id: str
    merged: Sequence[str]
    """Customers who turned out to be the same person."""
    apart: Sequence[str]
    """Customers who may be, and are left for a person to judge."""
    verified: bool
    """The conversation speaks for an account of the company from now on."""


@dataclass(frozen=True, kw_only=True)
class OnePerson:
    """Which customers are one, and who of them stays."""

    kept: str
    gone: tuple[str, ...]
    apart: tuple[str, ...]


def one_person(me: str, parties: Sequence[PartyRow]) -> OnePerson:
    """Say who becomes one when all of them are reached at the same proved address. Pure.

    Two accounts of the company are never made one by the machine, and nobody who is blocked is.
    """
    others = [party for party in parties if party.customer_id != me]
    mine = next((party for party in parties if party.customer_id == me), None)
    if mine is None or mine.blocked or any(other.blocked for other in others):
        return OnePerson(kept=me, gone=(), apart=tuple(other.customer_id for other in others))
    accounts = [other.customer_id for other in others if other.has_account]
    strangers = [other for other in others if not other.has_account]
    if mine.has_account or len(accounts) > 1:
        return OnePerson(kept=me, gone=tuple(one.customer_id for one in strangers), apart=tuple(accounts))
    oldest = min([mine, *strangers], key=lambda one: (one.created_at, one.customer_id))
    kept = accounts[0] if accounts else oldest.customer_id
    gone = (one.customer_id for one in (mine, *strangers) if one.customer_id != kept)
    return OnePerson(kept=kept, gone=tuple(gone), apart=())
