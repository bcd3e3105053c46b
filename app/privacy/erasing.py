"""Erases a customer: every row that is theirs, in one transaction. The audit keeps that it was done."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import AsyncConnection

from app.audit.linking import note_erased
from app.gateway.deps import Keyring
from app.privacy import repository as sql


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What went."""

    customers: tuple[str, ...]
    conversations: tuple[str, ...]
    rows: Mapping[str, int]
    """How many rows, by table."""


@dataclass(frozen=True)
class StillAtWork:
    """A system of the company is doing something for them: how it ends has to be written down first."""


@dataclass(frozen=True)
class NoSuchCustomer:
    """Nobody is known by this id, or no longer."""


async def erase(
    conn: AsyncConnection, vault: Keyring, tenant_id: str, customer_id: str
) -> Erased | StillAtWork | NoSuchCustomer:
    """Delete everything of a customer and of whom was merged into them.

    A turn that is being computed meanwhile finds its thread gone and commits nothing.
    The audit's chain says which of its links lose their replies.
    """
    person = await sql.hold(conn, tenant_id, customer_id)
    if person is None:
        return NoSuchCustomer()
    if await sql.at_work(conn, tenant_id, person):
        return StillAtWork()
    await note_erased(conn, vault, tenant_id, person.conversations)
    rows = {table: await sql.delete_all(conn, tenant_id, table) for table in sql.QUOTING}
    for table, columns in (await sql.belonging(conn)).items():
        rows[table] = await sql.delete(conn, tenant_id, table, columns, person)
    return Erased(
        customers=tuple(person.customers),
        conversations=tuple(person.conversations),
        rows={table: count for table, count in rows.items() if count},
    )
