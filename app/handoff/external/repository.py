"""Conversations held in another chat system, in the database."""

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

EXPECT = """insert into external_chats
    (tenant_id, conversation_id, handoff_id, system, state, due_at, created_at)
  values (%s, %s, %s, %s, 'waiting', %s, %s)
  on conflict (tenant_id, conversation_id) where state in ('waiting', 'open') do nothing"""

COLUMNS = """select chat_no, conversation_id, handoff_id, system, external_id, state, sent_no, attempts
  from external_chats"""

# Leased by moving the due time: who dies on the way leaves it to the next round.
DUE = f"""with due as (
    select chat_no from external_chats e where tenant_id = %(tenant)s and due_at <= %(now)s and (
      state = 'waiting' or state = 'open' and exists (
        select 1 from entries n where n.tenant_id = e.tenant_id and n.conversation_id = e.conversation_id
          and n.entry_no > e.sent_no and n.direction = 'inbound' and n.kind = 'message')
      or state = 'open' and exists (
        select 1 from conversations c where c.tenant_id = e.tenant_id
          and c.conversation_id = e.conversation_id and c.owner_id is distinct from 'external:' || e.system))
    order by due_at limit %(limit)s for update skip locked), leased as (
    update external_chats e set due_at = %(until)s from due
      where e.tenant_id = %(tenant)s and e.chat_no = due.chat_no)
  {COLUMNS} where tenant_id = %(tenant)s and chat_no in (select chat_no from due)"""  # noqa: S608 (constants)

BY_ID = f"{COLUMNS} where tenant_id = %s and system = %s and external_id = %s"

OPENED = """update external_chats set state = 'open', external_id = %s, sent_no = %s, attempts = 0,
    due_at = %s, error = null
  where tenant_id = %s and chat_no = %s and state = 'waiting'"""

SENT = """update external_chats set sent_no = greatest(sent_no, %s), attempts = 0, due_at = %s, error = null
  where tenant_id = %s and chat_no = %s"""

FAILED = """update external_chats set attempts = attempts + 1, due_at = %s, error = %s,
    state = case when %s then 'given_up' else state end
  where tenant_id = %s and chat_no = %s"""

CLOSE = """update external_chats set state = 'closed', closed_at = %s
  where tenant_id = %s and conversation_id = %s and state in ('waiting', 'open')"""

CALLED = """insert into external_calls (tenant_id, system, call_id, received_at) values (%s, %s, %s, %s)
  on conflict do nothing"""


@dataclass(frozen=True, kw_only=True)
class Chat:
    """One conversation in the other system, or on its way there."""

    chat_no: int
    conversation_id: str
    handoff_id: str
    system: str
    external_id: str | None
    state: str
    sent_no: int
    attempts: int


async def expect(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, handoff_id: str, system: str, now: datetime
) -> None:
    """Note that a conversation has to be pushed; one that is there already stays."""
    await conn.execute(EXPECT, [tenant_id, conversation_id, handoff_id, system, now, now])


async def take_due(
    conn: AsyncConnection, tenant_id: str, now: datetime, until: datetime, limit: int
) -> list[Chat]:
    """Lease the chats that have something to send."""
    values = {"tenant": tenant_id, "now": now, "until": until, "limit": limit}
    cursor = conn.cursor(row_factory=class_row(Chat))
    await cursor.execute(DUE, values)
    return await cursor.fetchall()


async def by_external_id(conn: AsyncConnection, tenant_id: str, system: str, external_id: str) -> Chat | None:
    """Find the chat that the other system names."""
    cursor = conn.cursor(row_factory=class_row(Chat))
    await cursor.execute(BY_ID, [tenant_id, system, external_id])
    return await cursor.fetchone()


async def opened(
    conn: AsyncConnection, tenant_id: str, chat_no: int, external_id: str, sent_no: int, now: datetime
) -> bool:
    """Note that the other system has the conversation, up to a line of the timeline."""
    values = [external_id, sent_no, now, tenant_id, chat_no]
    return (await conn.execute(OPENED, values)).rowcount == 1


async def sent(conn: AsyncConnection, tenant_id: str, chat_no: int, sent_no: int, now: datetime) -> None:
    """Note up to which line the other system has the timeline."""
    await conn.execute(SENT, [sent_no, now, tenant_id, chat_no])


async def failed(
    conn: AsyncConnection, tenant_id: str, chat_no: int, due: datetime, error: str, *, last: bool
) -> None:
    """Put a chat off until its next try, or give it up."""
    await conn.execute(FAILED, [due, error, last, tenant_id, chat_no])


async def close(conn: AsyncConnection, tenant_id: str, conversation_id: str, now: datetime) -> None:
    """Note that the other system has the conversation no more."""
    await conn.execute(CLOSE, [now, tenant_id, conversation_id])


async def first_call(conn: AsyncConnection, tenant_id: str, system: str, call_id: str, now: datetime) -> bool:
    """Note a webhook call; False when the same one came before."""
    return (await conn.execute(CALLED, [tenant_id, system, call_id, now])).rowcount == 1
