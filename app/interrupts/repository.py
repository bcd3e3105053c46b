"""Reads of action threads as LangGraph's clients see them; the connection comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

SortBy = Literal["thread_id", "status", "created_at", "updated_at", "state_updated_at"]

# An approval whose time is over waits for nobody: the sweep tells the action so.
_THREADS = """select a.thread_id, a.conversation_id, a.action_id, a.action, a.created_at, a.updated_at,
    p.approval_id, p.interrupt_id, p.request, p.expires_at,
    case when p.approval_id is not null then 'interrupted'
      when a.status in ('failed', 'unknown') then 'error'
      when a.status in ('done', 'rejected', 'cancelled', 'expired') then 'idle'
      else 'busy' end as status,
    jsonb_strip_nulls(jsonb_build_object('graph_id', %(graph)s::text, 'assistant_id', %(assistant)s::text,
      'conversation_id', a.conversation_id, 'action_id', a.action_id, 'action', a.action,
      'action_status', a.status, 'approval_id', p.approval_id, 'role', p.role,
      'expires_at', p.expires_at)) as metadata
  from actions a
  join threads t on t.tenant_id = a.tenant_id and t.thread_id = a.thread_id
  left join approvals p on p.tenant_id = a.tenant_id and p.thread_id = a.thread_id
    and p.status = 'pending' and p.expires_at > %(now)s
  where a.tenant_id = %(tenant)s and (%(ids)s::text[] is null or a.thread_id = any(%(ids)s))"""

_FOUND = f"""with shown as ({_THREADS}), found as (select * from shown
    where (%(status)s::text is null or status = %(status)s)
      and (%(metadata)s::jsonb is null or metadata @> %(metadata)s))"""  # noqa: S608 (constants only)

COUNT = f"{_FOUND} select count(*)::int from found"  # noqa: S608 (constants only)

# The column and direction come from a fixed list.
_PAGE = """, page as (select * from found order by {order}, thread_id limit %(limit)s offset %(offset)s)
  select page.*, c.checkpoint_id, c.parent_id, c.seq, c.data, c.writes, c.kept_at
  from page left join lateral (
    select checkpoint_id, parent_id, seq, data, writes, created_at as kept_at from checkpoints
    where tenant_id = %(tenant)s and thread_id = page.thread_id and ns = ''
    order by seq desc limit 1) c on true
  order by {order}, thread_id"""

_COLUMNS: Mapping[SortBy, str] = {
    "thread_id": "thread_id",
    "status": "status",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "state_updated_at": "updated_at",
}

HISTORY = """select checkpoint_id, parent_id, seq, data, writes, created_at as kept_at from checkpoints
  where tenant_id = %(tenant)s and thread_id = %(thread)s and ns = ''
    and (%(one)s::text is null or checkpoint_id = %(one)s)
    and (%(before)s::text is null or seq < (select b.seq from checkpoints b
      where b.tenant_id = %(tenant)s and b.thread_id = %(thread)s and b.ns = ''
        and b.checkpoint_id = %(before)s))
  order by seq desc limit %(limit)s"""

DECIDED = """select a.approval_id, a.status, coalesce(u.name, a.decided_by) as decided_by, a.decided_at,
    a.created_at
  from approvals a left join users u on u.tenant_id = a.tenant_id and u.user_id = a.decided_by
  where a.tenant_id = %s and a.thread_id = %s and a.decided_at is not null order by a.decided_at desc"""

LATEST_APPROVAL = """select approval_id, interrupt_id from approvals
  where tenant_id = %s and thread_id = %s order by created_at desc, approval_id desc limit 1"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which threads are looked for, and which page of them."""

    ids: Sequence[str] | None = None
    status: str | None = None
    metadata: Mapping[str, Any] | None = None
    sort_by: SortBy = "created_at"
    falling: bool = True
    limit: int = 10
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class StoredState:
    """One checkpoint of a thread, sealed."""

    checkpoint_id: str
    parent_id: str | None
    seq: int
    data: bytes
    writes: bytes | None
    kept_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredThread:
    """An action's thread with what it waits for and its newest checkpoint, sealed."""

    thread_id: str
    conversation_id: str
    action_id: str
    action: str
    created_at: datetime
    updated_at: datetime
    approval_id: str | None
    interrupt_id: str | None
    request: bytes | None
    expires_at: datetime | None
    status: str
    metadata: Mapping[str, Any]
    checkpoint_id: str | None
    parent_id: str | None
    seq: int | None
    data: bytes | None
    writes: bytes | None
    kept_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DecidedApproval:
    """A decision that was made on a thread: what LangGraph's clients call a run."""

    approval_id: str
    status: str
    decided_by: str | None
    decided_at: datetime
    created_at: datetime


async def threads(
    conn: AsyncConnection, tenant_id: str, wanted: Wanted, graph: str, assistant: str, now: datetime
) -> list[StoredThread]:
    """Read one page of threads with their newest checkpoints."""
    order = f"{_COLUMNS[wanted.sort_by]} {'desc' if wanted.falling else 'asc'}"
    statement = _FOUND + _PAGE.format(order=order)
    async with conn.cursor(row_factory=class_row(StoredThread)) as cursor:
        named = _named(tenant_id, wanted, graph, assistant, now)
        return await (await cursor.execute(statement, named)).fetchall()


async def count(
    conn: AsyncConnection, tenant_id: str, wanted: Wanted, graph: str, assistant: str, now: datetime
) -> int:
    """Count the threads that are looked for."""
    row = await (await conn.execute(COUNT, _named(tenant_id, wanted, graph, assistant, now))).fetchone()
    return int(row[0]) if row else 0


async def history(
    conn: AsyncConnection,
    tenant_id: str,
    thread_id: str,
    *,
    limit: int,
    before: str | None = None,
    one: str | None = None,
) -> list[StoredState]:
    """Read a thread's checkpoints, newest first."""
    named = {"tenant": tenant_id, "thread": thread_id, "limit": limit, "before": before, "one": one}
    async with conn.cursor(row_factory=class_row(StoredState)) as cursor:
        return await (await cursor.execute(HISTORY, named)).fetchall()


async def decided(conn: AsyncConnection, tenant_id: str, thread_id: str) -> list[DecidedApproval]:
    """Read the decisions that were made on a thread, newest first."""
    async with conn.cursor(row_factory=class_row(DecidedApproval)) as cursor:
        return await (await cursor.execute(DECIDED, [tenant_id, thread_id])).fetchall()


async def latest_approval(conn: AsyncConnection, tenant_id: str, thread_id: str) -> tuple[str, str] | None:
    """Return the id and the interrupt of the approval that a thread asked for last."""
    row = await (await conn.execute(LATEST_APPROVAL, [tenant_id, thread_id])).fetchone()
    return (str(row[0]), str(row[1])) if row else None


def _named(tenant_id: str, wanted: Wanted, graph: str, assistant: str, now: datetime) -> dict[str, Any]:
    return {
        "tenant": tenant_id,
        "graph": graph,
        "assistant": assistant,
        "now": now,
        "ids": list(wanted.ids) if wanted.ids else None,
        "status": wanted.status,
        "metadata": Jsonb(dict(wanted.metadata)) if wanted.metadata else None,
        "limit": wanted.limit,
        "offset": wanted.offset,
    }
