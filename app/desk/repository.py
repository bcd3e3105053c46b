"""Reads and writes of the queue and of presence; the connection is bound to the tenant by who passes it in.

Lock order as everywhere: the thread first, then the agent, then the conversation, then its handoff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from graphs.persons import PERSON

OWNED = "('assigned', 'human_handling', 'waiting')"

# In the order of their names, so that two engines never wait for each other.
BEAT = """update users u set seen_at = %(now)s
  from (select user_id from users where tenant_id = %(tenant)s and user_id = any(%(agents)s)
        order by user_id for update) here
  where u.tenant_id = %(tenant)s and u.user_id = here.user_id"""

# An offer that has not lapsed takes a place on the desk.
THERE = f"""with owned as (
    select owner_id as agent, count(*)::int as n from conversations
      where tenant_id = %(tenant)s and owner_id is not null and status in {OWNED} group by 1),
  offered as (
    select offered_to as agent, count(*)::int as n from handoffs
      where tenant_id = %(tenant)s and status = 'queued' and offered_to is not null
        and offered_at > %(offers_since)s group by 1)
  select u.user_id as agent_id, u.name, u.skills, u.languages, u.max_load,
    coalesce(o.n, 0) + coalesce(f.n, 0) as load,
    array(select unnest(array[g.group_id, g.name]) from agent_group_members m
      join agent_groups g on g.tenant_id = m.tenant_id and g.group_id = m.group_id
      where m.tenant_id = u.tenant_id and m.user_id = u.user_id) as groups
  from users u left join owned o on o.agent = u.user_id left join offered f on f.agent = u.user_id
  where u.tenant_id = %(tenant)s and u.role in ('agent', 'supervisor') and u.deactivated_at is null
    and u.status = 'online' and u.seen_at > %(seen_since)s"""  # noqa: S608 (constants only)

# Conversations that another chat system holds are not given out here.
WAITING = """select h.conversation_id, h.handoff_id, h.skills, p.language, p.tier, c.urgency::float8,
    c.priority, h.requested_at, c.sla_due_at, h.group_name, h.to_group, h.prefers, h.offered_to,
    h.offered_at, h.passed, h.told_kind, h.told_position, h.told_minutes, h.told_at, c.channel, c.intent
  from handoffs h
  join conversations c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  where h.tenant_id = %s and h.status = 'queued' and c.status = 'escalating' and c.owner_id is null
    and not exists (select from external_chats x where x.tenant_id = h.tenant_id
      and x.conversation_id = h.conversation_id and x.state in ('waiting', 'open'))"""

ANY_WAITING = "select exists (select from handoffs where tenant_id = %s and status = 'queued')"

# Ratings of conversations that an agent closed, drawn towards the middle while there are few of them.
RATINGS = """select h.agent_id, (sum(f.rating - 1) / 4.0 + 2.5)::float8 / (count(*) + 5)
  from feedback f
  join handoffs h on h.tenant_id = f.tenant_id and h.conversation_id = f.conversation_id
  where f.tenant_id = %s and f.created_at > %s and h.agent_id is not null group by h.agent_id"""

HANDLING = """select extract(epoch from avg(closed_at - assigned_at))::float8, count(*)::int from (
    select closed_at, assigned_at from handoffs
      where tenant_id = %s and closed_at is not null and assigned_at is not null
      order by closed_at desc limit 50) latest"""

# New in the queue; another engine's are left to it.
# What it is about: who asked for a person last had asked for something else before.
ABOUT = """left join lateral (select intent from entries where tenant_id = c.tenant_id
    and conversation_id = c.conversation_id and sender = 'customer' and intent <> %(person)s
    order by entry_no desc limit 1) e on true"""

FRESH = f"""select h.conversation_id, h.handoff_id, h.skills, p.language, p.tier, c.priority, h.requested_at,
    c.sla_due_at, e.intent
  from conversations c
  join handoffs h on h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  {ABOUT}
  where c.tenant_id = %(tenant)s and c.status = 'escalating' and h.status = 'queued' and h.group_name is null
  order by c.conversation_id limit 200 for update of c skip locked"""  # noqa: S608 (constants only)

ARRIVED = f"""select e.intent, h.group_name, count(*) from handoffs h
  join conversations c on c.tenant_id = h.tenant_id and c.conversation_id = h.conversation_id
  {ABOUT}
  where h.tenant_id = %(tenant)s and h.requested_at >= %(since)s and h.group_name = any(%(groups)s)
    and e.intent is not null group by 1, 2"""  # noqa: S608

DUE = """update conversations c set sla_due_at = n.due
  from unnest(%(conversations)s::text[], %(dues)s::timestamptz[]) as n(conversation_id, due)
  where c.tenant_id = %(tenant)s and c.conversation_id = n.conversation_id"""

# Beside them, the last agent who had one of the customer's conversations.
ARRIVE = """update handoffs h set group_name = n.group_name, sla_due_at = n.due,
    prefers = coalesce(h.prefers, (
      select e.agent_id from conversations own
      join conversations c on c.tenant_id = own.tenant_id and c.customer_id = own.customer_id
      join handoffs e on e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
      where own.tenant_id = h.tenant_id and own.conversation_id = h.conversation_id
        and e.agent_id is not null order by e.assigned_at desc limit 1))
  from unnest(%(handoffs)s::text[], %(groups)s::text[], %(dues)s::timestamptz[])
    as n(handoff_id, group_name, due)
  where h.tenant_id = %(tenant)s and h.handoff_id = n.handoff_id"""

HOLD = "select 1 from conversations where tenant_id = %s and conversation_id = %s for update"

ROOM = "select room_at_desk(%(tenant)s, %(agent)s, %(handoff)s, %(offers_since)s)"

OFFER = """update handoffs set offered_to = %(agent)s, offered_at = %(now)s,
    passed = case when %(again)s then '{}' when offered_to is null or offered_to = any(passed) then passed
      else array_append(passed, offered_to) end
  where tenant_id = %(tenant)s and handoff_id = %(handoff)s and status = 'queued'
    and offered_to is not distinct from %(before)s"""

GIVE_UP = """update handoffs set offered_to = null, passed = array_append(passed, %(agent)s)
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and status = 'queued'
    and offered_to = %(agent)s"""

TOLD = """update handoffs set told_kind = %(kind)s, told_position = %(position)s, told_minutes = %(minutes)s,
    told_at = %(now)s
  where tenant_id = %(tenant)s and handoff_id = %(handoff)s and status = 'queued'
    and told_at is not distinct from %(before)s"""

# Whose console is silent, and who did nothing here since; who never had a console open works over the API.
VANISHED = f"""select c.conversation_id, c.owner_id, u.name, c.channel, c.priority, p.language, p.tier
  from conversations c join users u on u.tenant_id = c.tenant_id and u.user_id = c.owner_id
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  where c.tenant_id = %(tenant)s and c.status in {OWNED} and u.seen_at < %(gone)s
    and c.status_since < %(gone)s and not exists (
      select from entries e where e.tenant_id = c.tenant_id and e.conversation_id = c.conversation_id
        and e.sender = 'agent' and e.created_at >= %(gone)s)
  limit 200"""  # noqa: S608 (constants only)

REQUEUE = """update conversations set status = 'escalating', status_since = %(now)s, owner_id = null,
    waiting_since = %(now)s, sla_due_at = %(due)s, updated_at = %(now)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and owner_id = %(agent)s
    and status = any(%(sources)s)
    and exists (select from users u where u.tenant_id = %(tenant)s and u.user_id = %(agent)s
      and u.seen_at < %(gone)s)"""

WAIT_AGAIN = """update handoffs set status = 'queued', agent_id = null, assigned_at = null,
    prefers = %(agent)s, offered_to = null, offered_at = null, passed = '{}', told_kind = null,
    told_at = null, sla_due_at = %(due)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and status = 'assigned'"""

NOTE_CAUSE = (
    """select set_config('frontdesk.cause', %s, true), set_config('frontdesk.actor', 'system', true)"""
)


@dataclass(frozen=True, kw_only=True)
class AgentRow:
    """An agent who is there, with what is on the desk."""

    agent_id: str
    name: str
    skills: Sequence[str]
    languages: Sequence[str]
    max_load: int
    load: int
    groups: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """A conversation in the queue, and what its customer was told."""

    conversation_id: str
    handoff_id: str
    skills: Sequence[str]
    language: str
    tier: str
    urgency: float
    priority: str
    requested_at: datetime
    sla_due_at: datetime | None
    group_name: str | None
    to_group: str | None
    prefers: str | None
    offered_to: str | None
    offered_at: datetime | None
    passed: Sequence[str]
    told_kind: str | None
    told_position: int | None
    told_minutes: int | None
    told_at: datetime | None
    channel: str
    intent: str | None


@dataclass(frozen=True, kw_only=True)
class FreshRow:
    """A conversation that came into the queue."""

    conversation_id: str
    handoff_id: str
    skills: Sequence[str]
    language: str
    tier: str
    priority: str
    requested_at: datetime
    sla_due_at: datetime | None
    intent: str | None


@dataclass(frozen=True, kw_only=True)
class VanishedRow:
    """A conversation whose owner has left."""

    conversation_id: str
    owner_id: str
    name: str
    channel: str
    priority: str
    language: str
    tier: str


async def beat(conn: AsyncConnection, tenant_id: str, agents: Sequence[str], now: datetime) -> None:
    """Note that agents were there."""
    await conn.execute(BEAT, {"tenant": tenant_id, "agents": sorted(agents), "now": now})


async def there(
    conn: AsyncConnection, tenant_id: str, seen_since: datetime, offers_since: datetime
) -> list[AgentRow]:
    """Read who takes conversations now."""
    named = {"tenant": tenant_id, "seen_since": seen_since, "offers_since": offers_since}
    async with conn.cursor(row_factory=class_row(AgentRow)) as cursor:
        return await (await cursor.execute(THERE, named)).fetchall()


async def any_waiting(conn: AsyncConnection, tenant_id: str) -> bool:
    """Say whether the queue holds anything."""
    row = await (await conn.execute(ANY_WAITING, [tenant_id])).fetchone()
    return bool(row and row[0])


async def waiting(conn: AsyncConnection, tenant_id: str) -> list[WaitingRow]:
    """Read the whole queue, as far as matching needs it."""
    async with conn.cursor(row_factory=class_row(WaitingRow)) as cursor:
        return await (await cursor.execute(WAITING, [tenant_id])).fetchall()


async def ratings(conn: AsyncConnection, tenant_id: str, since: datetime) -> dict[str, float]:
    """Return how customers rated agents, from 0 to 1."""
    return dict(await (await conn.execute(RATINGS, [tenant_id, since])).fetchall())


async def handling_s(conn: AsyncConnection, tenant_id: str) -> float | None:
    """Return how long the last conversations took a person; None while there are few figures."""
    row = await (await conn.execute(HANDLING, [tenant_id])).fetchone()
    return float(row[0]) if row and row[1] >= 10 else None


async def arrived(
    conn: AsyncConnection, tenant_id: str, groups: Sequence[str], since: datetime
) -> dict[tuple[str, str], int]:
    """Count the conversations that came to some groups, by what they were about."""
    named = {"tenant": tenant_id, "groups": list(groups), "since": since, "person": PERSON}
    found = await (await conn.execute(ARRIVED, named)).fetchall()
    return {(str(intent), str(group)): int(times) for intent, group, times in found}


async def fresh(conn: AsyncConnection, tenant_id: str) -> list[FreshRow]:
    """Read, and hold, what came into the queue since the last look."""
    async with conn.cursor(row_factory=class_row(FreshRow)) as cursor:
        return await (await cursor.execute(FRESH, {"tenant": tenant_id, "person": PERSON})).fetchall()


async def arrive(
    conn: AsyncConnection, tenant_id: str, arrivals: Sequence[tuple[FreshRow, str, datetime | None]]
) -> None:
    """Note of each where it waits, who knows the customer, and when the first reply is due."""
    named = {
        "tenant": tenant_id,
        "conversations": [row.conversation_id for row, _, _ in arrivals],
        "handoffs": [row.handoff_id for row, _, _ in arrivals],
        "groups": [group for _, group, _ in arrivals],
        "dues": [due for _, _, due in arrivals],
    }
    await conn.execute(DUE, named)
    await conn.execute(ARRIVE, named)


async def hold(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> None:
    """Hold a conversation still until the transaction ends, before its handoff is touched."""
    await conn.execute(HOLD, [tenant_id, conversation_id])


async def room(
    conn: AsyncConnection, tenant_id: str, agent_id: str, handoff_id: str, offers_since: datetime
) -> int:
    """Hold an agent still until the transaction ends and return how many conversations still fit."""
    named = {"tenant": tenant_id, "agent": agent_id, "handoff": handoff_id, "offers_since": offers_since}
    row = await (await conn.execute(ROOM, named)).fetchone()
    return int(row[0]) if row else 0


async def offer(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Ask an agent, unless the offer changed meanwhile."""
    return (await conn.execute(OFFER, values)).rowcount == 1


