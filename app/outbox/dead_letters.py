"""Lines that no channel took: listed, and carried again when their cause is mended."""

from datetime import datetime

from psycopg import AsyncConnection

from app.outbox import repository as sql

PREFIX = "outbox/"


def name_of(row: sql.DeadRow) -> str:
    """How `frontdesk dlq` names a line."""
    return f"{PREFIX}{row.outbox_id}"


async def replay(conn: AsyncConnection, tenant_id: str, name: str, now: datetime) -> str | None:
    """Have a line carried again, with all its attempts and the same keys; its conversation, or None."""
    number = name.removeprefix(PREFIX)
    if not number.isdecimal():
        return None
    values = {"tenant": tenant_id, "outbox_id": int(number), "now": now}
    row = await (await conn.execute(sql.AGAIN, values)).fetchone()
    return row[0] if row else None
