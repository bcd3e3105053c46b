"""Flags that supervisors watch for, put on a conversation in the commit of the turn that found the reason."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.feed.repository import record_event
from app.conversations.seal import Seal
from app.handoff import repository as sql


async def flag(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, name: str, now: datetime
) -> None:
    """Put a flag on a conversation and tell the live feed, once."""
    if await sql.add_flag(conn, tenant_id, conversation_id, name):
        await record_event(
            conn, vault, tenant_id, "conversation.flagged", conversation_id, {"flag": name}, now
        )
