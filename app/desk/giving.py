"""Gives waiting conversations to agents: one short transaction each, beside other engines."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.conversations.reasons import read_reason
from app.conversations.repository import NewEntry, append_entry
from app.corrections.repository import misrouted
from app.desk import repository as sql
from app.desk.card import read_card
from app.desk.learnt import NOTHING, Corrected, Learnt, learn, skills_needed
from app.desk.matching import Agent, Match, Waiting, match
from app.desk.sparing import Sparing
from app.handoff import repository as handoffs
from app.handoff.deps import HandoffDeps
from app.handoff.sentences import took_over
from app.handoff.telling import record
from policies.desk import DeskRules
from policies.values import Facts

AT_ONCE = 12
RATED_FOR = timedelta(days=90)
FIGURES_FOR = timedelta(minutes=5)
PREVIEW_CHARS = 100


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What earlier conversations tell, read now and then."""

    ratings: dict[str, float]
    handling: timedelta
    learnt: Learnt
    read_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeskDeps:
    """What giving needs: the services of handing over, and the book in force."""

    handoff: HandoffDeps
    rules: Callable[[str], DeskRules]
    """The desk's rules of a tenant's book."""
    say: Callable[[str, str, Facts, str], str]
    """Fills a template of the tenant's book: tenant, template, values, language."""


class Giving:
    """Matches who waits with who is there, and carries it out."""

    def __init__(self, deps: DeskDeps) -> None:
        self._deps = deps
        self._sparing = Sparing(deps.handoff.clock)
        self._figures: dict[str, Figures] = {}

    async def figures(self, conn: AsyncConnection, tenant_id: str, now: datetime) -> Figures:
        """Return ratings and handling time, as of a few minutes ago at most."""
        known = self._figures.get(tenant_id)
        if known is not None and now - known.read_at < FIGURES_FOR:
            return known
        handling = await sql.handling_s(conn, tenant_id)
        fresh = Figures(
            ratings=await sql.ratings(conn, tenant_id, now - RATED_FOR),
            handling=timedelta(seconds=handling) if handling else self._deps.rules(tenant_id).handling,
            learnt=await _learnt(conn, tenant_id, now - RATED_FOR),
            read_at=now,
        )
        self._figures[tenant_id] = fresh
        return fresh

    async def there(self, conn: AsyncConnection, tenant_id: str, now: datetime) -> list[Agent]:
        """Return who takes conversations now."""
        rules, figures = self._deps.rules(tenant_id), await self.figures(conn, tenant_id, now)
        rows = await sql.there(conn, tenant_id, now - rules.away_after, now - rules.offer_for)
        return [
            Agent(
                agent_id=row.agent_id,
                name=row.name,
                skills=frozenset(row.skills),
                languages=frozenset(row.languages),
                groups=frozenset(row.groups),
                load=row.load,
                max_load=row.max_load,
                performance=figures.ratings.get(row.agent_id, 0.5),
                misfits=figures.learnt.misfits.get(row.agent_id, {}),
            )
            for row in rows
        ]

    async def give(
        self,
        tenant_id: str,
        waiting: Sequence[Waiting],
        agents: Sequence[Agent],
        *,
        at_most: int,
    ) -> list[Match]:
        """Offer or assign what fits, the first in the queue first; returns what found somebody."""
        rules, now = self._deps.rules(tenant_id), self._deps.handoff.clock()
        whole = [one for one in waiting if not self._sparing.leaves_out(tenant_id, one.conversation_id)]
        found = match(whole, agents, rules, now)[:at_most]
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(chosen: Match) -> bool:
            async with limit:
                with self._sparing.one(tenant_id, chosen.waiting.conversation_id):
                    return await self._carry_out(tenant_id, chosen, rules)
                return False

        given = await asyncio.gather(*(one(chosen) for chosen in found))
        if any(given):
            self._deps.handoff.hub.changed(tenant_id, None)
        return [chosen for chosen, done in zip(found, given, strict=True) if done]

    async def _carry_out(self, tenant_id: str, chosen: Match, rules: DeskRules) -> bool:
        """Look again under lock whether the agent has room, then offer or assign."""
        deps, now = self._deps.handoff, self._deps.handoff.clock()
        act = _assign if chosen.gives == "assign" else _offer
        async with deps.tenants.tenant(tenant_id) as conn:
            done = await act(conn, deps, tenant_id, chosen, now, now - rules.offer_for)
        if done:
            deps.hub.changed(tenant_id, chosen.waiting.conversation_id)
        return done


