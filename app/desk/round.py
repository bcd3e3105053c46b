"""The desk's regular round: who left, who arrived, who takes whom, who is told how long it takes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection

from app.desk import repository as sql
from app.desk.giving import DeskDeps, Giving, waiting_of
from app.desk.matching import Agent, Match, Waiting, Wanted, in_order, wanted
from app.desk.telling import put_back, tell_outlook
from app.desk.waits import Outlook, hours_of, outlook
from policies.desk import DeskRules
from policies.hours import reached

EVERY_S = 0.5
LOOK_FOR_VANISHED = timedelta(seconds=5)
NEVER = datetime.min.replace(tzinfo=UTC)


class DeskRound:
    """What every engine does for each tenant twice a second; two at once give nothing twice."""

    def __init__(self, deps: DeskDeps, giving: Giving | None = None) -> None:
        self._deps = deps
        self._giving = giving or Giving(deps)
        self._looked: dict[str, datetime] = {}

    async def visit(self, tenant_id: str) -> int:
        """Go round once; returns how many conversations found somebody."""
        deps, rules, now = self._deps.handoff, self._deps.rules(tenant_id), self._deps.handoff.clock()
        await self._take_back(tenant_id, rules, now)
        async with deps.tenants.tenant(tenant_id) as conn:
            if not await sql.any_waiting(conn, tenant_id):
                return 0
            rows = await _queue(conn, tenant_id, rules)
            agents = await self._giving.there(conn, tenant_id, now)
            handling = (await self._giving.figures(conn, tenant_id, now)).handling
        waiting = [waiting_of(row, rules) for row in rows]
        given = await self._giving.give(tenant_id, waiting, agents)
        looks = outlooks(*left_over(waiting, agents, given), rules, handling, now)
        for row in rows:
            if row.conversation_id in looks:
                await tell_outlook(self._deps, tenant_id, row, looks[row.conversation_id], rules)
        return len(given)

    async def _take_back(self, tenant_id: str, rules: DeskRules, now: datetime) -> None:
        """Put back what belongs to those who left; looked for now and then."""
        if now - self._looked.get(tenant_id, NEVER) < LOOK_FOR_VANISHED:
            return
        self._looked[tenant_id] = now
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            left = await sql.vanished(conn, tenant_id, now - rules.vanished_after)
        for one in left:
            await put_back(self._deps, tenant_id, one)


async def _queue(conn: AsyncConnection, tenant_id: str, rules: DeskRules) -> list[sql.WaitingRow]:
    """Read the queue, after noting of new ones where they wait and when they are due."""
    rows = await sql.waiting(conn, tenant_id)
    fresh = [row for row in rows if row.group_name is None]
    if not fresh:
        return rows
    for row in sorted(fresh, key=lambda one: one.conversation_id):
        group = rules.home(frozenset(row.skills), row.language)
        within = rules.targets.within("first_reply", row.priority, row.tier)
        due = reached(hours_of(group, rules), row.requested_at, within) if within else row.sla_due_at
        await sql.arrive(conn, tenant_id, row.conversation_id, row.handoff_id, group.name, due)
    return await sql.waiting(conn, tenant_id)


def left_over(
    waiting: Sequence[Waiting], agents: Sequence[Agent], given: Sequence[Match]
) -> tuple[list[Waiting], list[Agent]]:
    """Return who still waits and with which room, after conversations were given out or offered."""
    gone = {match.waiting.conversation_id for match in given}
    taken = Counter(match.agent.agent_id for match in given)
    still = [one for one in waiting if one.conversation_id not in gone and one.offered_to is None]
    return still, [replace(agent, load=agent.load + taken[agent.agent_id]) for agent in agents]


def outlooks(
    waiting: Iterable[Waiting], agents: Sequence[Agent], rules: DeskRules, handling: timedelta, now: datetime
) -> Mapping[str, Outlook]:
    """Say for each who waits how it stands: behind those ahead in the same group."""
    ahead: dict[str, int] = {}
    able: dict[Wanted, list[Agent]] = {}
    looks: dict[str, Outlook] = {}
    for one in in_order(waiting, rules, now):
        wish = wanted(one, rules, now)
        if wish not in able:
            able[wish] = [agent for agent in agents if wish.fits(agent)]
        before = ahead.get(wish.group.name, 0)
        looks[one.conversation_id] = outlook(before, able[wish], handling, hours_of(wish.group, rules), now)
        ahead[wish.group.name] = before + 1
    return looks
