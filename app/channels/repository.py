"""The SQL of ways back: what a connector needs to answer an address."""

from datetime import datetime

from psycopg import AsyncConnection

KEEP = "select keep_way(%s, %s, %s, %s, %s)"
FIND = "select way from channel_ways where tenant_id = %s and channel = %s and address_index = %s"


async def keep_way(
    conn: AsyncConnection, tenant_id: str, channel: str, address_index: bytes, way: bytes, now: datetime
) -> None:
    """Remember the newest way back to an address, on anyone's connection."""
    await conn.execute(KEEP, [tenant_id, channel, address_index, way, now])


async def find_way(conn: AsyncConnection, tenant_id: str, channel: str, address_index: bytes) -> bytes | None:
    """Return the sealed way back to an address, or None without one; the connection is the tenant's."""
    row = await (await conn.execute(FIND, [tenant_id, channel, address_index])).fetchone()
    return bytes(row[0]) if row else None
