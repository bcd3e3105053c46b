"""The SQL of what customers proved to be theirs; the connection comes in, bound to the tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.identity.codes import Asked

OWNER = """select conversation_id, customer_id, status, verified, channel from conversations
  where tenant_id = %s and conversation_id = %s"""

# One contact at a time: two who ask at once are counted one after the other.
HOLD_CONTACT = "select pg_advisory_xact_lock(hashtextextended(%s || encode(%s, 'hex'), 12))"

ASKED = """select count(*) filter (where contact_index = %(contact)s and created_at > %(contact_since)s)
      as by_contact,
    count(*) filter (where customer_id = %(customer)s and created_at > %(customer_since)s) as by_customer,
    min(created_at) filter (where (contact_index = %(contact)s and created_at > %(contact_since)s)
      or (customer_id = %(customer)s and created_at > %(customer_since)s)) as oldest
  from contact_codes where tenant_id = %(tenant)s
    and ((contact_index = %(contact)s and created_at > %(contact_since)s)
      or (customer_id = %(customer)s and created_at > %(customer_since)s))"""

REPLACE = """update contact_codes set state = 'replaced'
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and state = 'sent'"""
ADD_CODE = """insert into contact_codes (tenant_id, code_id, conversation_id, customer_id, kind,
    contact_index, contact, code_hash, created_at, expires_at)
  values (%(tenant)s, %(code_id)s, %(conversation)s, %(customer)s, %(kind)s, %(contact)s, %(sealed)s,
    %(code_hash)s, %(now)s, %(expires_at)s)
  on conflict (tenant_id, code_id) do update set code_hash = excluded.code_hash, state = 'sent', attempts = 0,
    created_at = excluded.created_at, expires_at = excluded.expires_at"""
WENT_OUT = "update contact_codes set sent_at = %s where tenant_id = %s and code_id = %s"
SENT_TO = "select contact from contact_codes where tenant_id = %s and code_id = %s and sent_at is not null"

CODE = """select code_id, kind, contact_index, contact, code_hash, attempts, state, expires_at
  from contact_codes where tenant_id = %s and code_id = %s for update"""
CONTACT_OF_CODE = """select contact_index from contact_codes
  where tenant_id = %s and code_id = %s and conversation_id = %s"""
NEWEST_CODE = """select code_id from contact_codes
  where tenant_id = %s and conversation_id = %s and state = 'sent' order by created_at desc limit 1"""
TRIED = """update contact_codes set attempts = attempts + 1, state = %(state)s,
    customer_id = coalesce(%(customer)s, customer_id)
  where tenant_id = %(tenant)s and code_id = %(code_id)s"""

# Everybody who already counts as this contact: who proved it, whose record has it, who wrote from it.
HOLDERS = """select distinct whom(%(tenant)s, f.customer_id) as customer_id from (
    select customer_id from verified_contacts
      where tenant_id = %(tenant)s and kind = %(kind)s and contact_index = %(contact)s
    union all
    select k.customer_id from customer_keys k
      join customers c on c.tenant_id = k.tenant_id and c.customer_id = k.customer_id
      where k.tenant_id = %(tenant)s and k.kind = %(kind)s and k.key_index = %(key)s
        and c.external_index is not null
    union all
    select customer_id from identities
      where tenant_id = %(tenant)s and address_index = any(%(addresses)s)) f
  order by 1"""

KEEP = """insert into verified_contacts (tenant_id, kind, contact_index, contact, addresses, customer_id,
    verified_at)
  values (%(tenant)s, %(kind)s, %(contact)s, %(sealed)s, %(addresses)s, %(customer)s, %(now)s)
  on conflict (tenant_id, kind, contact_index) do update
    set customer_id = excluded.customer_id, verified_at = excluded.verified_at"""
VERIFIED_ADDRESSES = """update identities set verified = true
  where tenant_id = %(tenant)s and customer_id = %(customer)s and address_index = any(%(addresses)s)"""
VERIFIED = """update conversations set verified = true
  where tenant_id = %s and conversation_id = %s and not verified"""

KNOWN_TO_COMPANY = """select customer_id, created_at, external_index is not null as has_account,
    blocked_at is not null as blocked
  from customers where tenant_id = %s and customer_id = any(%s) and merged_into is null
  order by customer_id"""

CONTACTS = """select kind, contact_index, contact, verified_at from verified_contacts
  where tenant_id = %s and whom(tenant_id, customer_id) = %s order by verified_at"""


@dataclass(frozen=True, kw_only=True)
class OwnerRow:
    """Whose a conversation is."""

    conversation_id: str
    customer_id: str
    status: str
    verified: bool
    channel: str


@dataclass(frozen=True, kw_only=True)
class CodeRow:
    """A code that was sent, as a keyed hash."""

    code_id: str
    kind: str
    contact_index: bytes
    contact: bytes
    code_hash: bytes
    attempts: int
    state: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PartyRow:
    """A customer who may be the same person as another."""

    customer_id: str
    created_at: datetime
    has_account: bool
    """The company knows this customer by an id of its own."""
    blocked: bool


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """A contact that a customer proved."""

    kind: str
    contact_index: bytes
    contact: bytes
    verified_at: datetime


async def owner(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> OwnerRow | None:
    """Read whose a conversation is, or None when there is no such."""
    cursor = conn.cursor(row_factory=class_row(OwnerRow))
    await cursor.execute(OWNER, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def hold_contact(conn: AsyncConnection, tenant_id: str, contact_index: bytes) -> None:
    """Let nobody else ask for or prove this contact until the transaction ends."""
    await conn.execute(HOLD_CONTACT, [tenant_id, contact_index])


async def asked(conn: AsyncConnection, values: Mapping[str, Any]) -> Asked:
    """Count the codes that were asked for lately."""
    cursor = conn.cursor(row_factory=class_row(Asked))
    await cursor.execute(ASKED, values)
    found = await cursor.fetchone()
    assert found is not None
    return found


async def add_code(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a new code; the one before it in the conversation does not count any more."""
    await conn.execute(REPLACE, values)
    await conn.execute(ADD_CODE, values)


