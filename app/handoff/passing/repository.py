"""Transfers that wait for their taker, and changes of owner, in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

CHANGE_OWNER = """update conversations set status = %(status)s, owner_id = %(to)s, updated_at = %(now)s,
    status_since = case when status = %(status)s then status_since else %(now)s end
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and owner_id = %(from)s
    and status = any(%(sources)s)"""

PUT_BACK = """update conversations set status = 'escalating', owner_id = null, waiting_since = %(now)s,
    sla_due_at = %(due)s, status_since = %(now)s, updated_at = %(now)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and owner_id = %(from)s
    and status = any(%(sources)s)"""

RESOLVE = """update conversations set status = 'resolved', owner_id = null, waiting_since = null,
    sla_due_at = null, reasons = '{}', flags = '{}', priority = 'normal', status_since = %(now)s,
    updated_at = %(now)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and owner_id = %(from)s
    and status = any(%(sources)s)"""

# What resolving cleared is read from the handoff that it closed.
REOPEN = """with latest as (
    select handoff_id, reason, priority from handoffs
      where tenant_id = %(tenant)s and conversation_id = %(conversation)s order by requested_at desc limit 1),
  opened as (
    update handoffs h set status = 'assigned', closed_at = null, agent_id = %(from)s from latest
      where h.tenant_id = %(tenant)s and h.handoff_id = latest.handoff_id)
  update conversations set status = %(status)s, owner_id = %(from)s, status_since = %(now)s,
      updated_at = %(now)s, reasons = coalesce((select array[reason] from latest), reasons),
      priority = coalesce((select priority from latest), priority)
    where tenant_id = %(tenant)s and conversation_id = %(conversation)s and owner_id is null
      and status = any(%(sources)s)"""

REQUEUE_HANDOFF = """update handoffs set status = 'queued', agent_id = null, assigned_at = null,
    to_group = %s, sla_due_at = %s
  where tenant_id = %s and conversation_id = %s and status in ('queued', 'assigned')"""

COLUMNS = """select t.transfer_id, t.conversation_id, t.from_agent, f.name as from_name, t.to_agent,
    u.name as to_name, t.to_group, t.kind, t.state, t.briefing, t.taken_by, t.created_at, t.settled_at
  from transfers t
  left join users f on f.tenant_id = t.tenant_id and f.user_id = t.from_agent
  left join users u on u.tenant_id = t.tenant_id and u.user_id = t.to_agent"""

TRANSFERS = f"{COLUMNS} where t.tenant_id = %s and t.conversation_id = %s order by t.created_at desc"

OFFERED = f"{COLUMNS} where t.tenant_id = %s and t.conversation_id = %s and t.state = 'offered'"

OFFERED_TO = f"""{COLUMNS} where t.tenant_id = %(tenant)s and t.state = 'offered'
    and (t.to_agent = %(agent)s or t.to_group = any(%(groups)s))
    and t.from_agent <> %(agent)s
  order by t.created_at"""

GROUPS_OF = """select g.name from agent_group_members m
  join agent_groups g on g.tenant_id = m.tenant_id and g.group_id = m.group_id
  where m.tenant_id = %s and m.user_id = %s"""

INSERT = """insert into transfers
    (tenant_id, transfer_id, conversation_id, from_agent, to_agent, to_group, kind, state, briefing,
     taken_by, created_at, settled_at)
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

SETTLE = """update transfers set state = %s, taken_by = %s, settled_at = %s
  where tenant_id = %s and conversation_id = %s and state = 'offered'"""

TAKER = """select user_id, name, skills from users
  where tenant_id = %s and user_id = %s and deactivated_at is null
    and role in ('agent', 'supervisor', 'admin')"""

GROUP = "select name from agent_groups where tenant_id = %s and (group_id = %s or name = %s)"

TRANSITIONS = """select t.transition_id, t.from_status, t.to_status, t.from_owner, t.to_owner, t.actor,
    u.name as actor_name, t.cause, t.reason, t.at
  from conversation_transitions t
  left join users u on u.tenant_id = t.tenant_id and t.actor = 'agent:' || u.user_id
  where t.tenant_id = %s and t.conversation_id = %s order by t.transition_id limit %s"""

LAST_TRANSITION = TRANSITIONS.replace("transition_id limit %s", "transition_id desc limit 1")

EXISTS = "select 1 from conversations where tenant_id = %s and conversation_id = %s"

PENDING = """select count(*) from approvals
  where tenant_id = %s and conversation_id = %s and status = 'pending'"""


@dataclass(frozen=True, kw_only=True)
class StoredTransfer:
    """A transfer with its sealed briefing."""

    transfer_id: str
    conversation_id: str
    from_agent: str
    from_name: str | None
    to_agent: str | None
    to_name: str | None
    to_group: str | None
    kind: str
    state: str
    briefing: bytes
    taken_by: str | None
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One change of a conversation's status or owner."""

    transition_id: int
    from_status: str
    to_status: str
    from_owner: str | None
    to_owner: str | None
    actor: str
    actor_name: str | None
    cause: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NewTransfer:
    """A transfer to be written."""

    transfer_id: str
    conversation_id: str
    from_agent: str
    to_agent: str | None
    to_group: str | None
    kind: str
    state: str
    briefing: bytes
    taken_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Taker:
    """Somebody who can own conversations."""

    user_id: str
    name: str
    skills: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Held:
    """Which conversation, and who owns it: the condition of every change here."""

    tenant_id: str
    conversation_id: str
    owner_id: str


