"""Customers in the database. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

COLUMNS = """c.customer_id, c.profile, c.card, c.tier, c.language, c.version, c.created_at, c.blocked_at,
    c.merged_into"""

WITHOUT_KEYS = f"""select {COLUMNS} from customers c where c.tenant_id = %s and c.keys_at is null
  order by c.customer_id limit %s for update skip locked"""  # noqa: S608 (constants only)
DROP_KEYS = "delete from customer_keys where tenant_id = %s and customer_id = any(%s)"
ADD_KEY = """insert into customer_keys (tenant_id, customer_id, kind, key_index) values (%s, %s, %s, %s)
  on conflict do nothing"""
KEYED = "update customers set keys_at = %s where tenant_id = %s and customer_id = any(%s)"

CHANNELS = "select distinct channel from identities where tenant_id = %s limit 50"

# Each way of being found gives ids; who was merged is found as whom they are now.
FIND = f"""with found as (
    select customer_id from customers
      where tenant_id = %(tenant)s and (customer_id = %(id)s or external_index = %(external)s)
    union select customer_id from identities
      where tenant_id = %(tenant)s and address_index = any(%(addresses)s)
    union select customer_id from customer_keys where tenant_id = %(tenant)s and key_index = any(%(alone)s)
    union select customer_id from customer_keys
      where tenant_id = %(tenant)s and kind = 'word' and key_index = any(%(together)s)
      group by customer_id having count(*) = cardinality(%(together)s::bytea[])
  ), whom as (
    select distinct coalesce(p.merged_into, p.customer_id) as customer_id
    from found f join customers p on p.tenant_id = %(tenant)s and p.customer_id = f.customer_id
  )
  select {COLUMNS} from whom w join customers c on c.tenant_id = %(tenant)s and c.customer_id = w.customer_id
  order by c.created_at desc limit %(limit)s"""  # noqa: S608

NEWEST = f"""select {COLUMNS} from customers c where c.tenant_id = %s and c.merged_into is null
  order by c.created_at desc, c.customer_id limit %s"""  # noqa: S608

ONE = f"select {COLUMNS} from customers c where c.tenant_id = %s and c.customer_id = %s"  # noqa: S608

UPDATE = """update customers set profile = %(profile)s, card = %(card)s, tier = %(tier)s,
    language = %(language)s, version = version + 1
  where tenant_id = %(tenant)s and customer_id = %(customer)s and version = %(version)s"""
BLOCK = """update customers set blocked_at = %s, version = version + 1
  where tenant_id = %s and customer_id = %s and (blocked_at is null) = %s"""

IDENTITIES = """select channel, address_index, address, verified, created_at from identities
  where tenant_id = %s and customer_id = %s order by channel, created_at"""

HISTORY = """select c.conversation_id, c.channel, c.status, c.intent, c.preview, c.preview_sender,
    c.sentiment::float8, u.name as owner_name, c.started_at, c.updated_at
  from conversations c left join users u on u.tenant_id = c.tenant_id and u.user_id = c.owner_id
  where c.tenant_id = %s and c.customer_id = %s order by c.updated_at desc limit %s"""

TELLS = """select exists (select from webhooks where tenant_id = %s and state = 'on' and include_text
  and ('message.sent' = any(events) or '*' = any(events)))"""
BEGIN = """insert into conversations (tenant_id, conversation_id, customer_id, channel, status_since,
    verified, started_at, updated_at)
  values (%(tenant)s, %(conversation)s, %(customer)s, %(channel)s, %(now)s, true, %(now)s, %(now)s)
  on conflict (tenant_id, conversation_id) do nothing"""
BEGIN_THREAD = """insert into threads (tenant_id, thread_id, conversation_id, kind)
  values (%(tenant)s, %(conversation)s, %(conversation)s, 'conversation') on conflict do nothing"""


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """A customer, sealed."""

    customer_id: str
    profile: bytes
    card: bytes | None
    tier: str
    language: str
    version: int
    created_at: datetime
    blocked_at: datetime | None
    merged_into: str | None


@dataclass(frozen=True, kw_only=True)
class IdentityRow:
    """Where a customer writes from, sealed."""

    channel: str
    address_index: bytes
    address: bytes
    verified: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class PastRow:
    """A conversation of a customer."""

    conversation_id: str
    channel: str
    status: str
    intent: str | None
    preview: bytes | None
    preview_sender: str | None
    sentiment: float
    owner_name: str | None
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a question may mean: an id, addresses, keys that are enough alone, keys only together."""

    id: str
    external: bytes
    addresses: Sequence[bytes]
    alone: Sequence[bytes]
    together: Sequence[bytes]


