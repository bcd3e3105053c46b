"""Reads and writes of owners, handoffs and approvals.

Lock order as everywhere: the thread first, then the conversation. The fence
of the conversation's thread is raised where a person takes over, so that a
turn in flight finds its fence lost when it wants to commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

LOCK_THREAD = "select fence from threads where tenant_id = %s and thread_id = %s for update"

ACT_AS = "select set_config('frontdesk.actor', %s, true), set_config('frontdesk.cause', %s, true)"

RAISE_FENCE = """update threads set fence = fence + 1, lease_until = null
  where tenant_id = %s and thread_id = %s"""

TAKE = """update conversations
  set status = %s, status_since = %s, owner_id = %s, waiting_since = null, sla_due_at = null, updated_at = %s
  where tenant_id = %s and conversation_id = %s and owner_id is null and status = any(%s)"""

MOVE = """update conversations set status = %s, updated_at = %s,
    status_since = case when status = %s then status_since else %s end
  where tenant_id = %s and conversation_id = %s and owner_id = %s and status = any(%s)"""

GIVE_BACK = """update conversations set status = %s, status_since = %s, owner_id = null, waiting_since = null,
    sla_due_at = null, reasons = '{}', priority = 'normal', updated_at = %s
  where tenant_id = %s and conversation_id = %s and owner_id = %s and status = any(%s)"""

WAIT_FOR_PERSON = """update conversations set status = %s, status_since = %s, waiting_since = %s,
    sla_due_at = %s, priority = %s, reasons = array_append(reasons, %s), updated_at = %s
  where tenant_id = %s and conversation_id = %s and owner_id is null and status = any(%s)"""

ADD_REASON = """update conversations set reasons = array_append(reasons, %s)
  where tenant_id = %s and conversation_id = %s and not %s = any(reasons)"""

ADD_FLAG = """update conversations set flags = array_append(flags, %s)
  where tenant_id = %s and conversation_id = %s and not %s = any(flags)"""

SET_DUE = "update conversations set sla_due_at = %s where tenant_id = %s and conversation_id = %s"

OPEN_HANDOFF = """select handoff_id, reason, status, requested_at, skills, context from handoffs
  where tenant_id = %s and conversation_id = %s and status in ('queued', 'assigned')"""

HANDOFF_BY_KEY = """select handoff_id from handoffs
  where tenant_id = %s and conversation_id = %s and request_key = %s"""

LATEST_HANDOFF = """select handoff_id, reason, status, requested_at, skills, context from handoffs
  where tenant_id = %s and conversation_id = %s order by requested_at desc limit 1"""

# Of the customer, whichever conversation it was.
COUNT_HANDOFFS = """select count(*) from handoffs h
  join conversations c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
  join conversations own on own.tenant_id = c.tenant_id and own.customer_id = c.customer_id
  where own.tenant_id = %s and own.conversation_id = %s"""

INSERT_HANDOFF = """insert into handoffs (tenant_id, handoff_id, conversation_id, status, reason, priority,
    skills, context, agent_id, requested_at, assigned_at, sla_due_at, request_key)
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

ASSIGN_HANDOFF = """update handoffs set status = 'assigned', agent_id = %s, assigned_at = %s
  where tenant_id = %s and conversation_id = %s and status in ('queued', 'assigned')"""

CLOSE_HANDOFF = """update handoffs set status = 'closed', closed_at = %s
  where tenant_id = %s and conversation_id = %s and status in ('queued', 'assigned')"""

FACTS = """select c.conversation_id, c.customer_id, c.channel, c.status, c.priority, c.reasons, c.started_at,
    c.verified, p.profile, p.tier, p.language
  from conversations c join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  where c.tenant_id = %s and c.conversation_id = %s"""

ACTIONS = """select action_id, action, status, detail, updated_at from actions
  where tenant_id = %s and conversation_id = %s order by created_at"""

TRACES = """select thread_id, seq, trace from turns
  where tenant_id = %s and conversation_id = %s and thread_id = conversation_id and why = 'message'
  order by seq desc limit %s"""


