"""Versions of context packages in the database."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """insert into handoff_packages
    (tenant_id, handoff_id, version, conversation_id, why, digest, package, created_at)
  select %(tenant)s, %(handoff)s, coalesce(max(version), 0) + 1, %(conversation)s, %(why)s, %(digest)s,
    %(package)s, %(now)s
  from handoff_packages where tenant_id = %(tenant)s and handoff_id = %(handoff)s
  returning version"""

VERSIONS = """select version, why, digest, package, created_at from handoff_packages
  where tenant_id = %s and handoff_id = %s and (%s::int is null or version = %s) order by version desc"""

HANDOFF = """select handoff_id, conversation_id, status, reason, priority, skills, agent_id, to_group,
    requested_at, assigned_at, closed_at, sla_due_at, context
  from handoffs where tenant_id = %s and handoff_id = %s"""

SAID = """select count(*) from entries
  where tenant_id = %s and conversation_id = %s and kind = 'message'"""


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """One version of a package, sealed."""

    version: int
    why: str
    digest: bytes
    package: bytes
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredHandoff:
    """A handoff as its row has it, its first package sealed."""

    handoff_id: str
    conversation_id: str
    status: str
    reason: str
    priority: str
    skills: list[str]
    agent_id: str | None
    to_group: str | None
    requested_at: datetime
    assigned_at: datetime | None
    closed_at: datetime | None
    sla_due_at: datetime | None
    context: bytes


async def add(
    conn: AsyncConnection,
    tenant_id: str,
    handoff_id: str,
    conversation_id: str,
    *,
    why: str,
    digest: bytes,
    package: bytes,
    now: datetime,
) -> int:
    """Add a version and return its number."""
    values = {
        "tenant": tenant_id,
        "handoff": handoff_id,
        "conversation": conversation_id,
        "why": why,
        "digest": digest,
        "package": package,
        "now": now,
    }
    row = await (await conn.execute(ADD, values)).fetchone()
    assert row is not None
    return int(row[0])


async def versions(
    conn: AsyncConnection, tenant_id: str, handoff_id: str, version: int | None = None
) -> list[StoredVersion]:
    """Read all versions or one, the newest first."""
    cursor = conn.cursor(row_factory=class_row(StoredVersion))
    await cursor.execute(VERSIONS, [tenant_id, handoff_id, version, version])
    return await cursor.fetchall()


async def handoff(conn: AsyncConnection, tenant_id: str, handoff_id: str) -> StoredHandoff | None:
    """Read one handoff, open or closed."""
    cursor = conn.cursor(row_factory=class_row(StoredHandoff))
    await cursor.execute(HANDOFF, [tenant_id, handoff_id])
    return await cursor.fetchone()


async def said_in(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> int:
    """Count the messages of a conversation."""
    row = await (await conn.execute(SAID, [tenant_id, conversation_id])).fetchone()
    return int(row[0]) if row else 0
