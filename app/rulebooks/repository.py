"""The versions of a tenant's rule book as they are stored."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

PUT_IN_FORCE = """insert into books (tenant_id, version, files, first_at, in_force_at)
  values (%(tenant)s, %(version)s, %(files)s, %(now)s, %(now)s)
  on conflict (tenant_id, version) do update set in_force_at = excluded.in_force_at"""

FILES = "select files from books where tenant_id = %s and version = %s"

VERSIONS = """select version, first_at, in_force_at from books where tenant_id = %s
  order by in_force_at desc limit %s"""

NAMED = "select version from books where tenant_id = %s and starts_with(version, %s) order by version limit 2"


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """One version that was in force, and when."""

    version: str
    first_at: datetime
    in_force_at: datetime


async def put_in_force(
    conn: AsyncConnection, tenant_id: str, version: str, files: bytes, now: datetime
) -> None:
    """Store a version, or only the time when it came into force again."""
    await conn.execute(PUT_IN_FORCE, {"tenant": tenant_id, "version": version, "files": files, "now": now})


async def stored_files(conn: AsyncConnection, tenant_id: str, version: str) -> bytes | None:
    """Read the files of a version, or None when there is no such version."""
    row = await (await conn.execute(FILES, [tenant_id, version])).fetchone()
    return bytes(row[0]) if row else None


async def stored_versions(conn: AsyncConnection, tenant_id: str, most: int) -> list[StoredVersion]:
    """List the versions, the one in force first."""
    cursor = conn.cursor(row_factory=class_row(StoredVersion))
    await cursor.execute(VERSIONS, [tenant_id, most])
    return await cursor.fetchall()


async def versions_named(conn: AsyncConnection, tenant_id: str, beginning: str) -> list[str]:
    """List up to two versions whose name begins so: one is meant, two are too many."""
    rows = await (await conn.execute(NAMED, [tenant_id, beginning])).fetchall()
    return [str(row[0]) for row in rows]