@dataclass(frozen=True, kw_only=True)
class StoredHandoff:
    """A handoff with its sealed context."""

    handoff_id: str
    reason: str
    status: str
    requested_at: datetime
    skills: Sequence[str]
    context: bytes


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a context package is made from, beside the timeline."""

    conversation_id: str
    customer_id: str
    channel: str
    status: str
    priority: str
    reasons: Sequence[str]
    started_at: datetime
    verified: bool
    profile: bytes
    tier: str
    language: str


@dataclass(frozen=True, kw_only=True)
class StoredAction:
    """An action with its sealed detail."""

    action_id: str
    action: str
    status: str
    detail: bytes
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredTrace:
    """The sealed trace of one turn."""

    thread_id: str
    seq: int
    trace: bytes


@dataclass(frozen=True, kw_only=True)
class NewHandoff:
    """A handoff to be written."""

    handoff_id: str
    status: str
    reason: str
    priority: str
    skills: Sequence[str]
    context: bytes
    agent_id: str | None
    assigned_at: datetime | None
    sla_due_at: datetime | None
    request_key: str | None = None


async def lock_thread(conn: AsyncConnection, tenant_id: str, thread_id: str) -> bool:
    """Hold a thread still until the transaction ends; False when there is no such thread."""
    return await (await conn.execute(LOCK_THREAD, [tenant_id, thread_id])).fetchone() is not None


async def act_as(conn: AsyncConnection, actor: str, cause: str) -> None:
    """Name who changes owners and statuses in this transaction, and why; the database writes it down."""
    await conn.execute(ACT_AS, [actor, cause])


async def raise_fence(conn: AsyncConnection, tenant_id: str, thread_id: str) -> None:
    """Make every turn in flight on the thread lose its commit; its event is taken up anew."""
    await conn.execute(RAISE_FENCE, [tenant_id, thread_id])


async def take(
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    agent_id: str,
    status: str,
    sources: Sequence[str],
    now: datetime,
) -> bool:
    """Make an agent the owner, if nobody is; False when somebody was faster or the status forbids it."""
    cursor = await conn.execute(TAKE, [status, now, agent_id, now, tenant_id, conversation_id, list(sources)])
    return cursor.rowcount == 1


async def move(
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    agent_id: str,
    status: str,
    sources: Sequence[str],
    now: datetime,
) -> bool:
    """Change the status under its owner; False when the agent owns it no more."""
    values = [status, now, status, now, tenant_id, conversation_id, agent_id, list(sources)]
    return (await conn.execute(MOVE, values)).rowcount == 1


async def give_back(
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    agent_id: str,
    status: str,
    sources: Sequence[str],
    now: datetime,
) -> bool:
    """Take the owner away; False when the agent owns it no more."""
    values = [status, now, now, tenant_id, conversation_id, agent_id, list(sources)]
    return (await conn.execute(GIVE_BACK, values)).rowcount == 1


async def wait_for_person(
    conn: AsyncConnection,
    tenant_id: str,
    conversation_id: str,
    status: str,
    sources: Sequence[str],
    *,
    priority: str,
    reason: str,
    due: datetime,
    now: datetime,
) -> bool:
    """Put a conversation into the queue; False when its status forbids it."""
    values = [status, now, now, due, priority, reason, now, tenant_id, conversation_id, list(sources)]
    return (await conn.execute(WAIT_FOR_PERSON, values)).rowcount == 1


async def add_reason(conn: AsyncConnection, tenant_id: str, conversation_id: str, reason: str) -> None:
    """Add why a person is needed, once."""
    await conn.execute(ADD_REASON, [reason, tenant_id, conversation_id, reason])


async def add_flag(conn: AsyncConnection, tenant_id: str, conversation_id: str, flag: str) -> bool:
    """Put a flag on a conversation; False when it is there already."""
    return (await conn.execute(ADD_FLAG, [flag, tenant_id, conversation_id, flag])).rowcount == 1


async def set_due(conn: AsyncConnection, tenant_id: str, conversation_id: str, due: datetime) -> None:
    """Set when the first reply of a person is due."""
    await conn.execute(SET_DUE, [due, tenant_id, conversation_id])


async def open_handoff(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> StoredHandoff | None:
    """Return the handoff that is not closed."""
    cursor = conn.cursor(row_factory=class_row(StoredHandoff))
    await cursor.execute(OPEN_HANDOFF, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def handoff_by_key(conn: AsyncConnection, tenant_id: str, conversation_id: str, key: str) -> str | None:
    """Return the handoff that a request with this key made, closed or not."""
    row = await (await conn.execute(HANDOFF_BY_KEY, [tenant_id, conversation_id, key])).fetchone()
    return str(row[0]) if row else None


async def latest_handoff(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> StoredHandoff | None:
    """Return the last handoff, closed or not."""
    cursor = conn.cursor(row_factory=class_row(StoredHandoff))
    await cursor.execute(LATEST_HANDOFF, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def count_handoffs(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> int:
    """Count how often the customer was handed to a person, in whichever conversation."""
    row = await (await conn.execute(COUNT_HANDOFFS, [tenant_id, conversation_id])).fetchone()
    return int(row[0]) if row else 0


async def insert_handoff(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, handoff: NewHandoff, now: datetime
) -> None:
    """Write a handoff; a second open one breaks a unique index."""
    values = [
        tenant_id,
        handoff.handoff_id,
        conversation_id,
        handoff.status,
        handoff.reason,
        handoff.priority,
        list(handoff.skills),
        handoff.context,
        handoff.agent_id,
        now,
        handoff.assigned_at,
        handoff.sla_due_at,
        handoff.request_key,
    ]
    await conn.execute(INSERT_HANDOFF, values)


async def assign_handoff(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, agent_id: str, now: datetime
) -> None:
    """Say who took the open handoff."""
    await conn.execute(ASSIGN_HANDOFF, [agent_id, now, tenant_id, conversation_id])


async def close_handoff(conn: AsyncConnection, tenant_id: str, conversation_id: str, now: datetime) -> None:
    """Close the open handoff, if there is one."""
    await conn.execute(CLOSE_HANDOFF, [now, tenant_id, conversation_id])


async def facts_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> Facts | None:
    """Read a conversation with its customer."""
    cursor = conn.cursor(row_factory=class_row(Facts))
    await cursor.execute(FACTS, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def actions_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[StoredAction]:
    """Read the conversation's actions, oldest first."""
    cursor = conn.cursor(row_factory=class_row(StoredAction))
    await cursor.execute(ACTIONS, [tenant_id, conversation_id])
    return await cursor.fetchall()


