"""What sockets and waiting callers read. The connection is bound to the tenant by whoever passes it in."""

from psycopg import AsyncConnection

from app.conversations.seal import Seal
from app.turns.codec import decode_event, event_place
from graphs.events import CustomerSays

STORED = """select event_id, payload from inbox
  where tenant_id = %s and thread_id = %s and seq = %s"""

READ_BY_OWNER = """select r.entry_no from conversations c join read_marks r
    on r.tenant_id = c.tenant_id and r.conversation_id = c.conversation_id and r.agent_id = c.owner_id
  where c.tenant_id = %s and c.conversation_id = %s"""


async def read_by_owner(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> int:
    """Say up to which line the person who has a conversation has read it; 0 when nobody has."""
    row = await (await conn.execute(READ_BY_OWNER, [tenant_id, conversation_id])).fetchone()
    return int(row[0]) if row else 0


async def stored_text(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, seq: int
) -> str | None:
    """Return the text of a stored message, or None when no message stands there."""
    row = await (await conn.execute(STORED, [tenant_id, conversation_id, seq])).fetchone()
    if row is None:
        return None
    event = decode_event(vault.open(tenant_id, row[1], event_place(row[0])))
    return event.text if isinstance(event, CustomerSays) else None
