"""SQL of everything that follows an order; it stands in the shop's one file, in the same transactions."""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson

from examples.shop.aftercare.stock import first_stock
from examples.shop.aftercare.values import Replacement, Return, Sending, Trace
from examples.shop.repository import Repository
from examples.shop.values import Item

KINDS = {"returns": Return, "replacements": Replacement, "traces": Trace, "sendings": Sending}
PREFIXES = {"returns": "RT", "replacements": "RP", "traces": "TR", "sendings": "IS"}
Record = Return | Replacement | Trace | Sending
TABLES = """
create table if not exists aftercare (
  id text primary key, kind text not null, subject text not null, facts text not null);
create index if not exists aftercare_of_subject on aftercare (kind, subject);
create table if not exists stock (sku text primary key, available integer not null check (available >= 0));
"""


class AftercareBooks:
    """Reads and writes beside the orders; whoever calls decides what belongs into one transaction."""

    def __init__(self, books: Repository) -> None:
        self._db = books.connection
        with books.transaction():
            for statement in TABLES.split(";"):
                self._db.execute(statement)
            self._db.executemany("insert or ignore into stock values (?, ?)", first_stock().items())

    def returns(self, order_id: str | None = None) -> list[Return]:
        """Returns and exchanges, oldest first."""
        return [Return(**row) for row in self._facts("returns", order_id)]

    def replacements(self, order_id: str | None = None) -> list[Replacement]:
        """Replacements, oldest first."""
        return [Replacement(**row) for row in self._facts("replacements", order_id)]

    def traces(self, order_id: str | None = None) -> list[Trace]:
        """Traces, oldest first."""
        return [Trace(**row) for row in self._facts("traces", order_id)]

    def sendings(self, number: str | None = None) -> list[Sending]:
        """Invoices that were sent again, oldest first."""
        return [Sending(**row) for row in self._facts("sendings", number)]

    def next_id(self, kind: str) -> str:
        """The next number of a kind, as `RT-0001`."""
        sql = "select coalesce(max(cast(substr(id, 4) as integer)), 0) + 1 from aftercare where kind = ?"
        return f"{PREFIXES[kind]}-{self._db.execute(sql, (kind,)).fetchone()[0]:04}"

    def add(self, kind: str, subject: str, record: Record) -> None:
        """Write something down."""
        facts = orjson.dumps(asdict(record)).decode()
        self._db.execute("insert into aftercare values (?, ?, ?, ?)", (record.id, kind, subject, facts))

    def available(self, sku: str) -> int:
        """How many of an article may still be sent."""
        row = self._db.execute("select available from stock where sku = ?", (sku,)).fetchone()
        return int(row[0]) if row else 0

    def take(self, items: Sequence[Item]) -> bool:
        """Take goods out of the stock, all of them or none."""
        if any(self.available(item.sku) < item.quantity for item in items):
            return False
        for item in items:
            self._db.execute(
                "update stock set available = available - ? where sku = ?", (item.quantity, item.sku)
            )
        return True

    def forget(self, customer_id: str) -> None:
        """Drop what followed a customer's orders; stock stays as it is."""
        self._db.execute(
            "delete from aftercare where subject in (select id from orders where customer_id = ?)"
            " or subject in (select 'KB-' || id from orders where customer_id = ?)",
            (customer_id, customer_id),
        )

    def _facts(self, kind: str, subject: str | None) -> list[dict[str, Any]]:
        sql = "select facts from aftercare where kind = ?1 and (?2 is null or subject = ?2) order by rowid"
        rows: list[sqlite3.Row] = self._db.execute(sql, (kind, subject)).fetchall()
        return [read_back(orjson.loads(row["facts"])) for row in rows]


def read_back(facts: dict[str, Any]) -> dict[str, Any]:
    """Bring dates and lines back into their types."""
    made = dict(facts)
    if "items" in made:
        made["items"] = tuple(Item(**item) for item in made["items"])
    if made.get("wanted"):
        made["wanted"] = Item(**made["wanted"])
    for name in ("send_by", "expected_on", "answer_by"):
        if name in made:
            made[name] = date.fromisoformat(made[name])
    made["made_at"] = datetime.fromisoformat(made["made_at"])
    return made