async def pass_on(
    conn: AsyncConnection, held: Held, to_agent: str, sources: Sequence[str], now: datetime
) -> bool:
    """Make another person the owner; False when the conversation is not the first one's any more."""
    return await _change(conn, CHANGE_OWNER, held, sources, now, to=to_agent, status="assigned")


async def put_back(
    conn: AsyncConnection, held: Held, sources: Sequence[str], due: datetime, now: datetime
) -> bool:
    """Put an owned conversation back into the queue; False when it is not the owner's any more."""
    return await _change(conn, PUT_BACK, held, sources, now, due=due)


async def resolve(conn: AsyncConnection, held: Held, sources: Sequence[str], now: datetime) -> bool:
    """End an owned conversation; False when it is not the owner's any more."""
    return await _change(conn, RESOLVE, held, sources, now)


async def reopen(
    conn: AsyncConnection, held: Held, status: str, sources: Sequence[str], now: datetime
) -> bool:
    """Make whoever ended a conversation its owner again; False when it goes on already."""
    return await _change(conn, REOPEN, held, sources, now, status=status)


async def _change(
    conn: AsyncConnection,
    statement: str,
    held: Held,
    sources: Sequence[str],
    now: datetime,
    **more: object,
) -> bool:
    values = {
        "tenant": held.tenant_id,
        "conversation": held.conversation_id,
        "from": held.owner_id,
        "sources": list(sources),
        "now": now,
        **more,
    }
    return (await conn.execute(statement.encode(), values)).rowcount == 1


async def requeue_handoff(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, group_id: str | None, due: datetime
) -> None:
    """Let the open handoff wait again, for anybody or for a group."""
    await conn.execute(REQUEUE_HANDOFF, [group_id, due, tenant_id, conversation_id])


async def insert(conn: AsyncConnection, tenant_id: str, transfer: NewTransfer, now: datetime) -> None:
    """Write a transfer; a second open one breaks a unique index."""
    values = [
        tenant_id,
        transfer.transfer_id,
        transfer.conversation_id,
        transfer.from_agent,
        transfer.to_agent,
        transfer.to_group,
        transfer.kind,
        transfer.state,
        transfer.briefing,
        transfer.taken_by,
        now,
        transfer.settled_at,
    ]
    await conn.execute(INSERT, values)


async def settle(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, state: str, by: str | None, now: datetime
) -> bool:
    """End the open transfer of a conversation; False when there is none."""
    return (await conn.execute(SETTLE, [state, by, now, tenant_id, conversation_id])).rowcount == 1


async def offered(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> StoredTransfer | None:
    """Return the transfer that waits for its taker."""
    cursor = conn.cursor(row_factory=class_row(StoredTransfer))
    await cursor.execute(OFFERED, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def offered_to(
    conn: AsyncConnection, tenant_id: str, agent_id: str, groups: Sequence[str]
) -> list[StoredTransfer]:
    """List the transfers that an agent of these groups may take, oldest first."""
    cursor = conn.cursor(row_factory=class_row(StoredTransfer))
    await cursor.execute(OFFERED_TO, {"tenant": tenant_id, "agent": agent_id, "groups": list(groups)})
    return await cursor.fetchall()


async def transfers_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[StoredTransfer]:
    """List a conversation's transfers, newest first."""
    cursor = conn.cursor(row_factory=class_row(StoredTransfer))
    await cursor.execute(TRANSFERS, [tenant_id, conversation_id])
    return await cursor.fetchall()


async def groups_of(conn: AsyncConnection, tenant_id: str, agent_id: str) -> set[str]:
    """Return the names of the groups that an administrator put an agent into."""
    found = await (await conn.execute(GROUPS_OF, [tenant_id, agent_id])).fetchall()
    return {str(name) for (name,) in found}


async def taker(conn: AsyncConnection, tenant_id: str, agent_id: str) -> Taker | None:
    """Return a person who can own conversations."""
    cursor = conn.cursor(row_factory=class_row(Taker))
    await cursor.execute(TAKER, [tenant_id, agent_id])
    return await cursor.fetchone()


async def group(conn: AsyncConnection, tenant_id: str, named: str) -> str | None:
    """Return the name of a group, found by id or name."""
    row = await (await conn.execute(GROUP, [tenant_id, named, named])).fetchone()
    return str(row[0]) if row else None


async def transitions(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, limit: int = 1000
) -> list[Transition]:
    """List every change of a conversation's status or owner, oldest first."""
    cursor = conn.cursor(row_factory=class_row(Transition))
    await cursor.execute(TRANSITIONS, [tenant_id, conversation_id, limit])
    return await cursor.fetchall()


async def last_transition(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> Transition | None:
    """Return the newest change of a conversation's status or owner."""
    cursor = conn.cursor(row_factory=class_row(Transition))
    await cursor.execute(LAST_TRANSITION, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def pending_approvals(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> int:
    """Count the decisions that a conversation still waits for."""
    row = await (await conn.execute(PENDING, [tenant_id, conversation_id])).fetchone()
    return int(row[0]) if row else 0


async def exists(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> bool:
    """Say whether there is such a conversation."""
    return await (await conn.execute(EXISTS, [tenant_id, conversation_id])).fetchone() is not None
