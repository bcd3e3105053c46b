"""What the board counts: a fixed number of statements, however many conversations there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import class_row

OPEN_STATUSES = ("active", "escalating", "assigned", "human_handling", "waiting")

STANDING = """select status, least(10, greatest(1, round(urgency::numeric)))::int as urgency,
    count(*)::int as number, min(sla_due_at) as due_at,
    (count(*) filter (where sla_due_at < %(now)s))::int as late,
    (avg(extract(epoch from sla_due_at - waiting_since))
      filter (where status = 'escalating'))::float8 as target_s,
    sum(sentiment)::float8 as sentiment
  from conversations where tenant_id = %(tenant)s and status = any(%(open)s) group by 1, 2"""

APPROVALS = """select count(*)::int as number, min(expires_at) as expires_at from approvals
  where tenant_id = %(tenant)s and status = 'pending'"""

AGENTS = """select u.user_id as agent_id, u.name, u.status, u.max_load, u.skills, u.languages,
    coalesce(o.load, 0)::int as load, o.waits_since, s.survey::float8 as survey, s.ratings::int as ratings
  from users u
  left join (select owner_id, count(*) as load,
        min(preview_at) filter (where preview_sender = 'customer') as waits_since
      from conversations where tenant_id = %(tenant)s and owner_id is not null
        and status in ('assigned', 'human_handling', 'waiting') group by owner_id) o on o.owner_id = u.user_id
  left join (select h.agent_id, avg(f.rating) as survey, count(*) as ratings
      from feedback f join handoffs h on h.tenant_id = f.tenant_id and h.conversation_id = f.conversation_id
        and h.agent_id is not null
      where f.tenant_id = %(tenant)s and f.created_at >= %(survey_since)s
      group by h.agent_id) s on s.agent_id = u.user_id
  where u.tenant_id = %(tenant)s and u.role in ('agent', 'supervisor')
  order by case u.status when 'online' then 0 when 'away' then 1 else 2 end, u.name"""

DAYS = """select (c.started_at at time zone %(zone)s)::date as day, count(*)::int as number,
    (count(*) filter (where not exists (select from handoffs h
      where h.tenant_id = c.tenant_id and h.conversation_id = c.conversation_id)))::int as contained
  from conversations c where c.tenant_id = %(tenant)s and c.started_at >= %(days_since)s
  group by 1 order by 1"""

CHANNELS = """select c.channel, count(*)::int as number from conversations c
  where c.tenant_id = %(tenant)s and c.started_at >= %(since)s group by 1 order by 2 desc, 1"""

REASONS = """select split_part(reason, ':', 1) as reason, count(*)::int as number from handoffs
  where tenant_id = %(tenant)s and requested_at >= %(since)s group by 1 order by 2 desc, 1"""

# What waits past its time is missed already; what was withdrawn before it was due never counted.
HELD = """select requested_at, sla_due_at,
    case when assigned_at <= sla_due_at then true
         when assigned_at > sla_due_at or (status = 'queued' and sla_due_at < %(now)s) then false end as met
  from handoffs where tenant_id = %(tenant)s and requested_at >= %(sla_since)s and sla_due_at is not null"""

PROMISES = f"""with held as ({HELD})
  select date_bin('15 minutes', requested_at, %(recent_since)s) as at, count(*)::int as number,
    count(met)::int as counted, (count(*) filter (where met))::int as met
  from held where requested_at >= %(recent_since)s group by 1 order by 1"""  # noqa: S608 (constants only)

KEPT = f"""with held as ({HELD}) select count(met)::int as counted, (count(*) filter (where met))::int as met
  from held where requested_at >= %(since)s"""  # noqa: S608

HANDLING = """select avg(extract(epoch from closed_at - assigned_at))::float8 from handoffs
  where tenant_id = %(tenant)s and requested_at >= %(survey_since)s and closed_at > assigned_at"""

FIRST_REPLY = """select percentile_cont(0.95)
    within group (order by extract(epoch from i.done_at - i.accepted_at))
  from conversations c
  join inbox i on i.tenant_id = c.tenant_id and i.thread_id = c.conversation_id and i.seq = 1
  where c.tenant_id = %(tenant)s and c.started_at >= %(since)s and i.state = 'done' and i.why = 'message'"""

MOODS = """select date_bin(%(width)s, created_at, %(since)s) as at, avg(sentiment)::float8 as mean,
    count(*)::int as number
  from entries where tenant_id = %(tenant)s and created_at >= %(since)s and sender = 'customer'
    and sentiment is not null group by 1 order by 1"""

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The open conversations of one status and urgency."""

    status: str
    urgency: int
    number: int
    due_at: datetime | None
    late: int
    target_s: float | None
    sentiment: float


