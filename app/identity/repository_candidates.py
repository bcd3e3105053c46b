"""The SQL of customers who may be one person; the connection comes in, bound to the tenant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

# A name is only ever said beside something else: it finds nobody.
FOUND = """select distinct whom(%(tenant)s, f.customer_id) as customer_id, f.kind, f.found from (
    select customer_id, case kind when 'name' then 'name' else 'record' end as kind, key_index as found
      from customer_keys where tenant_id = %(tenant)s and key_index = any(%(keys)s)
        and kind in ('email', 'phone', 'name')
    union all
    select customer_id, 'address', address_index from identities
      where tenant_id = %(tenant)s and address_index = any(%(addresses)s)
    union all
    select customer_id, 'proved', contact_index from verified_contacts
      where tenant_id = %(tenant)s and contact_index = any(%(contacts)s)
    union all
    select customer_id, 'proved', contact_index from contact_codes
      where tenant_id = %(tenant)s and contact_index = any(%(contacts)s) and state = 'used') f
  where whom(%(tenant)s, f.customer_id) <> %(customer)s
    and not exists (select from apart_customers a where a.tenant_id = %(tenant)s
      and a.one_id = least(%(customer)s, whom(%(tenant)s, f.customer_id))
      and a.other_id = greatest(%(customer)s, whom(%(tenant)s, f.customer_id)))
  order by 1, 2 limit 200"""

APART = """insert into apart_customers (tenant_id, one_id, other_id, said_by, at)
  values (%(tenant)s, least(%(one)s, %(other)s), greatest(%(one)s, %(other)s), %(by)s, %(now)s)
  on conflict do nothing"""
USED_CONTACTS = """select distinct contact_index from contact_codes
  where tenant_id = %s and customer_id = %s and state = 'used'"""


@dataclass(frozen=True, kw_only=True)
class FoundRow:
    """Somebody who shares something with a customer."""

    customer_id: str
    kind: str
    found: bytes


async def found(conn: AsyncConnection, values: Mapping[str, Any]) -> list[FoundRow]:
    """Find who shares an address, an email, a number or a proof with a customer."""
    cursor = conn.cursor(row_factory=class_row(FoundRow))
    await cursor.execute(FOUND, values)
    return await cursor.fetchall()


async def keep_apart(
    conn: AsyncConnection, tenant_id: str, one: str, other: str, by: str, now: datetime
) -> bool:
    """Remember that two are not the same person; False when that was known."""
    named = {"tenant": tenant_id, "one": one, "other": other, "by": by, "now": now}
    return (await conn.execute(APART, named)).rowcount == 1


async def used_contacts(conn: AsyncConnection, tenant_id: str, customer_id: str) -> list[bytes]:
    """List what a customer proved by codes, also where it stayed somebody else's."""
    rows = await (await conn.execute(USED_CONTACTS, [tenant_id, customer_id])).fetchall()
    return [bytes(row[0]) for row in rows]