async def without_keys(conn: AsyncConnection, tenant_id: str, most: int) -> list[CustomerRow]:
    """Read customers who cannot be found yet, or whose profile changed since."""
    cursor = conn.cursor(row_factory=class_row(CustomerRow))
    await cursor.execute(WITHOUT_KEYS, [tenant_id, most])
    return await cursor.fetchall()


async def store_keys(
    conn: AsyncConnection,
    tenant_id: str,
    customers: Sequence[str],
    keys: Iterable[tuple[str, str, bytes]],
    now: datetime,
) -> None:
    """Store by what customers are found, instead of what was stored before."""
    await conn.execute(DROP_KEYS, [tenant_id, list(customers)])
    async with conn.cursor() as cursor:
        await cursor.executemany(ADD_KEY, [(tenant_id, *key) for key in keys])
    await conn.execute(KEYED, [now, tenant_id, list(customers)])


async def channels(conn: AsyncConnection, tenant_id: str) -> list[str]:
    """List the channels on which customers have addresses."""
    return [str(row[0]) for row in await (await conn.execute(CHANNELS, [tenant_id])).fetchall()]


async def find(conn: AsyncConnection, tenant_id: str, sought: Sought, limit: int) -> list[CustomerRow]:
    """Find whom a question may mean, the newest first."""
    cursor = conn.cursor(row_factory=class_row(CustomerRow))
    await cursor.execute(FIND, {"tenant": tenant_id, "limit": limit, **vars(sought)})
    return await cursor.fetchall()


async def newest(conn: AsyncConnection, tenant_id: str, limit: int) -> list[CustomerRow]:
    """List who came last."""
    cursor = conn.cursor(row_factory=class_row(CustomerRow))
    await cursor.execute(NEWEST, [tenant_id, limit])
    return await cursor.fetchall()


async def one(
    conn: AsyncConnection, tenant_id: str, customer_id: str, *, held: bool = False
) -> CustomerRow | None:
    """Read one customer; held, nobody else changes the row until the transaction ends."""
    cursor = conn.cursor(row_factory=class_row(CustomerRow))
    await cursor.execute(f"{ONE} for update" if held else ONE, [tenant_id, customer_id])
    return await cursor.fetchone()


async def update(conn: AsyncConnection, tenant_id: str, customer_id: str, values: dict[str, Any]) -> bool:
    """Write a customer's record; False when somebody else wrote it since it was read."""
    named = {"tenant": tenant_id, "customer": customer_id, **values}
    return (await conn.execute(UPDATE, named)).rowcount == 1


async def block(conn: AsyncConnection, tenant_id: str, customer_id: str, at: datetime | None) -> bool:
    """Block a customer, or lift it with None; False when nothing changed."""
    return (await conn.execute(BLOCK, [at, tenant_id, customer_id, at is not None])).rowcount == 1


async def identities(conn: AsyncConnection, tenant_id: str, customer_id: str) -> list[IdentityRow]:
    """List where a customer writes from."""
    cursor = conn.cursor(row_factory=class_row(IdentityRow))
    await cursor.execute(IDENTITIES, [tenant_id, customer_id])
    return await cursor.fetchall()


async def history(conn: AsyncConnection, tenant_id: str, customer_id: str, most: int) -> list[PastRow]:
    """List a customer's conversations on all channels, the newest first."""
    cursor = conn.cursor(row_factory=class_row(PastRow))
    await cursor.execute(HISTORY, [tenant_id, customer_id, most])
    return await cursor.fetchall()


async def somebody_delivers(conn: AsyncConnection, tenant_id: str) -> bool:
    """Say whether a webhook carries messages to the channels outside."""
    row = await (await conn.execute(TELLS, [tenant_id])).fetchone()
    return bool(row and row[0])


async def begin(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, customer_id: str, channel: str, now: datetime
) -> None:
    """Begin a conversation that nobody wrote in yet; a second time does nothing."""
    named = {
        "tenant": tenant_id,
        "conversation": conversation_id,
        "customer": customer_id,
        "channel": channel,
        "now": now,
    }
    await conn.execute(BEGIN, named)
    await conn.execute(BEGIN_THREAD, named)
