"""What happened in one conversation, and what was wanted of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evals.suite.accounts import Account
from evals.suite.scenarios import Scenario
from evals.suite.schema import Expect
from evals.suite.shop import Cast, Order


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A source under a reply."""

    number: int
    url: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One thing the customer was told."""

    text: str
    sender: str
    seq: int | None
    buttons: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ToolUse:
    """One call of a tool in a turn."""

    name: str
    args: Mapping[str, Any]
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """The parts of a turn's trace that are judged."""

    seq: int
    path: str | None
    intent: str | None
    confidence: float | None
    route: str | None
    rule: int | None
    passed_input: bool
    tools: tuple[ToolUse, ...]
    passages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One step with everything that followed from it."""

    line: int
    who: str
    said: str
    expect: Expect
    replies: tuple[Reply, ...]
    later: tuple[Reply, ...]
    why: Why | None
    status: str
    approvals_pending: int

    @property
    def told(self) -> str:
        """All that the customer read because of this step."""
        return "\n".join(reply.text for reply in self.replies)

    @property
    def told_later(self) -> str:
        """The same, with what came afterwards."""
        return "\n".join(reply.text for reply in (*self.replies, *self.later))


@dataclass(frozen=True, kw_only=True)
class Record:
    """One whole conversation."""

    scenario: Scenario
    cast: Cast
    conversation_id: str
    exchanges: tuple[Exchange, ...]
    orders_after: Mapping[str, Order] = field(default_factory=dict)
    account_after: Account | None = None
    broke: str | None = None
    """Why the conversation could not be played to its end."""
