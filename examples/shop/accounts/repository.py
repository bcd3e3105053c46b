"""The SQL of accounts, in the same file as the orders."""

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from examples.shop.accounts.seed import FirstAccounts
from examples.shop.accounts.values import Account, Attempt, Letter, Subscription
from examples.shop.repository import Repository

TABLES = """
create table if not exists accounts (
  customer_id text primary key, pending_email text, phone text, address text not null,
  newsletter integer not null, closed integer not null, version integer not null);
create table if not exists subscriptions (
  id text primary key, customer_id text not null, plan text not null, cents integer not null,
  status text not null, next_box text, paid_until text not null, paused_until text, version integer not null);
create table if not exists attempts (
  id text primary key, customer_id text not null, items text not null, cents integer not null,
  method text not null, reason text not null, state text not null, made_at text not null,
  version integer not null);
create table if not exists letters (
  id text primary key, customer_id text not null, "to" text not null, kind text not null,
  about text not null, token text not null, sent_at text not null);
"""


class AccountBooks:
    """Reads and writes of one file; whoever calls decides what belongs into one transaction."""

    def __init__(self, books: Repository) -> None:
        self._books = books

    def open(self, day: FirstAccounts) -> None:
        """Create the tables where they are missing and fill empty ones."""
        with self._books.transaction():
            for statement in TABLES.split(";"):
                self._sql(statement)
            if not self._sql("select 1 from accounts limit 1"):
                self._fill(day)

    def put_back(self, customer_id: str, day: FirstAccounts) -> None:
        """Overwrite what is kept of one customer with the first day's; versions go on counting."""
        self._sql("delete from letters where customer_id = ?", customer_id)
        kept = FirstAccounts(
            accounts=tuple(one for one in day.accounts if one.customer_id == customer_id),
            subscriptions=tuple(one for one in day.subscriptions if one.customer_id == customer_id),
            attempts=tuple(one for one in day.attempts if one.customer_id == customer_id),
        )
        for account in kept.accounts:
            self.store_account(account)
        for subscription in kept.subscriptions:
            self.store_subscription(subscription)
        for attempt in kept.attempts:
            self.store_attempt(attempt)

    def account(self, customer_id: str) -> Account | None:
        """One account."""
        rows = self._sql("select * from accounts where customer_id = ?", customer_id)
        return _account(rows[0]) if rows else None

    def store_account(self, account: Account) -> None:
        """Write what an account may change, under its next version."""
        self._sql(
            "update accounts set pending_email = ?, phone = ?, address = ?, newsletter = ?, closed = ?,"
            " version = version + 1 where customer_id = ?",
            account.pending_email,
            account.phone,
            account.address,
            int(account.newsletter),
            int(account.closed),
            account.customer_id,
        )

    def move_email(self, customer_id: str, email: str) -> None:
        """Make an address the one that the customer signs in with."""
        self._sql("update customers set email = ? where id = ?", email, customer_id)

    def subscription(self, subscription_id: str) -> Subscription | None:
        """One subscription."""
        rows = self._sql("select * from subscriptions where id = ?", subscription_id)
        return _subscription(rows[0]) if rows else None

    def all_accounts(self) -> list[Account]:
        """Everybody's, by customer."""
        return [_account(row) for row in self._sql("select * from accounts order by customer_id")]

    def subscriptions(self, customer_id: str | None) -> list[Subscription]:
        """A customer's subscriptions or everybody's, newest first."""
        sql = "select * from subscriptions where ?1 is null or customer_id = ?1 order by id desc"
        return [_subscription(row) for row in self._sql(sql, customer_id)]

    def store_subscription(self, one: Subscription) -> None:
        """Write what a subscription may change, under its next version."""
        self._sql(
            "update subscriptions set status = ?, next_box = ?, paid_until = ?, paused_until = ?,"
            " version = version + 1 where id = ?",
            one.status,
            one.next_box and one.next_box.isoformat(),
            one.paid_until.isoformat(),
            one.paused_until and one.paused_until.isoformat(),
            one.id,
        )

    def attempt(self, attempt_id: str) -> Attempt | None:
        """One attempt to pay."""
        rows = self._sql("select * from attempts where id = ?", attempt_id)
        return _attempt(rows[0]) if rows else None

    def attempts(self, customer_id: str | None) -> list[Attempt]:
        """A customer's attempts to pay or everybody's, newest first."""
        sql = "select * from attempts where ?1 is null or customer_id = ?1 order by made_at desc, id desc"
        return [_attempt(row) for row in self._sql(sql, customer_id)]

    def store_attempt(self, attempt: Attempt) -> None:
        """Write what became of an attempt, under its next version."""
        sql = "update attempts set state = ?, version = version + 1 where id = ?"
        self._sql(sql, attempt.state, attempt.id)

    def send(self, letter: Letter) -> None:
        """Keep a letter as sent."""
        self._insert("letters", [{**vars(letter), "sent_at": letter.sent_at.isoformat()}])

    def letters(self, customer_id: str) -> list[Letter]:
        """What was sent to a customer, oldest first."""
        rows = self._sql("select * from letters where customer_id = ? order by rowid", customer_id)
        return [_letter(row) for row in rows]

    def letter_with(self, token: str) -> Letter | None:
        """The letter whose link carries this token."""
        rows = self._sql("select * from letters where token = ? and token <> ''", token)
        return _letter(rows[0]) if rows else None

    def next_letter(self) -> str:
        """The number after the last letter's."""
        return f"L-{self._books.next_number('letters'):04}"

    def _sql(self, statement: str, *values: object) -> list[sqlite3.Row]:
        return self._books.connection.execute(statement, values).fetchall()

    def _fill(self, day: FirstAccounts) -> None:
        self._insert("accounts", [vars(account) for account in day.accounts])
        self._insert("subscriptions", [_plain(vars(one)) for one in day.subscriptions])
        self._insert("attempts", [_plain(vars(one)) for one in day.attempts])

    def _insert(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            self._sql(f"insert into {table} ({names}) values ({marks})", *row.values())  # noqa: S608


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Dates as texts."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
    }


def _account(row: sqlite3.Row) -> Account:
    return Account(**{**dict(row), "newsletter": bool(row["newsletter"]), "closed": bool(row["closed"])})


def _subscription(row: sqlite3.Row) -> Subscription:
    days = {
        name: row[name] and date.fromisoformat(row[name])
        for name in ("next_box", "paid_until", "paused_until")
    }
    return Subscription(**{**dict(row), **days})


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(**{**dict(row), "made_at": datetime.fromisoformat(row["made_at"])})


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(**{**dict(row), "sent_at": datetime.fromisoformat(row["sent_at"])})
