"""Ratings in PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from psycopg import AsyncConnection

from app.feedback import repository as sql
from app.ids import new_id
from app.privacy.vault import Vault
from tools.feedback.recording import Feedback
from tools.spec import ActionKey, Caller

Connect = Callable[[str], AbstractAsyncContextManager[AsyncConnection]]


class DatabaseFeedback:
    """Keeps what customers think; their own words only as ciphertext."""

    def __init__(self, connect: Connect, vault: Vault) -> None:
        self._connect = connect
        self._vault = vault

    async def put(self, caller: Caller, rating: int, comment: str | None, *, key: ActionKey) -> Feedback:
        """Keep a rating; the same key again finds the first."""
        tenant_id, feedback_id = caller.tenant_id, new_id("fbk")
        sealed = None
        if comment:
            sealed = self._vault.seal(tenant_id, comment.encode(), place(feedback_id))
        values = {
            "tenant": tenant_id,
            "id": feedback_id,
            "key": key,
            "conversation": caller.conversation_id,
            "rating": rating,
            "comment": sealed,
        }
        async with self._connect(tenant_id) as conn:
            await sql.add(conn, values)
            row = await sql.under(conn, tenant_id, key)
        assert row is not None
        return self._read(tenant_id, row)

    async def done_under(self, caller: Caller, key: ActionKey) -> Feedback | None:
        """Return what was kept under this key."""
        async with self._connect(caller.tenant_id) as conn:
            row = await sql.under(conn, caller.tenant_id, key)
        return self._read(caller.tenant_id, row) if row else None

    def _read(self, tenant_id: str, row: sql.Row) -> Feedback:
        said = None
        if row.comment is not None:
            said = self._vault.open(tenant_id, bytes(row.comment), place(row.feedback_id)).decode()
        return Feedback(id=row.feedback_id, rating=row.rating, comment=said)


def place(feedback_id: str) -> str:
    """Where a rating's words are sealed for."""
    return f"feedback:comment:{feedback_id}"
