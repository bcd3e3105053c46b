"""What a rail says about a text."""

from dataclasses import dataclass
from typing import Literal, Protocol

Severity = Literal["note", "person", "block"]


@dataclass(frozen=True, kw_only=True)
class RailHit:
    """One rail that objected, and why. `evidence` names a pattern or a kind, never the customer's text."""

    rail: str
    reason: str
    severity: Severity
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class RailReport:
    """All rails that ran on one text. A rail that failed counts as a block (fail closed)."""

    passed: bool
    ran: tuple[str, ...]
    hits: tuple[RailHit, ...]
    ms: float


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who reads the reply, so that a rail can tell own details from other people's."""

    customer_id: str | None
    own_identifiers: frozenset[str]
    """Emails, phone numbers, addresses, order numbers that belong to this customer, lower-cased."""
    supported: tuple[str, ...]
    """Texts the reply may draw on: rendered tool results, cited passages, the customer's own words."""


class Rails(Protocol):
    """The two checks of a turn."""

    async def check_input(self, text: str) -> RailReport:
        """Look for injection, oversize and encoding tricks in a customer's text."""

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """Look for others' personal details, forbidden promises, unsupported figures in a reply."""
