"""The journal in PostgreSQL: every state is committed before the next thing happens."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeGuard, cast

import orjson
from psycopg import AsyncConnection

from tools.journal import repository
from tools.journal.port import Busy, Call, Claimed, Entry, Finished, KeyTaken, State
from tools.outcomes import from_json, kind_of, to_json
from tools.spec import ActionKey, Failed, ToolOutcome, Unknown

Connect = Callable[[str], AbstractAsyncContextManager[AsyncConnection]]
"""Opens a short transaction for a tenant and commits it at the end."""

STATES: Mapping[str, State] = {
    "succeeded": "succeeded",
    "not_found": "failed",
    "refused": "failed",
    "failed": "failed",
    "unknown": "unknown",
}

BEGUN: frozenset[State] = frozenset({"started", "succeeded", "unknown"})
"""States in which the backend may hold an effect."""


class Seal(Protocol):
    """Encrypts what a customer said or wants; the place it stands in is part of the seal."""

    def seal(self, tenant_id: str, plaintext: bytes, aad: str) -> bytes:
        """Encrypt."""

    def open(self, tenant_id: str, sealed: bytes, aad: str) -> bytes:
        """Decrypt what `seal` made for the same tenant and place."""


class DatabaseJournal:
    """Keeps `intended → started → succeeded | failed | unknown`, each in its own transaction."""

    def __init__(self, connect: Connect, seal: Seal) -> None:
        self._connect = connect
        self._seal = seal

    async def claim(self, call: Call, lease_s: float) -> Claimed | Finished | Busy | KeyTaken:
        """Take the key, or say who has it and what came of it."""
        row = await self._intended(call)
        if (row.tool, self._open(call.tenant_id, call.key, "args", row.args)) != (call.tool, dict(call.args)):
            return KeyTaken()
        outcome = self._outcome(call.tenant_id, row)
        if is_final(outcome):
            return Finished(outcome=outcome)
        async with self._connect(call.tenant_id) as conn:
            begun = await repository.start(conn, call.tenant_id, call.key, lease_s)
        return Claimed(attempt=begun[0], in_doubt=begun[1]) if begun else Busy()

    async def finish(self, call: Call, claim: Claimed, outcome: ToolOutcome) -> ToolOutcome:
        """Settle the attempt; who was overtaken returns what stands in the journal instead."""
        values = {
            "tenant_id": call.tenant_id,
            "key": call.key,
            "attempt": claim.attempt,
            "state": STATES[kind_of(outcome)],
            "outcome": self._sealed(call, "outcome", to_json(outcome)),
            "outcome_kind": kind_of(outcome),
        }
        async with self._connect(call.tenant_id) as conn:
            if await repository.finish(conn, values):
                return outcome
            row = await repository.one(conn, call.tenant_id, call.key)
        settled = self._outcome(call.tenant_id, row) if row else None
        return settled or Unknown(code="overtaken", detail="another attempt is under way", ms=outcome.ms)

    async def begun(self, tenant_id: str, key: ActionKey) -> bool:
        """Say whether something may have happened under a key."""
        async with self._connect(tenant_id) as conn:
            row = await repository.one(conn, tenant_id, key)
        return row is not None and row.state in BEGUN

    async def of_conversation(self, tenant_id: str, conversation_id: str) -> list[Entry]:
        """All effects of a conversation, oldest first, opened for reading."""
        async with self._connect(tenant_id) as conn:
            rows = await repository.of_conversation(conn, tenant_id, conversation_id)
        return [self._entry(tenant_id, row) for row in rows]

    async def _intended(self, call: Call) -> repository.Row:
        values = {
            "tenant_id": call.tenant_id,
            "key": call.key,
            "conversation_id": call.conversation_id,
            "tool": call.tool,
            "args": self._sealed(call, "args", call.args),
        }
        async with self._connect(call.tenant_id) as conn:
            return await repository.intend(conn, values)

    def _entry(self, tenant_id: str, row: repository.Row) -> Entry:
        return Entry(
            key=ActionKey(row.key),
            tool=row.tool,
            state=cast("State", row.state),
            attempts=row.attempts,
            args=self._open(tenant_id, row.key, "args", row.args),
            outcome=self._outcome(tenant_id, row),
            intended_at=row.intended_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )

    def _outcome(self, tenant_id: str, row: repository.Row) -> ToolOutcome | None:
        if row.outcome is None:
            return None
        return from_json(self._open(tenant_id, row.key, "outcome", row.outcome))

    def _sealed(self, call: Call, column: str, value: Mapping[str, Any]) -> bytes:
        return self._seal.seal(call.tenant_id, orjson.dumps(value), place(column, call.key))

    def _open(self, tenant_id: str, key: str, column: str, sealed: bytes) -> dict[str, Any]:
        opened: dict[str, Any] = orjson.loads(self._seal.open(tenant_id, bytes(sealed), place(column, key)))
        return opened


def is_final(outcome: ToolOutcome | None) -> TypeGuard[ToolOutcome]:
    """Whether asking again would only give the same; a failure without effect may be tried again."""
    return not isinstance(outcome, None | Failed | Unknown)


def place(column: str, key: str) -> str:
    """Where a sealed value stands, as part of its seal."""
    return f"tool_journal:{column}:{key}"