async def went_out(conn: AsyncConnection, tenant_id: str, code_id: str, now: datetime) -> None:
    """Note that a code was handed to whoever carries it."""
    await conn.execute(WENT_OUT, [now, tenant_id, code_id])


async def sent_to(conn: AsyncConnection, tenant_id: str, code_id: str) -> bytes | None:
    """Read where a code went, sealed; None when it was handed to nobody."""
    row = await (await conn.execute(SENT_TO, [tenant_id, code_id])).fetchone()
    return bytes(row[0]) if row else None


async def code(conn: AsyncConnection, tenant_id: str, conversation_id: str, code_id: str) -> CodeRow | None:
    """Read a code of a conversation, held until the transaction ends: tries are counted one by one."""
    found = await conn.execute(CONTACT_OF_CODE, [tenant_id, code_id, conversation_id])
    contact = await found.fetchone()
    if contact is None:
        return None
    await hold_contact(conn, tenant_id, bytes(contact[0]))
    cursor = conn.cursor(row_factory=class_row(CodeRow))
    await cursor.execute(CODE, [tenant_id, code_id])
    return await cursor.fetchone()


async def newest_code(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> str | None:
    """Name the code that a conversation waits for."""
    row = await (await conn.execute(NEWEST_CODE, [tenant_id, conversation_id])).fetchone()
    return row[0] if row else None


async def tried(
    conn: AsyncConnection, tenant_id: str, code_id: str, state: str, customer_id: str | None
) -> None:
    """Count a try, and say what became of the code and for whom."""
    named = {"tenant": tenant_id, "code_id": code_id, "state": state, "customer": customer_id}
    await conn.execute(TRIED, named)


async def holders(conn: AsyncConnection, values: Mapping[str, Any]) -> list[str]:
    """List the customers who count as a contact already."""
    return [str(row[0]) for row in await (await conn.execute(HOLDERS, values)).fetchall()]


async def parties(conn: AsyncConnection, tenant_id: str, customers: Sequence[str]) -> list[PartyRow]:
    """Read customers who may be one person."""
    cursor = conn.cursor(row_factory=class_row(PartyRow))
    await cursor.execute(KNOWN_TO_COMPANY, [tenant_id, list(customers)])
    return await cursor.fetchall()


async def keep(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Write down that a contact is a customer's; addresses of it that they have count as verified."""
    await conn.execute(KEEP, values)
    await conn.execute(VERIFIED_ADDRESSES, values)


async def verify(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> None:
    """Let a conversation speak for its customer from now on."""
    await conn.execute(VERIFIED, [tenant_id, conversation_id])


async def whom(conn: AsyncConnection, tenant_id: str, customer_id: str) -> str:
    """Name who a customer is now: whoever was merged is the one who was kept."""
    row = await (await conn.execute("select whom(%s, %s)", [tenant_id, customer_id])).fetchone()
    return str(row[0]) if row else customer_id


async def contacts(conn: AsyncConnection, tenant_id: str, customer_id: str) -> list[ContactRow]:
    """List what a customer proved to be theirs."""
    cursor = conn.cursor(row_factory=class_row(ContactRow))
    await cursor.execute(CONTACTS, [tenant_id, customer_id])
    return await cursor.fetchall()
