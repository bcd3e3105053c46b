"""What a tool is, who calls it, and what may come of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, NewType, TypeVar

from pydantic import BaseModel

Risk = Literal["read", "write", "money"]
ActionKey = NewType("ActionKey", str)
"""Names one effect for ever: `<conversation>:<action>:<step>`; it travels as the Idempotency-Key."""

A = TypeVar("A", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """On whose behalf a tool is called. Authority is checked by the tool, from this value alone."""

    tenant_id: str
    conversation_id: str
    customer_id: str | None
    """The company's own id of the customer, or None when nobody is known."""
    verified: bool
    """False: may see an order's status with number and email, and may cause no effect."""
    book: str = ""
    """The version of the book that asks: its tools are meant, also when a newer one declares others."""


@dataclass(frozen=True, kw_only=True)
class Succeeded:
    """The tool answered. `result` is JSON, validated against the tool's result model."""

    result: Mapping[str, Any]
    ms: float
    cached: bool = False


@dataclass(frozen=True, kw_only=True)
class NotFound:
    """There is no such thing, or it is not this customer's: the two look the same from outside."""

    ms: float


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The backend or the tool's own precondition says no; asking again will not help."""

    code: str
    detail: str
    ms: float


@dataclass(frozen=True, kw_only=True)
class Failed:
    """No usable answer (timeout, 5xx, breaker open) and certainly no effect; may be tried again."""

    code: str
    detail: str
    ms: float


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """An effect was sent and its outcome could not be learnt, even by looking it up: try again later."""

    code: str
    detail: str
    ms: float


ToolOutcome = Succeeded | NotFound | Refused | Failed | Unknown


@dataclass(frozen=True, kw_only=True)
class Compensation:
    """How an effect is taken back: another tool, its arguments made from what was asked and what was done."""

    tool: str
    args: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ToolSpec(Generic[A, R]):
    """A typed async function with its promises."""

    name: str
    description: str
    args: type[A]
    result: type[R]
    risk: Risk
    run: Callable[[Caller, A, ActionKey | None], Awaitable[R]]
    """Raises `NoSuchThing`, `BackendRefused`, `BackendFailed` (no effect) or `OutcomeUnknown`."""
    settle: Callable[[Caller, A, ActionKey], Awaitable[R | None]] | None = None
    """For effects: what the backend knows under this key; None means it never happened."""
    timeout_s: float = 1.5
    late_s: float = 5.0
    """How long a read may take for somebody who was told to wait."""
    cache_s: float = 0.0
    needs_verified: bool = True
    idempotent: bool = True
    """False: the backend takes no keys, so what may have arrived is never sent again, only looked up."""
    compensation: Compensation | None = None
    """What takes the effect back when a later step of the same action fails; None: a person does."""
