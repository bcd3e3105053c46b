"""The SQL of ways from one channel to another; the connection comes in, bound to the tenant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

MADE_SINCE = """select count(*), min(created_at) from channel_links
  where tenant_id = %s and conversation_id = %s and created_at > %s"""
ADD = """insert into channel_links (tenant_id, link_id, secret_hash, conversation_id, customer_id, kind,
    channel, created_at, expires_at)
  values (%(tenant)s, %(link_id)s, %(secret_hash)s, %(conversation)s, %(customer)s, %(kind)s, %(channel)s,
    %(now)s, %(expires_at)s)"""
LINK = """select link_id, conversation_id, customer_id, kind, channel, expires_at, used_at, used_by
  from channel_links where tenant_id = %s and secret_hash = %s for update"""
USED = "update channel_links set used_at = %s, used_by = %s where tenant_id = %s and link_id = %s"

WRITES_FROM = """select customer_id from identities
  where tenant_id = %s and channel = %s and address_index = %s"""
BIND = """insert into identities (tenant_id, channel, address_index, address, customer_id, verified,
    created_at)
  values (%(tenant)s, %(channel)s, %(address_index)s, %(address)s, %(customer)s, true, %(now)s)
  on conflict (tenant_id, channel, address_index) do update
    set customer_id = excluded.customer_id, verified = true"""
GOES_ON_AT = """update conversations set channel = %s, updated_at = %s
  where tenant_id = %s and conversation_id = %s"""
NEWEST_OPEN = """select v.conversation_id from conversations v
    join customers c on c.tenant_id = v.tenant_id and v.customer_id = whom(c.tenant_id, c.customer_id)
  where c.tenant_id = %s and c.external_index = %s and v.status <> 'archived'
  order by v.updated_at desc limit 1"""
HOLD_ADDRESS = "select pg_advisory_xact_lock(hashtextextended(%s || encode(%s, 'hex'), 1))"


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """A way to another channel."""

    link_id: str
    conversation_id: str
    customer_id: str
    kind: str
    channel: str
    expires_at: datetime
    used_at: datetime | None
    used_by: bytes | None


async def made_since(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, since: datetime
) -> tuple[int, datetime | None]:
    """Count the links that a conversation was given lately, with the time of the oldest."""
    row = await (await conn.execute(MADE_SINCE, [tenant_id, conversation_id, since])).fetchone()
    assert row is not None
    return int(row[0]), row[1]


async def add(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a new link."""
    await conn.execute(ADD, values)


async def link(conn: AsyncConnection, tenant_id: str, secret_hash: bytes) -> LinkRow | None:
    """Read a link by the hash of its code, held until the transaction ends: it is used once."""
    cursor = conn.cursor(row_factory=class_row(LinkRow))
    await cursor.execute(LINK, [tenant_id, secret_hash])
    return await cursor.fetchone()


async def used(conn: AsyncConnection, tenant_id: str, link_id: str, by: bytes, now: datetime) -> None:
    """Say that a link was used, and from which address."""
    await conn.execute(USED, [now, by, tenant_id, link_id])


async def hold_address(conn: AsyncConnection, tenant_id: str, address_index: bytes) -> None:
    """Let no message from this address come in until the transaction ends."""
    await conn.execute(HOLD_ADDRESS, [tenant_id, address_index])


async def writes_from(
    conn: AsyncConnection, tenant_id: str, channel: str, address_index: bytes
) -> str | None:
    """Name the customer who writes from an address, or None when nobody has yet."""
    row = await (await conn.execute(WRITES_FROM, [tenant_id, channel, address_index])).fetchone()
    return row[0] if row else None


async def bind(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Make an address a customer's."""
    await conn.execute(BIND, values)


async def goes_on_at(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, channel: str, now: datetime
) -> None:
    """Let notices reach the customer where they went on."""
    await conn.execute(GOES_ON_AT, [channel, now, tenant_id, conversation_id])


async def newest_open(conn: AsyncConnection, tenant_id: str, external_index: bytes) -> str | None:
    """Name the newest conversation of an account that is not over; None when there is none."""
    row = await (await conn.execute(NEWEST_OPEN, [tenant_id, external_index])).fetchone()
    return row[0] if row else None
