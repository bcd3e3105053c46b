"""Events that failed six times: listed, and put back when their cause is mended."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from app.turns import repository as sql


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """One event that was set aside."""

    thread_id: str
    seq: int
    conversation_id: str
    why: str
    error: str
    attempts: int
    failed_at: datetime

    @property
    def name(self) -> str:
        """How `frontdesk dlq replay` names it."""
        return f"{self.thread_id}/{self.seq}"


class NoSuchDeadLetter(Exception):
    """There is no such event, or it was replayed already."""


async def list_dead(conn: AsyncConnection, tenant_id: str, limit: int = 100) -> list[DeadLetter]:
    """Read the newest dead letters."""
    rows = await (await conn.execute(sql.DEAD, [tenant_id, limit])).fetchall()
    return [
        DeadLetter(
            thread_id=thread_id,
            seq=seq,
            conversation_id=conversation_id,
            why=why,
            error=error or "",
            attempts=attempts,
            failed_at=failed_at,
        )
        for thread_id, seq, conversation_id, why, error, attempts, failed_at in rows
    ]


async def replay(conn: AsyncConnection, tenant_id: str, name: str, now: datetime) -> int:
    """Put a dead letter at the end of its thread's inbox again; returns its new seq.

    It keeps its event id, so a message that the timeline already shows is not shown twice.
    """
    thread_id, _, seq = name.rpartition("/")
    if not seq.isdigit():
        raise NoSuchDeadLetter(f"{name!r} is not THREAD/SEQ, as `frontdesk dlq list` shows it")
    found = await (await conn.execute(sql.TAKE_DEAD, [tenant_id, thread_id, int(seq)])).fetchone()
    if found is None:
        raise NoSuchDeadLetter(f"no dead letter {name}: it was replayed, or never was one")
    conversation_id, why, event_id, channel, sealed = found
    return await sql.enqueue(
        conn,
        tenant=tenant_id,
        thread=thread_id,
        conversation=conversation_id,
        kind="conversation" if thread_id == conversation_id else "action",
        why=why,
        event=event_id,
        channel=channel,
        payload=sealed,
        now=now,
    )
