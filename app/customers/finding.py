"""Finds customers by what a person types: an id, an email, a phone number, an address, words of a name."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.seal import Seal
from app.customers import repository as sql
from app.customers.keys import Key, keys_of, sought
from app.customers.record import opened

AT_ONCE = 2000
"""Customers that one search makes findable; the next search goes on where it ended."""
MOST_FOUND = 50


async def find(
    conn: AsyncConnection, vault: Seal, tenant_id: str, question: str, now: datetime
) -> list[sql.CustomerRow]:
    """Return whom the question may mean; nothing asked lists who came last."""
    question = question.strip()
    if not question:
        return await sql.newest(conn, tenant_id, MOST_FOUND)
    await make_findable(conn, vault, tenant_id, now)
    alone, together = sought(question)
    channels = await sql.channels(conn, tenant_id)
    asked = sql.Sought(
        id=question,
        external=vault.blind_index(tenant_id, question),
        addresses=[vault.blind_index(tenant_id, f"{channel}:{question}") for channel in channels],
        alone=[_index(vault, tenant_id, key) for key in alone],
        together=[_index(vault, tenant_id, key) for key in together],
    )
    return await sql.find(conn, tenant_id, asked, MOST_FOUND)


async def make_findable(conn: AsyncConnection, vault: Seal, tenant_id: str, now: datetime) -> int:
    """Index customers who are new or whose record changed; returns how many."""
    rows = await sql.without_keys(conn, tenant_id, AT_ONCE)
    if rows:
        keys = [
            (row.customer_id, key.kind, _index(vault, tenant_id, key))
            for row in rows
            for key in keys_of(opened(vault, tenant_id, row))
        ]
        await sql.store_keys(conn, tenant_id, [row.customer_id for row in rows], keys, now)
    return len(rows)


def _index(vault: Seal, tenant_id: str, key: Key) -> bytes:
    return vault.blind_index(tenant_id, key.text)
