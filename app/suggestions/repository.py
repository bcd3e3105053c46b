"""Statements about suggestions: what a conversation looks like, what was run, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

CASE = """select c.conversation_id, c.customer_id, c.channel, c.status, c.owner_id, c.verified, c.intent,
    c.sentiment::float8, c.started_at, p.profile, p.tier, p.language, k.checkpoint_id, k.data
  from conversations c join customers p on p.tenant_id = c.tenant_id and p.customer_id = c.customer_id
  left join lateral (select checkpoint_id, data from checkpoints
    where tenant_id = c.tenant_id and thread_id = c.conversation_id and ns = ''
    order by seq desc limit 1) k on true
  where c.tenant_id = %s and c.conversation_id = %s"""

ACTIONS = """select action_id, action, status, detail, conversation_id, began_at is not null as began
  from actions where tenant_id = %(tenant)s
    and (conversation_id = %(conversation)s or (customer_id = %(customer)s
      and status in ('proposed', 'confirming', 'queued', 'approving', 'running', 'unknown')))"""

SCORES = """select sentiment::float8 from entries
  where tenant_id = %s and conversation_id = %s and sender = 'customer' and sentiment is not null
  order by entry_no desc limit 5"""

SAME_OPEN = """select exists (select from actions
  where tenant_id = %s and lane = %s and action = %s
    and status in ('proposed', 'queued', 'approving', 'running', 'unknown'))"""

ADD_RUN = """insert into suggestion_runs (tenant_id, run_id, conversation_id, suggestion, kind, action_id,
    intent, mood, confidence, agent_id, parameters, chosen_at)
  values (%(tenant)s, %(run)s, %(conversation)s, %(suggestion)s, %(kind)s, %(action_id)s, %(intent)s,
    %(mood)s, %(confidence)s, %(agent)s, %(parameters)s, %(now)s)"""

MOST_COUNTED = 20_000
"""So many of the assistant's own latest actions are counted."""

# How a run ended: as somebody said, as the customer rated it, as its action did, or with the conversation.
_ENDED = """coalesce(r.success, case when v.rating <= 2 then false end,
    case when a.status = 'done' then true
      when a.status in ('failed', 'rejected', 'cancelled', 'expired') then false
      when r.action_id is null and c.status in ('resolved', 'archived') then true end)"""
_JOINED = """from suggestion_runs r
  join conversations c on c.tenant_id = r.tenant_id and c.conversation_id = r.conversation_id
  left join actions a on a.tenant_id = r.tenant_id and a.action_id = r.action_id
  left join lateral (select f.rating from feedback f where f.tenant_id = r.tenant_id
    and f.conversation_id = r.conversation_id and f.created_at >= r.chosen_at
    order by f.created_at limit 1) v on true"""

RUNS = f"""select r.run_id, r.suggestion, r.kind, r.action_id, r.intent, r.mood, r.confidence::float8,
    r.agent_id, u.name as agent, r.chosen_at, a.status as action_status, {_ENDED} as success,
    coalesce(r.satisfaction, v.rating) as satisfaction,
    r.resolution_s, r.notes, r.told_at
  {_JOINED}
  left join users u on u.tenant_id = r.tenant_id and u.user_id = r.agent_id
  where r.tenant_id = %(tenant)s and r.conversation_id = %(conversation)s
    and (%(run)s::text is null or r.run_id = %(run)s)
  order by r.chosen_at, r.run_id"""

TELL = """update suggestion_runs set success = %(success)s, satisfaction = %(satisfaction)s,
    resolution_s = %(resolution)s, notes = %(notes)s, told_by = %(by)s, told_at = %(now)s
  where tenant_id = %(tenant)s and conversation_id = %(conversation)s and run_id = %(run)s"""

