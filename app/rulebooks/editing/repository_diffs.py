"""Comparisons of rule books as they are stored. The connection is bound to the tenant."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """insert into book_diffs (tenant_id, diff_id, new_version, state, begun_at, alive_at)
  values (%s, %s, %s, 'running', %s, %s)"""
KEEP_NEWEST = """delete from book_diffs where tenant_id = %(tenant)s and diff_id in (
    select diff_id from book_diffs where tenant_id = %(tenant)s
      order by begun_at desc, diff_id desc offset %(most)s)"""
RUNNING = """select diff_id, new_version, state, compared, told, page, alive_at from book_diffs
  where tenant_id = %s and new_version = %s and state = 'running' and alive_at > %s
  order by begun_at desc limit 1"""
ONE = """select diff_id, new_version, state, compared, told, page, alive_at from book_diffs
  where tenant_id = %s and diff_id = %s"""
ALIVE = """update book_diffs set compared = %s, alive_at = %s
  where tenant_id = %s and diff_id = %s and state = 'running'"""
END = """update book_diffs set state = %s, compared = %s, told = %s, page = %s, alive_at = %s
  where tenant_id = %s and diff_id = %s"""


@dataclass(frozen=True, kw_only=True)
class DiffRow:
    """A comparison, what it found sealed."""

    diff_id: str
    new_version: str
    state: str
    compared: int
    told: bytes | None
    page: bytes | None
    alive_at: datetime


async def add(
    conn: AsyncConnection, tenant_id: str, diff_id: str, version: str, now: datetime, most: int
) -> None:
    """Write down that a comparison begins; only the newest are kept."""
    await conn.execute(ADD, [tenant_id, diff_id, version, now, now])
    await conn.execute(KEEP_NEWEST, {"tenant": tenant_id, "most": most})


async def running(
    conn: AsyncConnection, tenant_id: str, version: str, alive_since: datetime
) -> DiffRow | None:
    """Return the comparison of a draft that is under way in some engine."""
    return await _one(conn, RUNNING, [tenant_id, version, alive_since])


async def one(conn: AsyncConnection, tenant_id: str, diff_id: str) -> DiffRow | None:
    """Read a comparison."""
    return await _one(conn, ONE, [tenant_id, diff_id])


async def alive(conn: AsyncConnection, tenant_id: str, diff_id: str, compared: int, now: datetime) -> None:
    """Note how far a comparison is, and that it goes on."""
    await conn.execute(ALIVE, [compared, now, tenant_id, diff_id])


async def end(conn: AsyncConnection, tenant_id: str, row: DiffRow) -> None:
    """Note what a comparison came to."""
    await conn.execute(
        END, [row.state, row.compared, row.told, row.page, row.alive_at, tenant_id, row.diff_id]
    )


async def _one(conn: AsyncConnection, query: str, values: list[object]) -> DiffRow | None:
    cursor = conn.cursor(row_factory=class_row(DiffRow))
    await cursor.execute(query.encode(), values)
    return await cursor.fetchone()
