"""Everything held of a customer, opened, as one JSON document: the answer to a data request."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from psycopg import AsyncConnection

from app.conversations.repository import entries_after
from app.conversations.seal import Seal, open_text
from app.customers import repository as sql
from app.customers import repository_export as held
from app.customers.record import opened
from app.problems import not_found

ENTRIES_AT_ONCE = 1000


async def export(
    conn: AsyncConnection, vault: Seal, tenant_id: str, customer_id: str, now: datetime
) -> dict[str, Any]:
    """Return the customer with addresses and every conversation, turn, action and rating."""
    row = await sql.one(conn, tenant_id, customer_id)
    if row is None:
        raise not_found("customer")
    conversations = await held.conversations(conn, tenant_id, customer_id)
    return {
        "exported_at": now,
        "customer": {
            "customer_id": customer_id,
            "known_since": row.created_at,
            "tier": row.tier,
            "language": row.language,
            "blocked_at": row.blocked_at,
            **opened(vault, tenant_id, row),
        },
        "addresses": await _addresses(conn, vault, tenant_id, customer_id),
        "conversations": [await _conversation(conn, vault, tenant_id, one) for one in conversations],
    }


async def _addresses(
    conn: AsyncConnection, vault: Seal, tenant_id: str, customer_id: str
) -> list[dict[str, Any]]:
    return [
        {
            "channel": row.channel,
            "address": open_text(vault, tenant_id, row.address, address_place(row)),
            "verified": row.verified,
            "known_since": row.created_at,
        }
        for row in await sql.identities(conn, tenant_id, customer_id)
    ]


async def _conversation(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str
) -> dict[str, Any]:
    told: dict[str, Any] = {"conversation_id": conversation_id, "timeline": []}
    after = 0
    while entries := await entries_after(conn, vault, tenant_id, conversation_id, after, ENTRIES_AT_ONCE):
        told["timeline"] += [asdict(entry) for entry in entries]
        after = entries[-1].entry_no
    for part in held.PARTS:
        rows = await held.rows(conn, tenant_id, conversation_id, part)
        told[part.name] = [_opened(vault, tenant_id, row, part) for row in rows]
    return told


def _opened(vault: Seal, tenant_id: str, row: dict[str, Any], part: held.Part) -> dict[str, Any]:
    """Open the sealed columns of a row; what is no JSON is a text."""
    plain = dict(row)
    for column, place in part.sealed.items():
        if row[column] is not None:
            raw = vault.open(tenant_id, bytes(row[column]), place.format(**row))
            plain[column] = _read(raw)
    return plain


def _read(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode("utf-8", "replace")


def address_place(row: sql.IdentityRow) -> str:
    """Name the place an address is sealed for."""
    return f"identities:address:{bytes(row.address_index).hex()}"
