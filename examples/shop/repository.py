"""The shop's SQL: one SQLite file in which an acknowledged change survives `kill -9`."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from examples.shop.seed import FirstDay
from examples.shop.values import Customer, Item, Order, Refund, Ticket

TABLES = """
create table customers (id text primary key, email text not null unique, facts text not null);
create table orders (
  id text primary key, customer_id text not null, status text not null, version integer not null,
  total integer not null, refunded integer not null check (refunded between 0 and total),
  address text not null, facts text not null);
create index orders_of_customer on orders (customer_id);
create table refunds (
  id text primary key, order_id text not null, cents integer not null check (cents > 0),
  reason text not null, made_at text not null);
create index refunds_of_order on refunds (order_id);
create table tickets (
  id text primary key, customer_id text not null, subject text not null, body text not null,
  opened_at text not null);
create table operations (key text primary key, fingerprint text not null, receipt text not null);
pragma user_version = 1;
"""
ORDER_COLUMNS = frozenset({"id", "customer_id", "status", "version", "total", "refunded", "address"})


class Repository:
    """Reads and writes; whoever calls decides what belongs into one transaction."""

    def __init__(self, state: Path | None) -> None:
        self._db = sqlite3.connect(state or ":memory:", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        # A killed process loses nothing in WAL mode; only a power cut could take the last moments.
        self._db.execute("pragma synchronous = normal")

    @property
    def connection(self) -> sqlite3.Connection:
        """For the books that stand beside this one in the same file."""
        return self._db

    @property
    def is_new(self) -> bool:
        """True until the first day has been written."""
        return bool(self._db.execute("pragma user_version").fetchone()[0] == 0)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def open_shop(self, day: FirstDay) -> None:
        """Create the tables and fill them, in one transaction."""
        with self.transaction():
            for statement in TABLES.split(";"):
                self._db.execute(statement)
            for customer in day.customers:
                self._insert("customers", id=customer.id, email=customer.email, facts=as_json(customer))
            for order in day.orders:
                columns = {name: getattr(order, name) for name in ORDER_COLUMNS}
                self._insert("orders", **columns, facts=as_json(order))
            for refund in day.refunds:
                self.add_refund(refund)

    def order(self, order_id: str) -> Order | None:
        """One order as it stands now."""
        rows = self._read("select * from orders where id = ?", order_id)
        return as_order(rows[0]) if rows else None

    def orders(self, *, customer_id: str | None, status: str | None, limit: int) -> list[Order]:
        """The newest orders first, of one customer or of all."""
        sql = (
            "select * from orders where (?1 is null or customer_id = ?1) and (?2 is null or status = ?2)"
            " order by id desc limit ?3"
        )
        return [as_order(row) for row in self._read(sql, customer_id, status, limit)]

    def store(self, order: Order) -> None:
        """Write what an order may change, under its next version."""
        self._db.execute(
            "update orders set status = ?, refunded = ?, address = ?, version = version + 1 where id = ?",
            (order.status, order.refunded, order.address, order.id),
        )

    def put_back(self, customer_id: str, orders: Sequence[Order], refunds: Sequence[Refund]) -> None:
        """Overwrite a customer's orders and ledger and drop the tickets; versions go on counting.

        Whoever read an order before cannot change it after: their version is not the current one.
        """
        self._db.execute(
            "delete from refunds where order_id in (select id from orders where customer_id = ?)",
            (customer_id,),
        )
        self._db.execute("delete from tickets where customer_id = ?", (customer_id,))
        for order in orders:
            self.store(order)
            self._db.execute("update orders set facts = ? where id = ?", (as_json(order), order.id))
        for refund in refunds:
            self.add_refund(refund)

    def customers(self, *, email: str | None, limit: int) -> list[Customer]:
        """Everybody, or the one with this address."""
        sql = "select * from customers where (?1 is null or email = ?1) order by id limit ?2"
        return [as_customer(row) for row in self._read(sql, email and email.lower(), limit)]

    def customer(self, customer_id: str) -> Customer | None:
        """One customer."""
        rows = self._read("select * from customers where id = ?", customer_id)
        return as_customer(rows[0]) if rows else None

    def refunds(self, order_id: str | None) -> list[Refund]:
        """The ledger, oldest line first."""
        sql = "select * from refunds where (?1 is null or order_id = ?1) order by rowid"
        return [
            Refund(**{**dict(row), "made_at": datetime.fromisoformat(row["made_at"])})
            for row in self._read(sql, order_id)
        ]

    def add_refund(self, refund: Refund) -> None:
        """Add a line to the ledger."""
        self._insert("refunds", **{**vars(refund), "made_at": refund.made_at.isoformat()})

    def tickets(self, customer_id: str | None) -> list[Ticket]:
        """Tickets, oldest first."""
        sql = "select * from tickets where (?1 is null or customer_id = ?1) order by rowid"
        return [
            Ticket(**{**dict(row), "opened_at": datetime.fromisoformat(row["opened_at"])})
            for row in self._read(sql, customer_id)
        ]

    def add_ticket(self, ticket: Ticket) -> None:
        """Open a ticket."""
        self._insert("tickets", **{**vars(ticket), "opened_at": ticket.opened_at.isoformat()})

    def next_number(self, table: str) -> int:
        """The number after the highest in a table, whatever was taken out below it."""
        sql = f"select coalesce(max(cast(substr(id, 3) as integer)), 0) + 1 from {table}"  # noqa: S608
        return int(self._read(sql)[0][0])

    def operation(self, key: str) -> tuple[str, Mapping[str, Any]] | None:
        """Fingerprint and receipt of what was done under a key."""
        rows = self._read("select fingerprint, receipt from operations where key = ?", key)
        return (rows[0]["fingerprint"], orjson.loads(rows[0]["receipt"])) if rows else None

    def add_operation(self, key: str, fingerprint: str, receipt: Mapping[str, Any]) -> None:
        """Keep the receipt, in the transaction that also holds its effect."""
        self._insert("operations", key=key, fingerprint=fingerprint, receipt=orjson.dumps(receipt).decode())

    def _read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def _insert(self, table: str, **columns: object) -> None:
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._db.execute(
            f"insert into {table} ({names}) values ({marks})",  # noqa: S608
            tuple(columns.values()),
        )


def as_json(value: Customer | Order) -> str:
    """What never changes about a customer or an order, as JSON."""
    return orjson.dumps({k: v for k, v in asdict(value).items() if k not in ORDER_COLUMNS}).decode()


def as_customer(row: sqlite3.Row) -> Customer:
    """Read a customer back."""
    facts = orjson.loads(row["facts"])
    return Customer(id=row["id"], **{**facts, "since": date.fromisoformat(facts["since"])})


def as_order(row: sqlite3.Row) -> Order:
    """Read an order back."""
    facts = orjson.loads(row["facts"])
    for name in ("placed_at", "shipped_at", "delivered_at"):
        facts[name] = facts[name] and datetime.fromisoformat(facts[name])
    facts["expected_on"] = facts["expected_on"] and date.fromisoformat(facts["expected_on"])
    facts["items"] = tuple(Item(**item) for item in facts["items"])
    return Order(**{name: row[name] for name in ORDER_COLUMNS}, **facts)
