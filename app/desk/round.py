"""The desk's regular rounds: who left, who arrived, who takes whom; who is told how long it takes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection

from app.desk import repository as sql
from app.desk.giving import DeskDeps, Giving, waiting_of
from app.desk.learnt import Learnt
from app.desk.matching import Agent, Waiting, Wanted, in_order, wanted
from app.desk.sparing import Sparing
from app.desk.telling import put_back, tell_outlook
from app.desk.waits import Outlook, hours_of, outlook
from policies.desk import DeskRules
from policies.hours import reached

EVERY_S = 0.5
TELL_EVERY_S = 1.0
MOST_TOLD = 25
"""In one round; the others are told in the next ones: who gets somebody now matters more."""
MOST_GIVEN = 50
"""Before looking again: meanwhile somebody else has room, or somebody more urgent came."""
LOOK_FOR_VANISHED = timedelta(seconds=5)
NEVER = datetime.min.replace(tzinfo=UTC)


class DeskRound:
    """What every engine does for each tenant twice a second; two at once give nothing twice."""

    def __init__(self, deps: DeskDeps, giving: Giving) -> None:
        self._deps = deps
        self._giving = giving
        self._sparing = Sparing(deps.handoff.clock)
        self._looked: dict[str, datetime] = {}

    async def visit(self, tenant_id: str) -> int:
        """Go round until nobody more is found; returns how many conversations found somebody."""
        rules, now = self._deps.rules(tenant_id), self._deps.handoff.clock()
        await self._take_back(tenant_id, rules, now)
        given = last = await self._give_some(tenant_id, rules)
        while last == MOST_GIVEN:
            last = await self._give_some(tenant_id, rules)
            given += last
        return given

    async def _give_some(self, tenant_id: str, rules: DeskRules) -> int:
        """Give what comes first in the queue to those who have room now."""
        now = self._deps.handoff.clock()
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            if not await sql.any_waiting(conn, tenant_id):
                return 0
            learnt = (await self._giving.figures(conn, tenant_id, now)).learnt
            await _arrive(conn, tenant_id, rules, learnt)
            agents = await self._giving.there(conn, tenant_id, now)
            if not any(agent.room for agent in agents):
                return 0
            rows = await sql.waiting(conn, tenant_id)
        waiting = [waiting_of(row, rules) for row in rows]
        return len(await self._giving.give(tenant_id, waiting, agents, at_most=MOST_GIVEN))

    async def _take_back(self, tenant_id: str, rules: DeskRules, now: datetime) -> None:
        """Put back what belongs to those who left; looked for now and then."""
        if now - self._looked.get(tenant_id, NEVER) < LOOK_FOR_VANISHED:
            return
        self._looked[tenant_id] = now
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            left = await sql.vanished(conn, tenant_id, now - rules.vanished_after)
        for one in left:
            if not self._sparing.leaves_out(tenant_id, one.conversation_id):
                with self._sparing.one(tenant_id, one.conversation_id):
                    await put_back(self._deps, tenant_id, one)


async def _arrive(conn: AsyncConnection, tenant_id: str, rules: DeskRules, learnt: Learnt) -> None:
    """Note of new conversations where they wait and when the first reply is due."""
    arrivals = []
    for row in await sql.fresh(conn, tenant_id):
        group = rules.group(learnt.home(row.intent, frozenset(row.skills), row.language, rules))
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
        self._sparing = Sparing(deps.handoff.clock)

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
            if self._sparing.leaves_out(tenant_id, conversation):
                continue
            with self._sparing.one(tenant_id, conversation):
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