async def traces_of(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, limit: int = 8
) -> list[StoredTrace]:
    """Read the traces of the last messages, newest first."""
    cursor = conn.cursor(row_factory=class_row(StoredTrace))
    await cursor.execute(TRACES, [tenant_id, conversation_id, limit])
    return await cursor.fetchall()


APPROVALS = """select a.approval_id, a.conversation_id, a.action_id, a.thread_id, a.status, a.role,
    a.request, a.decision, a.decided_by, a.decided_at, a.created_at, a.expires_at, u.name as decider,
    c.customer_id, c.verified, p.profile
  from approvals a
  join conversations c on c.tenant_id = a.tenant_id and c.conversation_id = a.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  left join users u on u.tenant_id = a.tenant_id and u.user_id = a.decided_by
  where a.tenant_id = %(tenant)s
    and (%(approval)s::text is null or a.approval_id = %(approval)s)
    and (%(conversation)s::text is null or a.conversation_id = %(conversation)s)
    and (%(status)s::text is null or a.status = %(status)s)
  order by a.created_at desc limit %(limit)s"""

DECIDE = """update approvals set status = %s, decision = %s, decided_by = %s, decided_at = %s
  where tenant_id = %s and approval_id = %s and status = 'pending' and expires_at > %s"""


@dataclass(frozen=True, kw_only=True)
class StoredApproval:
    """An approval with its sealed request and decision, and whose it is."""

    approval_id: str
    conversation_id: str
    action_id: str
    thread_id: str
    status: str
    role: str
    request: bytes
    decision: bytes | None
    decided_by: str | None
    decided_at: datetime | None
    created_at: datetime
    expires_at: datetime
    decider: str | None
    customer_id: str
    verified: bool
    profile: bytes


async def approvals(
    conn: AsyncConnection,
    tenant_id: str,
    *,
    approval_id: str | None = None,
    conversation_id: str | None = None,
    status: str | None = None,
    limit: int = 200,
) -> list[StoredApproval]:
    """Read approvals, newest first, by whichever of the three is given."""
    named = {
        "tenant": tenant_id,
        "approval": approval_id,
        "conversation": conversation_id,
        "status": status,
        "limit": limit,
    }
    cursor = conn.cursor(row_factory=class_row(StoredApproval))
    await cursor.execute(APPROVALS, named)
    return await cursor.fetchall()


async def decide(
    conn: AsyncConnection,
    tenant_id: str,
    approval_id: str,
    *,
    status: str,
    decision: bytes,
    decided_by: str,
    now: datetime,
) -> bool:
    """Decide an approval that nobody decided before and whose time is not over; False when that is not so."""
    values = [status, decision, decided_by, now, tenant_id, approval_id, now]
    return (await conn.execute(DECIDE, values)).rowcount == 1
