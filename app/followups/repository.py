"""The SQL of follow-ups; the connection comes in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

COLUMNS = "follow_up_id, conversation_id, kind, state, due_at, ends_at, detail"

ADD = """
insert into follow_ups (tenant_id, follow_up_id, key, conversation_id, kind, state, due_at, ends_at, detail)
values (%(tenant)s, %(id)s, %(key)s, %(conversation)s, %(kind)s, 'scheduled', %(due_at)s, %(ends_at)s,
        %(detail)s)
on conflict (tenant_id, key) do nothing
"""

UNDER = f"select {COLUMNS} from follow_ups where tenant_id = %s and (key = %s or cancel_key = %s)"  # noqa: S608

# Everything promised to the customer of a conversation, in whichever conversation it was promised.
MINE = """
c.customer_id = (select o.customer_id from conversations o
                  where o.tenant_id = %(tenant)s and o.conversation_id = %(conversation)s)
"""

OPEN = f"""
select f.follow_up_id, f.conversation_id, f.kind, f.state, f.due_at, f.ends_at, f.detail
  from follow_ups f join conversations c using (tenant_id, conversation_id)
 where f.tenant_id = %(tenant)s and f.state = 'scheduled' and {MINE}
 order by f.due_at, f.follow_up_id
"""  # noqa: S608

CANCEL = f"""
update follow_ups f set state = 'cancelled', cancel_key = %(key)s
  from conversations c
 where c.tenant_id = f.tenant_id and c.conversation_id = f.conversation_id
   and f.tenant_id = %(tenant)s and f.follow_up_id = %(id)s and f.state = 'scheduled' and {MINE}
"""  # noqa: S608

ONE = f"""
select f.follow_up_id, f.conversation_id, f.kind, f.state, f.due_at, f.ends_at, f.detail
  from follow_ups f join conversations c using (tenant_id, conversation_id)
 where f.tenant_id = %(tenant)s and f.follow_up_id = %(id)s and {MINE}
"""  # noqa: S608

# Two engines at once take different rows.
DUE = f"""
select {COLUMNS} from follow_ups
 where tenant_id = %s and state = 'scheduled' and due_at <= %s
 order by due_at limit 50 for update skip locked
"""  # noqa: S608

ACTION = """
insert into actions (tenant_id, action_id, conversation_id, thread_id, action, status, detail, customer_id,
                     created_at, updated_at)
select c.tenant_id, %(id)s, c.conversation_id, %(id)s, %(action)s, 'proposed', %(detail)s, c.customer_id,
       %(now)s, %(now)s
  from conversations c where c.tenant_id = %(tenant)s and c.conversation_id = %(conversation)s
"""

BEGUN = "update follow_ups set state = 'begun' where tenant_id = %s and follow_up_id = %s"

CHANNEL = "select channel from conversations where tenant_id = %s and conversation_id = %s"


class Row(NamedTuple):
    """One promise as it is stored; `detail` is sealed."""

    follow_up_id: str
    conversation_id: str
    kind: str
    state: str
    due_at: datetime
    ends_at: datetime
    detail: bytes


async def add(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a promise, unless its key made one already."""
    await conn.execute(ADD, values)


async def under(conn: AsyncConnection, tenant_id: str, key: str) -> Row | None:
    """The promise that a key made or took back."""
    return await _one(conn, UNDER, [tenant_id, key, key])


async def open_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[Row]:
    """What the customer of a conversation is still promised, the soonest first."""
    named = {"tenant": tenant_id, "conversation": conversation_id}
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(OPEN, named)).fetchall()


async def cancel(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Take a promise back; False when it is not this customer's or has begun."""
    return (await conn.execute(CANCEL, values)).rowcount == 1


async def one(conn: AsyncConnection, values: Mapping[str, Any]) -> Row | None:
    """One promise to the customer of a conversation."""
    return await _one(conn, ONE, values)


async def due(conn: AsyncConnection, tenant_id: str, now: datetime) -> list[Row]:
    """What has to begin now, locked against other engines."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(DUE, [tenant_id, now])).fetchall()


async def add_action(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Write the action that begins, for those who look at the conversation."""
    await conn.execute(ACTION, values)


async def mark_begun(conn: AsyncConnection, tenant_id: str, follow_up_id: str) -> None:
    """Write down that it has begun."""
    await conn.execute(BEGUN, [tenant_id, follow_up_id])


async def channel_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> str | None:
    """On which channel the customer is reached."""
    row = await (await conn.execute(CHANNEL, [tenant_id, conversation_id])).fetchone()
    return row[0] if row else None


async def _one(conn: AsyncConnection, sql: str, values: Any) -> Row | None:
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(sql, values)).fetchone()
