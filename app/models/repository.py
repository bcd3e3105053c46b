"""Budgets and calls of language models: the only SQL about them; the connection comes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from psycopg import AsyncConnection

from graphs.planner.llm_port import ModelCall, Question

RESERVE = """insert into model_budgets as known (tenant_id, day, reserved_usd)
  select %(tenant)s, %(day)s, %(worst)s where %(worst)s::numeric <= %(limit)s::numeric
  on conflict (tenant_id, day) do update set reserved_usd = known.reserved_usd + excluded.reserved_usd
    where known.spent_usd + known.reserved_usd + excluded.reserved_usd <= %(limit)s::numeric
  returning day"""

SETTLE = """insert into model_budgets as known (tenant_id, day, spent_usd)
  values (%(tenant)s, %(day)s, %(cost)s)
  on conflict (tenant_id, day) do update set spent_usd = known.spent_usd + excluded.spent_usd,
    reserved_usd = known.reserved_usd - %(worst)s::numeric"""

KEEP = """insert into model_calls (tenant_id, call_id, conversation_id, seq, at, purpose, model, outcome,
  prompt_tokens, completion_tokens, estimated, cost_usd, ms)
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

USE_BY_DAY = """select (at at time zone 'UTC')::date, model, purpose, count(*),
    count(*) filter (where outcome = 'answered'), sum(prompt_tokens), sum(completion_tokens), sum(cost_usd)
  from model_calls where tenant_id = %s and at >= %s group by 1, 2, 3 order by 1 desc, 2, 3"""


@dataclass(frozen=True, kw_only=True)
class DayOfUse:
    """What one model was used for on one day."""

    day: date
    model: str
    purpose: str
    calls: int
    answered: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Decimal | None


async def reserve(conn: AsyncConnection, tenant: str, day: date, worst: Decimal, limit: Decimal) -> bool:
    """Set the worst cost of a call aside; False when the day's limit does not allow it."""
    given = {"tenant": tenant, "day": day, "worst": worst, "limit": limit}
    return await (await conn.execute(RESERVE, given)).fetchone() is not None


async def settle(conn: AsyncConnection, tenant: str, day: date, worst: Decimal, cost: Decimal) -> None:
    """Put what a call really cost in the place of what was set aside."""
    await conn.execute(SETTLE, {"tenant": tenant, "day": day, "worst": worst, "cost": cost})


async def keep(
    conn: AsyncConnection, call_id: str, question: Question, call: ModelCall, at: datetime
) -> None:
    """Keep one call, without a word of what was asked or answered."""
    cost = None if call.cost_usd is None else Decimal(f"{call.cost_usd:.8f}")
    asked = [question.tenant_id, call_id, question.conversation_id, question.seq, at]
    used = [call.prompt_tokens, call.completion_tokens, call.estimated, cost, call.ms]
    await conn.execute(KEEP, [*asked, call.purpose, call.model, call.outcome, *used])


async def use_by_day(conn: AsyncConnection, tenant: str, since: datetime) -> Sequence[DayOfUse]:
    """Return what was used since then, the newest day first."""
    rows = await (await conn.execute(USE_BY_DAY, [tenant, since])).fetchall()
    return [
        DayOfUse(
            day=row[0],
            model=row[1],
            purpose=row[2],
            calls=row[3],
            answered=row[4],
            prompt_tokens=row[5],
            completion_tokens=row[6],
            cost_usd=row[7],
        )
        for row in rows
    ]
