"""The SQL of ways back: what a connector needs to answer an address. The connection is the tenant's."""

from datetime import datetime

from psycopg import AsyncConnection

KEEP = """insert into channel_ways (tenant_id, channel, address_index, way, kept_at)
  values (%s, %s, %s, %s, %s) on conflict (tenant_id, channel, address_index)
  do update set way = excluded.way, kept_at = excluded.kept_at"""
FIND = "select way from channel_ways where tenant_id = %s and channel = %s and address_index = %s"


async def keep_way(
    conn: AsyncConnection, tenant_id: str, channel: str, address_index: bytes, way: bytes, now: datetime
) -> None:
    """Remember the newest way back to an address."""
    await conn.execute(KEEP, [tenant_id, channel, address_index, way, now])


async def find_way(conn: AsyncConnection, tenant_id: str, channel: str, address_index: bytes) -> bytes | None:
    """Return the sealed way back to an address, or None when none was needed."""
    row = await (await conn.execute(FIND, [tenant_id, channel, address_index])).fetchone()
    return bytes(row[0]) if row else None
