"""What a rail says about a text."""

from collections.abc import Sequence
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
    mended: str | None = None
    """The text to go on with where a rail changed it: a card number covered, markup taken out."""

    @property
    def why(self) -> str:
        """Say which rail stopped the text, and what for."""
        hit = next((hit for hit in self.hits if hit.severity != "note"), None)
        return f"rail {hit.rail}: {hit.reason}" if hit else "a rail failed"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who reads the reply, so that a rail can tell own details from other people's."""

    customer_id: str | None
    own_identifiers: frozenset[str]
    """Emails, phone numbers, addresses, order numbers that belong to this customer, lower-cased."""
    supported: tuple[str, ...]
    """Texts the reply may draw on: rendered tool results, cited passages, the customer's own words."""
    channel: str = ""


class Rails(Protocol):
    """What a turn asks about the texts that pass through it; a channel may have rules of its own."""

    async def check_input(self, text: str, channel: str = "") -> RailReport:
        """Look for attacks, disguises, secrets, distress and threats in a customer's text."""

    async def check_meaning(self, text: str, vector: Sequence[float], channel: str = "") -> RailReport:
        """Look once more for attacks and threats, now that understanding has read the text."""

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """Look for others' details, promises, unsupported figures, strange links, leaks in a reply."""

    async def check_material(self, text: str) -> RailReport:
        """Look for instructions to the program in what comes from elsewhere: passages, arguments."""
