"""The desk's regular rounds: who left, who arrived, who takes whom; who is told how long it takes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection

from app.desk import repository as sql
from app.desk.giving import DeskDeps, Giving, waiting_of
from app.desk.matching import Agent, Waiting, Wanted, in_order, wanted
from app.desk.telling import put_back, tell_outlook
from app.desk.waits import Outlook, hours_of, outlook
from policies.desk import DeskRules
from policies.hours import reached

EVERY_S = 0.5
TELL_EVERY_S = 1.0
MOST_TOLD = 100
"""In one round; the others are told in the next ones."""
LOOK_FOR_VANISHED = timedelta(seconds=5)
NEVER = datetime.min.replace(tzinfo=UTC)


class DeskRound:
    """What every engine does for each tenant twice a second; two at once give nothing twice."""

    def __init__(self, deps: DeskDeps, giving: Giving) -> None:
        self._deps = deps
        self._giving = giving
        self._looked: dict[str, datetime] = {}

    async def visit(self, tenant_id: str) -> int:
        """Go round once; returns how many conversations found somebody."""
        rules, now = self._deps.rules(tenant_id), self._deps.handoff.clock()
        await self._take_back(tenant_id, rules, now)
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            if not await sql.any_waiting(conn, tenant_id):
                return 0
            await _arrive(conn, tenant_id, rules)
            agents = await self._giving.there(conn, tenant_id, now)
            if not any(agent.room for agent in agents):
                return 0
            rows = await sql.waiting(conn, tenant_id)
        return len(await self._giving.give(tenant_id, [waiting_of(row, rules) for row in rows], agents))

    async def _take_back(self, tenant_id: str, rules: DeskRules, now: datetime) -> None:
        """Put back what belongs to those who left; looked for now and then."""
        if now - self._looked.get(tenant_id, NEVER) < LOOK_FOR_VANISHED:
            return
        self._looked[tenant_id] = now
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            left = await sql.vanished(conn, tenant_id, now - rules.vanished_after)
        for one in left:
            await put_back(self._deps, tenant_id, one)


async def _arrive(conn: AsyncConnection, tenant_id: str, rules: DeskRules) -> None:
    """Note of new conversations where they wait and when the first reply is due."""
    arrivals = []
    for row in await sql.fresh(conn, tenant_id):
        group = rules.home(frozenset(row.skills), row.language)
        within = rules.targets.within("first_reply", row.priority, row.tier)
        due = reached(hours_of(group, rules), row.requested_at, within) if within else row.sla_due_at
        arrivals.append((row, group.name, due))
    if arrivals:
        await sql.arrive(conn, tenant_id, arrivals)


class TellingRound:
    """What every engine does now and then for each tenant: tell those who wait how it stands."""

    def __init__(self, deps: DeskDeps, giving: Giving) -> None:
        self._deps = deps
        self._giving = giving

    async def visit(self, tenant_id: str) -> int:
        """Tell those for whom it is news, the first in the queue first; returns how many were told."""
        rules, now = self._deps.rules(tenant_id), self._deps.handoff.clock()
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            if not await sql.any_waiting(conn, tenant_id):
                return 0
            rows = {row.conversation_id: row for row in await sql.waiting(conn, tenant_id)}
            agents = await self._giving.there(conn, tenant_id, now)
            handling = (await self._giving.figures(conn, tenant_id, now)).handling
        # What is offered is in somebody's hands, and its place on that desk is counted there.
        waiting = [waiting_of(row, rules) for row in rows.values() if row.offered_to is None]
        told = 0
        for conversation, look in outlooks(waiting, agents, rules, handling, now).items():
            told += await tell_outlook(self._deps, tenant_id, rows[conversation], look, rules)
            if told == MOST_TOLD:
                break
        return told


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