async def pass_on(conn: AsyncConnection, tenant_id: str, conversation_id: str, agent_id: str) -> bool:
    """Take an offer back that an agent does not want; False when there is none."""
    named = {"tenant": tenant_id, "conversation": conversation_id, "agent": agent_id}
    return (await conn.execute(GIVE_UP, named)).rowcount == 1


async def told(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Note what a customer is told, unless another engine did just now."""
    return (await conn.execute(TOLD, values)).rowcount == 1


async def vanished(conn: AsyncConnection, tenant_id: str, gone: datetime) -> list[VanishedRow]:
    """Read which conversations belong to somebody who left."""
    async with conn.cursor(row_factory=class_row(VanishedRow)) as cursor:
        return await (await cursor.execute(VANISHED, {"tenant": tenant_id, "gone": gone})).fetchall()


async def requeue(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Put a conversation back into the queue, unless its owner is back or it is somebody else's."""
    if (await conn.execute(REQUEUE, values)).rowcount != 1:
        return False
    await conn.execute(WAIT_AGAIN, values)
    return True


async def note_cause(conn: AsyncConnection, cause: str) -> None:
    """Say on whose behalf what follows in this transaction changes a conversation."""
    await conn.execute(NOTE_CAUSE, [cause])


CARD = """select c.channel, p.customer_id, p.profile, c.preview, c.priority, c.reasons from conversations c
  join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  where c.tenant_id = %s and c.conversation_id = %s"""

ASSIGN = """select * from assign_waiting(%(tenant)s, %(conversation)s, %(handoff)s, %(agent)s,
    %(offers_since)s, %(now)s)"""


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """What an agent is shown of a conversation that is offered or given, sealed."""

    channel: str
    customer_id: str
    profile: bytes
    preview: bytes | None
    priority: str
    reasons: Sequence[str]


async def card(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> CardRow | None:
    """Read what an agent is shown of a conversation."""
    async with conn.cursor(row_factory=class_row(CardRow)) as cursor:
        return await (await cursor.execute(CARD, [tenant_id, conversation_id])).fetchone()


async def assign(conn: AsyncConnection, values: Mapping[str, Any]) -> CardRow | None:
    """Make an agent with room the owner of who waits; None: no room, or somebody was faster."""
    async with conn.cursor(row_factory=class_row(CardRow)) as cursor:
        return await (await cursor.execute(ASSIGN, values)).fetchone()