# What agents ran, then what the assistant did by itself for the same intents: there nobody noted the mood.
EXPERIENCE = f"""select done, intent, mood, count(*)::int as tries,
    (count(*) filter (where success))::int as wins
  from (
    select r.suggestion as done, r.intent, r.mood, {_ENDED} as success
    {_JOINED}
    where r.tenant_id = %(tenant)s and r.chosen_at >= %(since)s
    union all
    select 'action.' || a.action, c.intent, '', a.status = 'done'
    from (select * from actions where tenant_id = %(tenant)s and created_at >= %(since)s
      order by created_at desc limit %(most)s) a
    join conversations c on c.tenant_id = a.tenant_id and c.conversation_id = a.conversation_id
    where c.intent is not null and a.status in ('done', 'failed', 'rejected', 'expired')
      and not exists (select from suggestion_runs r where r.tenant_id = a.tenant_id
        and r.action_id = a.action_id)) ended
  where success is not null group by done, intent, mood"""  # noqa: S608 (constants only)


@dataclass(frozen=True, kw_only=True)
class StoredCase:
    """A conversation as it stands, sealed."""

    conversation_id: str
    customer_id: str
    channel: str
    status: str
    owner_id: str | None
    verified: bool
    intent: str | None
    sentiment: float
    started_at: datetime
    profile: bytes
    tier: str
    language: str
    checkpoint_id: str | None
    data: bytes | None


@dataclass(frozen=True, kw_only=True)
class StoredAction:
    """An action of the conversation, or an open one of its customer, sealed."""

    action_id: str
    action: str
    status: str
    detail: bytes
    conversation_id: str
    began: bool


@dataclass(frozen=True, kw_only=True)
class StoredRun:
    """A suggestion that was run, and how it ended; None: it has not."""

    run_id: str
    suggestion: str
    kind: str
    action_id: str | None
    intent: str
    mood: str
    confidence: float
    agent_id: str
    agent: str | None
    chosen_at: datetime
    action_status: str | None
    success: bool | None
    satisfaction: int | None
    resolution_s: int | None
    notes: bytes | None
    told_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How often something was done in one situation, and how often it ended well."""

    done: str
    intent: str
    mood: str
    tries: int
    wins: int


async def case_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> StoredCase | None:
    """Read a conversation with its customer and its newest memory."""
    async with conn.cursor(row_factory=class_row(StoredCase)) as cursor:
        return await (await cursor.execute(CASE, [tenant_id, conversation_id])).fetchone()


async def actions_of(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, customer_id: str
) -> list[StoredAction]:
    """Read the conversation's actions and the customer's open ones."""
    named = {"tenant": tenant_id, "conversation": conversation_id, "customer": customer_id}
    async with conn.cursor(row_factory=class_row(StoredAction)) as cursor:
        return await (await cursor.execute(ACTIONS, named)).fetchall()


async def scores_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> list[float]:
    """Read the sentiment of the customer's last messages, oldest first."""
    rows = await (await conn.execute(SCORES, [tenant_id, conversation_id])).fetchall()
    return [float(row[0]) for row in reversed(rows)]


async def same_open(conn: AsyncConnection, tenant_id: str, lane: bytes, action: str) -> bool:
    """Say whether the same action on the same thing is under way already."""
    row = await (await conn.execute(SAME_OPEN, [tenant_id, lane, action])).fetchone()
    return bool(row and row[0])


async def add_run(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Write down that an agent ran a suggestion."""
    await conn.execute(ADD_RUN, values)


async def runs_of(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, run_id: str | None = None
) -> list[StoredRun]:
    """Read what was run in a conversation, oldest first."""
    named = {"tenant": tenant_id, "conversation": conversation_id, "run": run_id}
    async with conn.cursor(row_factory=class_row(StoredRun)) as cursor:
        return await (await cursor.execute(RUNS, named)).fetchall()


async def tell(conn: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Write down how a run ended; False when there is no such run."""
    return (await conn.execute(TELL, values)).rowcount == 1


async def experience(conn: AsyncConnection, tenant_id: str, since: datetime) -> list[Counted]:
    """Count the latest outcomes by what was done, intent and mood."""
    named = {"tenant": tenant_id, "since": since, "most": MOST_COUNTED}
    async with conn.cursor(row_factory=class_row(Counted)) as cursor:
        return await (await cursor.execute(EXPERIENCE, named)).fetchall()
