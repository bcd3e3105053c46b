"""Small regular chores: what nobody decided or answered, and what is in doubt."""

from collections.abc import Callable
from datetime import datetime

from psycopg import AsyncConnection

from app.db import Database
from app.privacy.vault import Vault
from app.turns import repository as sql
from app.turns.chores import drop_unanswered, look_again
from app.turns.follow_ups import enqueue
from app.turns.hub import Hub
from graphs.events import ApprovalExpires

EVERY_S = 2.0


class Sweep:
    """What every engine does every two seconds; two at once do no harm."""

    def __init__(self, database: Database, vault: Vault, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._hub = hub
        self._clock = clock

    async def sweep(self, tenant_id: str) -> None:
        """Expire what nobody decided, drop what nobody answered, look again at what is in doubt."""
        now = self._clock()
        async with self._database.tenant(tenant_id) as conn:
            expired = await _expire(conn, tenant_id, now)
            for _, conversation_id, thread_id, _ in expired:
                await enqueue(
                    conn, self._vault, tenant_id, conversation_id, thread_id, ApprovalExpires(), now
                )
            due = len(expired)
            due += await look_again(conn, self._vault, tenant_id, now)
            due += await drop_unanswered(conn, self._vault, tenant_id, now)
        self._hub.work.add(due)


async def _expire(conn: AsyncConnection, tenant_id: str, now: datetime) -> list[tuple[str, str, str, str]]:
    """Expire what nobody decided; threads are locked first, as a decision does."""
    due = await (await conn.execute(sql.EXPIRING, [tenant_id, now])).fetchall()
    if not due:
        return []
    threads = [thread_id for (thread_id,) in due]
    await sql.lock_threads(conn, tenant_id, threads)
    named = {"tenant": tenant_id, "now": now, "threads": threads}
    return await (await conn.execute(sql.EXPIRED, named)).fetchall()
