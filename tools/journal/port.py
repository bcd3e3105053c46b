"""What the runner needs from a journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from tools.spec import ActionKey, ToolOutcome

State = Literal["intended", "started", "succeeded", "failed", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One effect, named by its key."""

    tenant_id: str
    key: ActionKey
    conversation_id: str
    tool: str
    args: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """This caller alone may act under the key, until its lease runs out."""

    attempt: int
    in_doubt: bool
    """An earlier attempt may have had an effect: look the key up first."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The effect was settled before; this is what came of it."""

    outcome: ToolOutcome


@dataclass(frozen=True)
class Busy:
    """Somebody else acts under this key at this moment."""


@dataclass(frozen=True)
class KeyTaken:
    """The key names another effect: another tool, or other arguments."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the journal, for people and traces."""

    key: ActionKey
    tool: str
    state: State
    attempts: int
    args: Mapping[str, Any]
    outcome: ToolOutcome | None
    intended_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Journal(Protocol):
    """Remembers every effect so that none happens twice."""

    async def claim(self, call: Call, lease_s: float) -> Claimed | Finished | Busy | KeyTaken:
        """Write down the intention and the start, each for good, before anything is sent."""

    async def finish(self, call: Call, claim: Claimed, outcome: ToolOutcome) -> ToolOutcome:
        """Write down what came of it; a caller that was overtaken gets its successor's outcome."""

    async def begun(self, tenant_id: str, key: ActionKey) -> bool:
        """Say whether something may have happened under a key: it was sent, and did not certainly fail."""

    async def of_conversation(self, tenant_id: str, conversation_id: str) -> list[Entry]:
        """All effects of a conversation, oldest first."""
