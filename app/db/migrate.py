"""Bring a database to the newest schema, one numbered SQL file after the other."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg import AsyncConnection

FOLDER = Path(__file__).parent / "migrations"
NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
LOCK = 0x46524F4E  # "FRON": one migrating process at a time

LEDGER = """
create table if not exists schema_migrations (
  number     integer primary key,
  name       text not null,
  sha256     text not null,
  applied_at timestamptz not null default now()
)"""


class MigrationChanged(Exception):
    """An applied migration file was edited: put the old text back and write a new file instead."""


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One numbered file."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Fingerprint by which an edit after the fact is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Read all files in order of their number."""
    found = [
        Migration(number=int(match[1]), name=path.stem, sql=path.read_text("utf-8"))
        for path in sorted(folder.iterdir())
        if (match := NAME.match(path.name))
    ]
    numbers = [migration.number for migration in found]
    if len(set(numbers)) != len(numbers):
        raise ValueError(f"two migrations in {folder} share a number: {numbers}")
    return found


async def migrate(url: str, report: Callable[[str], None] = lambda line: None) -> int:
    """Apply what is missing and return how many files that were.

    Each file is one transaction. A second process waits for the first
    behind an advisory lock, then finds nothing left to do.
    """
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            await conn.execute(LEDGER)
            return await _apply_missing(conn, report)
        finally:
            await conn.execute("select pg_advisory_unlock(%s)", [LOCK])


async def _apply_missing(conn: AsyncConnection, report: Callable[[str], None]) -> int:
    rows = await (await conn.execute("select number, sha256 from schema_migrations")).fetchall()
    applied: dict[int, str] = dict(rows)
    fresh = 0
    for migration in migrations():
        known = applied.get(migration.number)
        if known not in (None, migration.sha256):
            raise MigrationChanged(f"{migration.name}.sql was edited after it had been applied")
        if known is None:
            await _apply(conn, migration)
            report(f"applied {migration.name}")
            fresh += 1
    return fresh


async def _apply(conn: AsyncConnection, migration: Migration) -> None:
    async with conn.transaction():
        await conn.execute(migration.sql.encode())
        await conn.execute(
            "insert into schema_migrations (number, name, sha256) values (%s, %s, %s)",
            [migration.number, migration.name, migration.sha256],
        )
