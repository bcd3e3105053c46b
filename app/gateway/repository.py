"""Reads the stored text of a message. The connection is bound to the tenant by whoever passes it in."""

from psycopg import AsyncConnection

from app.conversations.seal import Seal
from app.turns.codec import decode_event, event_place
from graphs.events import CustomerSays

STORED = """select event_id, payload from inbox
  where tenant_id = %s and thread_id = %s and seq = %s"""


async def stored_text(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, seq: int
) -> str | None:
    """Return the text of a stored message, or None when no message stands there."""
    row = await (await conn.execute(STORED, [tenant_id, conversation_id, seq])).fetchone()
    if row is None:
        return None
    event = decode_event(vault.open(tenant_id, row[1], event_place(row[0])))
    return event.text if isinstance(event, CustomerSays) else None
