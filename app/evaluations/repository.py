"""Runs and labels in the database. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """insert into eval_runs (tenant_id, run_id, suite, at, passed, failed, book, report)
  values (%s, %s, %s, %s, %s, %s, %s, %s)"""
LIST = """select run_id, suite, at, passed, failed, book from eval_runs where tenant_id = %s
  and (%s::text is null or suite = %s) order by at desc, run_id desc limit %s"""
ONE = """select run_id, suite, at, passed, failed, book, report from eval_runs
  where tenant_id = %s and run_id = %s"""
DELETE = "delete from eval_runs where tenant_id = %s and run_id = %s"
HERE = "select conversation_id from conversations where tenant_id = %s and conversation_id = any(%s)"

HEARD = """select e.entry_id, e.conversation_id, e.seq, e.text, e.detail, e.intent, e.created_at
  from entries e where e.tenant_id = %(tenant)s and e.sender = 'customer' and e.kind = 'message'
    and e.created_at > %(since)s
    and not exists (select from labels l where l.tenant_id = e.tenant_id and l.entry_id = e.entry_id)
  order by e.created_at desc limit %(most)s"""
HEARD_ONE = """select e.entry_id, e.conversation_id, e.seq, e.text, e.detail, e.intent, e.created_at
  from entries e where e.tenant_id = %s and e.entry_id = %s and e.sender = 'customer'"""
LABEL = """insert into labels (tenant_id, entry_id, conversation_id, intent, was, text, labelled_by, at)
  values (%(tenant)s, %(entry)s, %(conversation)s, %(intent)s, %(was)s, %(text)s, %(by)s, %(now)s)
  on conflict (tenant_id, entry_id) do update
  set intent = excluded.intent, labelled_by = excluded.labelled_by, at = excluded.at"""
LABELS = """select entry_id, intent, was, text from labels
  where tenant_id = %s and intent is not null order by at"""
COUNT = "select count(*)::int from labels where tenant_id = %s"


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run, its report sealed."""

    run_id: str
    suite: str
    at: datetime
    passed: int
    failed: int
    book: str | None
    report: bytes = b""


@dataclass(frozen=True, kw_only=True)
class HeardRow:
    """A customer's message, sealed."""

    entry_id: str
    conversation_id: str
    seq: int | None
    text: bytes
    detail: bytes | None
    intent: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """A label with its message, sealed."""

    entry_id: str
    intent: str
    was: str | None
    text: bytes


async def add(conn: AsyncConnection, tenant_id: str, row: RunRow) -> None:
    """Keep a run."""
    values = [row.run_id, row.suite, row.at, row.passed, row.failed, row.book, row.report]
    await conn.execute(ADD, [tenant_id, *values])


async def runs(conn: AsyncConnection, tenant_id: str, suite: str | None, limit: int) -> list[RunRow]:
    """List runs without their reports, the newest first."""
    cursor = conn.cursor(row_factory=class_row(RunRow))
    await cursor.execute(LIST, [tenant_id, suite, suite, limit])
    return await cursor.fetchall()


async def run(conn: AsyncConnection, tenant_id: str, run_id: str) -> RunRow | None:
    """Read one run."""
    cursor = conn.cursor(row_factory=class_row(RunRow))
    await cursor.execute(ONE, [tenant_id, run_id])
    return await cursor.fetchone()


async def here(conn: AsyncConnection, tenant_id: str, conversations: Sequence[str]) -> list[str]:
    """Say which conversations are in this installation."""
    rows = await (await conn.execute(HERE, [tenant_id, list(conversations)])).fetchall()
    return sorted(str(row[0]) for row in rows)


async def heard(conn: AsyncConnection, tenant_id: str, since: datetime, most: int) -> list[HeardRow]:
    """Read customers' messages that nobody labelled, the newest first."""
    cursor = conn.cursor(row_factory=class_row(HeardRow))
    await cursor.execute(HEARD, {"tenant": tenant_id, "since": since, "most": most})
    return await cursor.fetchall()


async def heard_one(conn: AsyncConnection, tenant_id: str, entry_id: str) -> HeardRow | None:
    """Read one message of a customer."""
    cursor = conn.cursor(row_factory=class_row(HeardRow))
    await cursor.execute(HEARD_ONE, [tenant_id, entry_id])
    return await cursor.fetchone()


async def label(
    conn: AsyncConnection,
    tenant_id: str,
    row: HeardRow,
    intent: str | None,
    text: bytes,
    by: str,
    now: datetime,
) -> None:
    """Keep what a message means; another label replaces the one before."""
    named = {
        "tenant": tenant_id,
        "entry": row.entry_id,
        "conversation": row.conversation_id,
        "intent": intent,
        "was": row.intent,
        "text": text,
        "by": by,
        "now": now,
    }
    await conn.execute(LABEL, named)


async def labels(conn: AsyncConnection, tenant_id: str) -> list[LabelRow]:
    """Read the labels that say an intent, in the order in which they were given."""
    cursor = conn.cursor(row_factory=class_row(LabelRow))
    await cursor.execute(LABELS, [tenant_id])
    return await cursor.fetchall()


async def count_labels(conn: AsyncConnection, tenant_id: str) -> int:
    """Count what was looked at."""
    row = await (await conn.execute(COUNT, [tenant_id])).fetchone()
    return int(row[0]) if row else 0
