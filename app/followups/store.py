"""Follow-ups in PostgreSQL: a promise is a row, so it survives every restart."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import cast

import orjson
from psycopg import AsyncConnection

from app.followups import repository as sql
from app.ids import new_id
from app.privacy.vault import Vault
from tools.errors import BackendRefused, NoSuchThing
from tools.followups.port import FollowUp, Plan, State
from tools.spec import ActionKey, Caller

Connect = Callable[[str], AbstractAsyncContextManager[AsyncConnection]]


class DatabaseFollowUps:
    """Keeps what the assistant promised."""

    def __init__(self, connect: Connect, vault: Vault) -> None:
        self._connect = connect
        self._vault = vault

    async def schedule(self, caller: Caller, plan: Plan, *, key: ActionKey) -> FollowUp:
        """Keep a promise; the same key again finds the first."""
        follow_up_id = new_id("fup")
        detail = {"subject": plan.subject, "body": plan.body, "told": plan.told}
        values = {
            "tenant": caller.tenant_id,
            "id": follow_up_id,
            "key": key,
            "conversation": caller.conversation_id,
            "kind": plan.kind,
            "due_at": plan.due_at,
            "ends_at": plan.ends_at,
            "detail": self._vault.seal(caller.tenant_id, orjson.dumps(detail), place(follow_up_id)),
        }
        async with self._connect(caller.tenant_id) as conn:
            await sql.add(conn, values)
            row = await sql.under(conn, caller.tenant_id, key)
        assert row is not None
        return self._read(caller.tenant_id, row)

    async def open_of(self, caller: Caller) -> Sequence[FollowUp]:
        """Return what the caller is still promised, the soonest first."""
        async with self._connect(caller.tenant_id) as conn:
            rows = await sql.open_of(conn, caller.tenant_id, caller.conversation_id)
        return [self._read(caller.tenant_id, row) for row in rows]

    async def cancel(self, caller: Caller, follow_up_id: str, *, key: ActionKey) -> FollowUp:
        """Take a promise back; once it has begun it is too late."""
        values = {
            "tenant": caller.tenant_id,
            "conversation": caller.conversation_id,
            "id": follow_up_id,
            "key": key,
        }
        async with self._connect(caller.tenant_id) as conn:
            known = await sql.under(conn, caller.tenant_id, key)
            cancelled = known is not None or await sql.cancel(conn, values)
            row = known or await sql.one(conn, values)
        if row is None:
            raise NoSuchThing("follow-up")
        if not cancelled:
            raise BackendRefused("follow_up_begun", "what was promised has begun already")
        return self._read(caller.tenant_id, row)

    async def done_under(self, caller: Caller, key: ActionKey) -> FollowUp | None:
        """Return what was scheduled or cancelled under this key."""
        async with self._connect(caller.tenant_id) as conn:
            row = await sql.under(conn, caller.tenant_id, key)
        return self._read(caller.tenant_id, row) if row else None

    def _read(self, tenant_id: str, row: sql.Row) -> FollowUp:
        detail = orjson.loads(self._vault.open(tenant_id, bytes(row.detail), place(row.follow_up_id)))
        plan = Plan(kind=row.kind, due_at=row.due_at, ends_at=row.ends_at, **detail)
        return FollowUp(id=row.follow_up_id, state=cast("State", row.state), plan=plan)


def place(follow_up_id: str) -> str:
    """Where a promise's details are sealed for."""
    return f"follow_ups:detail:{follow_up_id}"
