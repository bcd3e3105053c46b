"""Which rows belong to a customer, and their deletion; the connection comes in bound to the tenant.

The tables are not listed here: every table with one of the columns below is meant, so a table
that is added later is erased without anybody thinking of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from app.customers.repository_holding import hold as hold_still

CUSTOMER_COLUMNS = ("customer_id", "kept_id", "gone_id", "one_id", "other_id")
ADDRESS_COLUMNS = ("address_index", "party_index")
"""Blind indexes of addresses, `channel:address`."""
COLUMNS = ("conversation_id", "thread_id", *CUSTOMER_COLUMNS, *ADDRESS_COLUMNS)
QUOTING = ("book_diffs",)
"""Tables whose rows quote several customers and can be made again: they go whole."""

# Whoever was merged into a customer is the same person, and goes too.
PERSON = """with recursive person as (
    select customer_id from customers where tenant_id = %(tenant)s and customer_id = %(customer)s
    union select c.customer_id from customers c join person p on c.merged_into = p.customer_id
      where c.tenant_id = %(tenant)s
  )
  select customer_id from person order by customer_id"""
CUSTOMERS = """select customer_id from customers where tenant_id = %s and customer_id = any(%s)
  order by customer_id for update"""
THREADS = """select t.thread_id from threads t join conversations c
    on c.tenant_id = t.tenant_id and c.conversation_id = t.conversation_id
  where c.tenant_id = %s and c.customer_id = any(%s)"""
CONVERSATIONS = "select conversation_id from conversations where tenant_id = %s and customer_id = any(%s)"
ADDRESSES = "select address_index from identities where tenant_id = %s and customer_id = any(%s) for update"
# What is made of conversations in the background holds these rows: it ends first, or finds nothing later.
MADE_OF_THEM = (
    "select from search_progress where tenant_id = %s for update",
    "select from webhooks where tenant_id = %s order by webhook_id for update",
)
AT_WORK = """select exists (select from actions where tenant_id = %s and conversation_id = any(%s)
  and status = 'running')"""
BELONGING = """select table_name, column_name from information_schema.columns
  where table_schema = current_schema() and column_name = any(%s)
    and table_name in (select table_name from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE')
  order by table_name, column_name"""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Everything by which rows are known to be one customer's."""

    customers: Sequence[str]
    conversations: Sequence[str]
    threads: Sequence[str]
    addresses: Sequence[bytes]

    def ids(self, column: str) -> list[str] | list[bytes]:
        """Return what a column holds in rows that are this customer's."""
        if column in ADDRESS_COLUMNS:
            return list(self.addresses)
        if column in CUSTOMER_COLUMNS:
            return list(self.customers)
        return list(self.threads if column == "thread_id" else self.conversations)


async def hold(conn: AsyncConnection, tenant_id: str, customer_id: str) -> Person | None:
    """Hold a customer and all conversations still until the transaction ends; None when there is no such.

    Whom a merge made one with them while we waited is held as well.
    """
    asked, customers = {"tenant": tenant_id, "customer": customer_id}, list[str]()
    while (found := await _column(conn, PERSON, asked)) != customers:
        customers = found
        await hold_still(conn, tenant_id, customers)
    for held in MADE_OF_THEM:
        await conn.execute(held.encode(), [tenant_id])
    theirs = [tenant_id, customers]
    person = Person(
        customers=customers,
        conversations=await _column(conn, CONVERSATIONS, theirs),
        threads=await _column(conn, THREADS, theirs),
        addresses=[bytes(index) for index in await _column(conn, ADDRESSES, theirs)],
    )
    return person if await _column(conn, CUSTOMERS, theirs) else None


async def _column(
    conn: AsyncConnection, statement: str, asked: Mapping[str, Any] | Sequence[Any]
) -> list[Any]:
    return [row[0] for row in await (await conn.execute(statement.encode(), asked)).fetchall()]


async def at_work(conn: AsyncConnection, tenant_id: str, person: Person) -> bool:
    """Say whether a system of the company is just being asked to do something for this customer."""
    row = await (await conn.execute(AT_WORK, [tenant_id, list(person.conversations)])).fetchone()
    return bool(row and row[0])


async def belonging(conn: AsyncConnection) -> Mapping[str, Sequence[str]]:
    """Return the tables with rows of customers, each with the columns that say whose a row is."""
    found: dict[str, list[str]] = {}
    for table, column in await (await conn.execute(BELONGING, [list(COLUMNS)])).fetchall():
        found.setdefault(str(table), []).append(str(column))
    return found


async def delete(
    conn: AsyncConnection, tenant_id: str, table: str, columns: Sequence[str], person: Person
) -> int:
    """Delete a table's rows that are this customer's by any of its columns; returns how many went."""
    whose = SQL(" or ").join(SQL("{} = any(%s)").format(Identifier(column)) for column in columns)
    statement = SQL("delete from {} where tenant_id = %s and ({})").format(Identifier(table), whose)
    gone = await conn.execute(statement, [tenant_id, *(person.ids(column) for column in columns)])
    return gone.rowcount


async def delete_all(conn: AsyncConnection, tenant_id: str, table: str) -> int:
    """Delete a tenant's rows of a table whose rows can be made again."""
    statement = SQL("delete from {} where tenant_id = %s").format(Identifier(table))
    return (await conn.execute(statement, [tenant_id])).rowcount