async def _learnt(conn: AsyncConnection, tenant_id: str, since: datetime) -> Learnt:
    """Learn from what colleagues corrected; most companies have corrected nothing, and count nothing."""
    found = await misrouted(conn, tenant_id, since)
    if not found:
        return NOTHING
    groups = sorted({one.was for one in found if one.was is not None})
    arrived = await sql.arrived(conn, tenant_id, groups, since)
    return learn([Corrected(**asdict(one)) for one in found], arrived)


async def _offer(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    chosen: Match,
    now: datetime,
    offers_since: datetime,
) -> bool:
    waiting, agent_id = chosen.waiting, chosen.agent.agent_id
    if not await handoffs.lock_thread(conn, tenant_id, waiting.conversation_id):
        return False
    if await sql.room(conn, tenant_id, agent_id, waiting.handoff_id, offers_since) <= 0:
        return False
    values = {
        "tenant": tenant_id,
        "handoff": waiting.handoff_id,
        "agent": agent_id,
        "before": waiting.offered_to,
        "again": chosen.asked_again,
        "now": now,
    }
    if not await sql.offer(conn, values):
        return False
    card = await sql.card(conn, tenant_id, waiting.conversation_id)
    if card is not None:
        facts = _shown(deps, tenant_id, chosen, card)
        await record(conn, deps, tenant_id, "conversation.offered", waiting.conversation_id, facts, now)
    return True


async def _assign(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    chosen: Match,
    now: datetime,
    offers_since: datetime,
) -> bool:
    """Make the agent the owner, as if they had claimed it; only out of the queue, only with room."""
    waiting, agent = chosen.waiting, chosen.agent
    conversation = waiting.conversation_id
    card = await sql.assign(
        conn,
        {
            "tenant": tenant_id,
            "conversation": conversation,
            "handoff": waiting.handoff_id,
            "agent": agent.agent_id,
            "offers_since": offers_since,
            "now": now,
        },
    )
    if card is None:
        return False
    told = NewEntry(
        kind="event",
        direction="internal",
        sender="system",
        text=took_over(agent.name),
        channel=card.channel,
    )
    await append_entry(conn, deps.vault, tenant_id, conversation, told, now)
    facts = {"agent_id": agent.agent_id, "agent_name": agent.name, "by": "desk"}
    await record(conn, deps, tenant_id, "conversation.claimed", conversation, facts, now)
    shown = _shown(deps, tenant_id, chosen, card)
    await record(conn, deps, tenant_id, "conversation.assigned", conversation, shown, now)
    return True


def _shown(deps: HandoffDeps, tenant_id: str, chosen: Match, card: sql.CardRow) -> dict[str, str]:
    """Tell the agent's console whose conversation it is and what was said last."""
    conversation = chosen.waiting.conversation_id
    seen = read_card(deps.vault, tenant_id, conversation, card.customer_id, card.profile, card.preview)
    return {
        "agent_id": chosen.agent.agent_id,
        "agent_name": chosen.agent.name,
        "customer_name": seen.name,
        "preview": seen.preview[:PREVIEW_CHARS],
        "priority": card.priority,
        "reason": read_reason(card.reasons[-1]).kind if card.reasons else "asked",
        "because": chosen.because,
    }


def waiting_of(row: sql.WaitingRow, rules: DeskRules) -> Waiting:
    """Read a row of the queue for matching."""
    within = rules.targets.within("first_reply", row.priority, row.tier)
    read = Waiting(
        conversation_id=row.conversation_id,
        handoff_id=row.handoff_id,
        skills=skills_needed(frozenset(row.skills), row.language, row.group_name, rules),
        language=row.language,
        intent=row.intent,
        tier=row.tier,
        urgency=row.urgency,
        priority=row.priority,
        since=row.requested_at,
        due_at=row.sla_due_at,
        group=row.group_name,
        only_group=row.to_group,
        prefers=row.prefers,
        offered_to=row.offered_to,
        offered_at=row.offered_at,
        passed=frozenset(row.passed),
    )
    return replace(read, within=within) if within else read
