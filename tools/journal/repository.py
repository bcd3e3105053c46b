"""The journal's SQL; the connection comes in, one short transaction each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

INTEND = """
insert into tool_journal (tenant_id, key, conversation_id, tool, state, args)
values (%(tenant_id)s, %(key)s, %(conversation_id)s, %(tool)s, 'intended', %(args)s)
on conflict (tenant_id, key) do nothing
"""

# A second starter waits for the first one's row lock, then sees its lease and changes nothing.
START = """
update tool_journal
   set state = 'started', attempts = attempts + 1, in_doubt = in_doubt or state in ('started', 'unknown'),
       started_at = now(), outcome = null, outcome_kind = null, finished_at = null,
       lease_until = now() + make_interval(secs => %(lease_s)s::float8)
 where tenant_id = %(tenant_id)s and key = %(key)s
   and (state in ('intended', 'unknown')
        or (state = 'failed' and outcome_kind = 'failed')
        or (state = 'started' and lease_until <= now()))
returning attempts, in_doubt
"""

FINISH = """
update tool_journal
   set state = %(state)s, outcome = %(outcome)s, outcome_kind = %(outcome_kind)s, finished_at = now()
 where tenant_id = %(tenant_id)s and key = %(key)s and state = 'started' and attempts = %(attempt)s
"""

COLUMNS = "key, tool, state, attempts, args, outcome, intended_at, started_at, finished_at"
ONE = f"select {COLUMNS} from tool_journal where tenant_id = %s and key = %s"  # noqa: S608
OF_CONVERSATION = f"""
select {COLUMNS} from tool_journal where tenant_id = %s and conversation_id = %s order by intended_at, key
"""  # noqa: S608


class Row(NamedTuple):
    """One line as it is stored; `args` and `outcome` are sealed."""

    key: str
    tool: str
    state: str
    attempts: int
    args: bytes
    outcome: bytes | None
    intended_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


async def intend(conn: AsyncConnection, values: Mapping[str, Any]) -> Row:
    """Write the intention unless the key is known, and return what stands there now."""
    await conn.execute(INTEND, values)
    row = await one(conn, values["tenant_id"], values["key"])
    assert row is not None
    return row


async def start(conn: AsyncConnection, tenant_id: str, key: str, lease_s: float) -> tuple[int, bool] | None:
    """Begin an attempt: its number and whether there is doubt; None when another one is under way or done."""
    cursor = await conn.execute(START, {"tenant_id": tenant_id, "key": key, "lease_s": lease_s})
    return await cursor.fetchone()


async def finish(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Write the outcome of an attempt; False when another attempt has begun since."""
    return (await conn.execute(FINISH, values)).rowcount == 1


async def one(conn: AsyncConnection, tenant_id: str, key: str) -> Row | None:
    """One line."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(ONE, [tenant_id, key])).fetchone()


async def of_conversation(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[Row]:
    """All lines of a conversation, oldest first."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(OF_CONVERSATION, [tenant_id, conversation_id])).fetchall()
