"""Gives waiting conversations to agents: one short transaction each, beside other engines."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.conversations.feed.event import EventType
from app.conversations.reasons import read_reason
from app.conversations.seal import open_json, open_text
from app.desk import repository as sql
from app.desk.matching import Agent, Match, Waiting, match
from app.handoff import repository as handoffs
from app.handoff.deps import HandoffDeps
from app.handoff.gather import customer_name
from app.handoff.sentences import took_over
from app.handoff.telling import record, tell
from policies.desk import DeskRules
from policies.values import Facts

AT_ONCE = 6
RATED_FOR = timedelta(days=90)
FIGURES_FOR = timedelta(minutes=5)
PREVIEW_CHARS = 100


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What earlier conversations tell, read now and then."""

    ratings: dict[str, float]
    handling: timedelta
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
            )
            for row in rows
        ]

    async def give(self, tenant_id: str, waiting: Sequence[Waiting], agents: Sequence[Agent]) -> list[Match]:
        """Offer or assign what fits; returns what found somebody."""
        rules, now = self._deps.rules(tenant_id), self._deps.handoff.clock()
        found = match(waiting, agents, rules, now)
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(chosen: Match) -> bool:
            async with limit:
                return await self._carry_out(tenant_id, chosen, rules)

        given = await asyncio.gather(*(one(chosen) for chosen in found))
        if any(given):
            self._deps.handoff.hub.changed(tenant_id, None)
        return [chosen for chosen, done in zip(found, given, strict=True) if done]

    async def _carry_out(self, tenant_id: str, chosen: Match, rules: DeskRules) -> bool:
        """Look again under lock whether the agent has room, then offer or assign."""
        deps, now, waiting = self._deps.handoff, self._deps.handoff.clock(), chosen.waiting
        async with deps.tenants.tenant(tenant_id) as conn:
            if not await handoffs.lock_thread(conn, tenant_id, waiting.conversation_id):
                return False
            room = await sql.room(
                conn, tenant_id, chosen.agent.agent_id, waiting.handoff_id, now - rules.offer_for
            )
            if room <= 0:
                return False
            act = _assign if chosen.gives == "assign" else _offer
            done = await act(conn, deps, tenant_id, chosen, now)
        if done:
            deps.hub.changed(tenant_id, waiting.conversation_id)
        return done


async def _offer(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, chosen: Match, now: datetime
) -> bool:
    waiting = chosen.waiting
    values = {
        "tenant": tenant_id,
        "handoff": waiting.handoff_id,
        "agent": chosen.agent.agent_id,
        "before": waiting.offered_to,
        "again": chosen.asked_again,
        "now": now,
    }
    if not await sql.offer(conn, values):
        return False
    await _notify(conn, deps, tenant_id, "conversation.offered", chosen, now)
    return True


async def _assign(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, chosen: Match, now: datetime
) -> bool:
    """Make the agent the owner, as if they had claimed it; only out of the queue."""
    conversation, agent = chosen.waiting.conversation_id, chosen.agent
    await sql.note_cause(conn, "assign")
    taken = await handoffs.take(
        conn, tenant_id, conversation, agent.agent_id, "assigned", ["escalating"], now
    )
    if not taken:
        return False
    await handoffs.raise_fence(conn, tenant_id, conversation)
    await handoffs.assign_handoff(conn, tenant_id, conversation, agent.agent_id, now)
    await tell(conn, deps, tenant_id, conversation, took_over(agent.name), now)
    facts = {"agent_id": agent.agent_id, "agent_name": agent.name, "by": "desk"}
    await record(conn, deps, tenant_id, "conversation.claimed", conversation, facts, now)
    await _notify(conn, deps, tenant_id, "conversation.assigned", chosen, now)
    return True


async def _notify(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    event_type: EventType,
    chosen: Match,
    now: datetime,
) -> None:
    """Tell the agent's console whose conversation it is and what was said last."""
    conversation = chosen.waiting.conversation_id
    card = await sql.card(conn, tenant_id, conversation)
    if card is None:
        return
    profile = open_json(deps.vault, tenant_id, card.profile, f"customers:profile:{card.customer_id}")
    place = f"conversations:preview:{conversation}"
    preview = open_text(deps.vault, tenant_id, card.preview, place) if card.preview else ""
    facts = {
        "agent_id": chosen.agent.agent_id,
        "agent_name": chosen.agent.name,
        "customer_name": customer_name(profile),
        "preview": preview[:PREVIEW_CHARS],
        "priority": card.priority,
        "reason": read_reason(card.reasons[-1]).kind if card.reasons else "asked",
        "because": chosen.because,
    }
    await record(conn, deps, tenant_id, event_type, conversation, facts, now)


def waiting_of(row: sql.WaitingRow, rules: DeskRules) -> Waiting:
    """Read a row of the queue for matching."""
    within = rules.targets.within("first_reply", row.priority, row.tier)
    read = Waiting(
        conversation_id=row.conversation_id,
        handoff_id=row.handoff_id,
        skills=frozenset(row.skills),
        language=row.language,
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