@dataclass(frozen=True, kw_only=True)
class PendingApprovals:
    """How many decisions wait, and when the next one expires."""

    number: int
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AgentLoad:
    """One agent: whether there, how much is on the desk, how long a customer waits for an answer."""

    agent_id: str
    name: str
    status: str
    max_load: int
    skills: Sequence[str]
    languages: Sequence[str]
    load: int
    waits_since: datetime | None
    survey: float | None
    ratings: int | None


@dataclass(frozen=True, kw_only=True)
class Day:
    """Conversations that began on one day, and those that no person was needed for."""

    day: date
    number: int
    contained: int


@dataclass(frozen=True, kw_only=True)
class OfChannel:
    """Conversations that began on one channel."""

    channel: str
    number: int


@dataclass(frozen=True, kw_only=True)
class OfReason:
    """Handoffs for one kind of reason."""

    reason: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Promises:
    """Handoffs of one quarter of an hour, and how many a person took in time."""

    at: datetime
    number: int
    counted: int
    met: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Handoffs of the whole time, and how many a person took in time."""

    counted: int
    met: int


@dataclass(frozen=True, kw_only=True)
class Mood:
    """The mean sentiment of customers' messages in one stretch of time."""

    at: datetime
    mean: float
    number: int


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Everything that the board counts in the database."""

    standings: Sequence[Standing]
    approvals: PendingApprovals
    agents: Sequence[AgentLoad]
    days: Sequence[Day]
    channels: Sequence[OfChannel]
    reasons: Sequence[OfReason]
    promises: Sequence[Promises]
    kept: Kept
    moods: Sequence[Mood]
    handling_s: float | None
    first_reply_p95_s: float | None


async def counted(conn: AsyncConnection, asked: Mapping[str, Any]) -> Counted:
    """Count, in as many statements as the board has parts."""
    return Counted(
        standings=await _all(conn, Standing, STANDING, asked),
        approvals=(await _all(conn, PendingApprovals, APPROVALS, asked))[0],
        agents=await _all(conn, AgentLoad, AGENTS, asked),
        days=await _all(conn, Day, DAYS, asked),
        channels=await _all(conn, OfChannel, CHANNELS, asked),
        reasons=await _all(conn, OfReason, REASONS, asked),
        promises=await _all(conn, Promises, PROMISES, asked),
        kept=(await _all(conn, Kept, KEPT, asked))[0],
        moods=await _all(conn, Mood, MOODS, asked),
        handling_s=await _one(conn, HANDLING, asked),
        first_reply_p95_s=await _one(conn, FIRST_REPLY, asked),
    )


async def _all(
    conn: AsyncConnection, kind: type[Found], statement: str, asked: Mapping[str, Any]
) -> list[Found]:
    cursor = conn.cursor(row_factory=class_row(kind))
    await cursor.execute(statement, asked)
    return await cursor.fetchall()


async def _one(conn: AsyncConnection, statement: str, asked: Mapping[str, Any]) -> float | None:
    row = await (await conn.execute(statement, asked)).fetchone()
    return float(row[0]) if row and row[0] is not None else None
