"""A company's own handoff triggers in the database."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from policies.handoff_rows import HandoffTrigger

TENANTS = "select * from tenants_with_triggers()"

ROWS = """select trigger_id, type, value, threshold::text::float8, priority, enabled, created_at, updated_at,
    updated_by
  from handoff_triggers where tenant_id = %s and (%s::text is null or trigger_id = %s) order by trigger_id"""

PUT = """insert into handoff_triggers
    (tenant_id, trigger_id, type, value, threshold, priority, enabled, created_at, updated_at, updated_by)
  values (%(tenant)s, %(id)s, %(type)s, %(value)s, %(threshold)s, %(priority)s, %(enabled)s, %(now)s, %(now)s,
    %(by)s)
  on conflict (tenant_id, trigger_id) do update set type = excluded.type, value = excluded.value,
    threshold = excluded.threshold, priority = excluded.priority, enabled = excluded.enabled,
    updated_at = excluded.updated_at, updated_by = excluded.updated_by"""

REMOVE = "delete from handoff_triggers where tenant_id = %s and trigger_id = %s"


@dataclass(frozen=True, kw_only=True)
class StoredTrigger(HandoffTrigger):
    """A row with when it was written, and by whom."""

    created_at: datetime
    updated_at: datetime
    updated_by: str


async def tenants(conn: AsyncConnection) -> list[str]:
    """Name the companies that have rows of their own."""
    return [str(name) for (name,) in await (await conn.execute(TENANTS)).fetchall()]


async def rows(conn: AsyncConnection, tenant_id: str, trigger_id: str | None = None) -> list[StoredTrigger]:
    """Read a company's rows, or one of them."""
    cursor = conn.cursor(row_factory=class_row(StoredTrigger))
    await cursor.execute(ROWS, [tenant_id, trigger_id, trigger_id])
    return await cursor.fetchall()


async def put(conn: AsyncConnection, tenant_id: str, row: HandoffTrigger, by: str, now: datetime) -> None:
    """Add a row or change it."""
    values = {
        "tenant": tenant_id,
        "id": row.trigger_id,
        "type": row.type,
        "value": row.value,
        "threshold": row.threshold,
        "priority": row.priority,
        "enabled": row.enabled,
        "by": by,
        "now": now,
    }
    await conn.execute(PUT, values)


async def remove(conn: AsyncConnection, tenant_id: str, trigger_id: str) -> bool:
    """Remove a row; False when there is none."""
    return (await conn.execute(REMOVE, [tenant_id, trigger_id])).rowcount == 1
