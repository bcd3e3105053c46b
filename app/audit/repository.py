"""The audit in the database: added to and read, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """insert into audit (tenant_id, audit_id, at, actor_kind, actor_id, action, subject, subject_id,
    detail) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""

READ = """select a.audit_id, a.at, a.actor_kind, a.actor_id, a.action, a.subject, a.subject_id, a.detail,
    u.name as actor_name
  from audit a left join users u
    on a.actor_kind = 'person' and u.tenant_id = a.tenant_id and u.user_id = a.actor_id
  where a.tenant_id = %(tenant)s
    and (%(subject)s::text is null or a.subject = %(subject)s)
    and (%(subject_id)s::text is null or a.subject_id = %(subject_id)s)
    and (%(actor_id)s::text is null or a.actor_id = %(actor_id)s)
    and (%(at)s::timestamptz is null or (a.at, a.audit_id) < (%(at)s, %(after)s))
  order by a.at desc, a.audit_id desc limit %(limit)s"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line, its detail sealed."""

    audit_id: str
    at: datetime
    actor_kind: str
    actor_id: str
    action: str
    subject: str
    subject_id: str
    detail: bytes
    actor_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines, and after which of them a page begins."""

    subject: str | None = None
    subject_id: str | None = None
    actor_id: str | None = None
    at: datetime | None = None
    after: str | None = None
    limit: int = 50


async def add(conn: AsyncConnection, tenant_id: str, row: Row) -> None:
    """Add one line."""
    values = [row.audit_id, row.at, row.actor_kind, row.actor_id, row.action, row.subject, row.subject_id]
    await conn.execute(ADD, [tenant_id, *values, row.detail])


async def lines(conn: AsyncConnection, tenant_id: str, wanted: Wanted) -> list[Row]:
    """Read one page, newest first."""
    named: dict[str, Any] = {"tenant": tenant_id, **vars(wanted)}
    cursor = conn.cursor(row_factory=class_row(Row))
    await cursor.execute(READ, named)
    return await cursor.fetchall()
