"""What belongs to events: turns, lines, conversations, sessions, actions. Everything is still sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

TURNS = """select thread_id, seq, ms::float8 as ms, trace from turns
  where tenant_id = %s and (thread_id, seq) in (select * from unnest(%s::text[], %s::bigint[]))"""
LINES = """select thread_id, seq, entry_id, kind, direction, sender, text, detail from entries
  where tenant_id = %s and conversation_id = any(%s)
    and (thread_id, seq) in (select * from unnest(%s::text[], %s::bigint[]))
    and direction <> 'internal' order by conversation_id, entry_no"""
CONVERSATIONS = """select conversation_id, customer_id, channel from conversations
  where tenant_id = %s and conversation_id = any(%s)"""
SESSIONS = """select wanted.place::int, max(s.session_no)
  from unnest(%s::text[], %s::timestamptz[]) with ordinality as wanted (conversation_id, at, place)
    join sessions s on s.tenant_id = %s and s.conversation_id = wanted.conversation_id
      and s.started_at <= wanted.at
  group by wanted.place"""
ACTIONS = "select action_id, action, detail from actions where tenant_id = %s and action_id = any(%s)"


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """How a turn came to what it said."""

    thread_id: str
    seq: int
    ms: float
    trace: bytes


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """A line of the timeline that the customer wrote or read."""

    thread_id: str
    seq: int
    entry_id: str
    kind: str
    direction: str
    sender: str
    text: bytes
    detail: bytes | None


@dataclass(frozen=True, kw_only=True)
class ConversationRow:
    """Whose a conversation is, and where."""

    conversation_id: str
    customer_id: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    """An action by its name."""

    action_id: str
    action: str
    detail: bytes


async def turns(conn: AsyncConnection, tenant_id: str, places: Sequence[tuple[str, int]]) -> list[TurnRow]:
    """Read turns by thread and number."""
    cursor = conn.cursor(row_factory=class_row(TurnRow))
    await cursor.execute(TURNS, [tenant_id, [one for one, _ in places], [seq for _, seq in places]])
    return await cursor.fetchall()


async def lines(
    conn: AsyncConnection, tenant_id: str, conversations: Sequence[str], places: Sequence[tuple[str, int]]
) -> list[LineRow]:
    """Read the lines of turns, in their order."""
    cursor = conn.cursor(row_factory=class_row(LineRow))
    named = [tenant_id, list(conversations), [one for one, _ in places], [seq for _, seq in places]]
    await cursor.execute(LINES, named)
    return await cursor.fetchall()


async def conversations(conn: AsyncConnection, tenant_id: str, ids: Sequence[str]) -> list[ConversationRow]:
    """Read whose conversations are."""
    cursor = conn.cursor(row_factory=class_row(ConversationRow))
    await cursor.execute(CONVERSATIONS, [tenant_id, list(ids)])
    return await cursor.fetchall()


async def sessions(
    conn: AsyncConnection, tenant_id: str, wanted: Sequence[tuple[str | None, datetime]]
) -> dict[int, int]:
    """Return, by its place in the list, the number of the session in which each event fell."""
    values = [[one for one, _ in wanted], [at for _, at in wanted], tenant_id]
    found = await (await conn.execute(SESSIONS, values)).fetchall()
    return {place - 1: number for place, number in found}


async def actions(conn: AsyncConnection, tenant_id: str, ids: Sequence[str]) -> list[ActionRow]:
    """Read actions."""
    cursor = conn.cursor(row_factory=class_row(ActionRow))
    await cursor.execute(ACTIONS, [tenant_id, list(ids)])
    return await cursor.fetchall()
