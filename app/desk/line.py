"""Shows the queue: place, wait, promised time and what is to be expected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.console.shapes import RowCustomer
from app.conversations.reasons import read_reason
from app.conversations.seal import Seal
from app.desk.card import read_card
from app.desk.learnt import skills_needed
from app.desk.matching import URGENT, Agent, Waiting, wanted
from app.desk.repository_line import LineRow, PromisesRow
from app.desk.shapes import Offered, PromiseShape, Queue, QueueRow
from app.desk.sla import Pause, Promise, forecast, standing
from app.desk.waits import hours_of, outlook
from policies.desk import DeskRules, PromiseKind
from policies.hours import Hours


def line_values(tenant_id: str, rules: DeskRules, now: datetime, after: int, limit: int) -> dict[str, Any]:
    """Return what the statement of a page needs."""
    return {
        "tenant": tenant_id,
        "now": now,
        "urgent": URGENT,
        "minutes": orjson.dumps(rules.targets.minutes.get("first_reply", {})).decode(),
        "shares": orjson.dumps(rules.targets.tier_share).decode(),
        "vips": sorted(rules.vip_tiers),
        "after": after,
        "limit": limit,
    }


def show_line(
    vault: Seal,
    tenant_id: str,
    rows: Sequence[LineRow],
    agents: Sequence[Agent],
    rules: DeskRules,
    handling: timedelta,
    now: datetime,
    limit: int,
) -> Queue:
    """Show one page; the sums are the whole queue's."""
    first, shown = rows[0] if rows else None, rows[:limit]
    return Queue(
        total_queued=first.total if first else 0,
        average_wait_s=round(first.average_s, 1) if first else 0.0,
        queued_by_urgency={
            "urgent": first.urgent if first else 0,
            "high": first.high if first else 0,
            "normal": first.total - first.urgent - first.high if first else 0,
        },
        late=first.late if first else 0,
        agents_available=len(agents),
        free_places=sum(agent.room for agent in agents),
        items=[_row(vault, tenant_id, row, agents, rules, handling, now) for row in shown],
        next_cursor=str(shown[-1].position) if len(rows) > limit else None,
    )


def _row(
    vault: Seal,
    tenant_id: str,
    row: LineRow,
    agents: Sequence[Agent],
    rules: DeskRules,
    handling: timedelta,
    now: datetime,
) -> QueueRow:
    seen = read_card(vault, tenant_id, row.conversation_id, row.customer_id, row.profile, row.preview)
    expected = _expected(row, agents, rules, handling, now)
    return QueueRow(
        position=row.position,
        conversation_id=row.conversation_id,
        customer=RowCustomer(name=seen.name, tier=row.tier, language=row.language),
        channel=row.channel,
        preview=seen.preview,
        reasons=[read_reason(reason) for reason in row.reasons],
        priority=row.priority,
        urgency=round(row.urgency, 2),
        sentiment=round(row.sentiment, 3),
        group=row.to_group or row.group_name,
        skills=row.skills,
        waiting_since=row.waiting_since,
        waited_s=max(0, int((now - row.waiting_since).total_seconds())),
        expected_wait_s=None if expected is None else int((expected - now).total_seconds()),
        offered=_offered(row, rules, now),
        knows_customer=row.prefers,
        sla=_first_reply(row, rules, expected, now),
    )


def _offered(row: LineRow, rules: DeskRules, now: datetime) -> Offered | None:
    if row.offered_to is None or row.offered_at is None or row.offered_at + rules.offer_for <= now:
        return None
    until = row.offered_at + rules.offer_for
    return Offered(agent_id=row.offered_to, name=row.offered_name or row.offered_to, until=until)


def _expected(
    row: LineRow, agents: Sequence[Agent], rules: DeskRules, handling: timedelta, now: datetime
) -> datetime | None:
    """Return when a person is to be expected; None when nobody can tell."""
    waiting = Waiting(
        conversation_id=row.conversation_id,
        skills=skills_needed(frozenset(row.skills), row.language, row.group_name, rules),
        language=row.language,
        since=row.requested_at,
        group=row.group_name,
        only_group=row.to_group,
    )
    wish = wanted(waiting, rules, now)
    able = [agent for agent in agents if wish.fits(agent)]
    hours = hours_of(wish.group, rules)
    look = outlook(row.place - 1, able, handling, hours, now)
    if look.kind in ("soon", "line"):
        return now + timedelta(minutes=look.minutes or 0)
    return look.opens_at


def _first_reply(
    row: LineRow, rules: DeskRules, expected: datetime | None, now: datetime
) -> PromiseShape | None:
    within = rules.targets.within("first_reply", row.priority, row.tier)
    if within is None:
        return None
    hours = hours_of(rules.group(row.group_name), rules)
    promise = Promise(kind="first_reply", since=row.waiting_since, within=within, hours=hours)
    return show_promise(promise, now, expected)


def show_promise(promise: Promise, now: datetime, expected: datetime | None = None) -> PromiseShape:
    """Show how a promise stands; with an expected time, also whether that is in time."""
    stands = standing(promise, now)
    return PromiseShape(
        kind=promise.kind,
        state=stands.outcome,
        due_at=stands.due_at,
        left_s=int(stands.left.total_seconds()),
        late_by_s=int(stands.late_by.total_seconds()),
        forecast=None if expected is None else forecast(promise, now, expected),
        expected_at=expected,
    )


def promises_of(row: PromisesRow, rules: DeskRules) -> list[Promise]:
    """Return what was promised when a person was called: a first reply, the next one, a solution."""
    hours = hours_of(rules.group(row.group_name), rules)
    pauses = _pauses(row)
    first = _promise("first_reply", row, rules, hours, row.requested_at, row.first_reply_at)
    found = [first]
    if row.first_reply_at is not None and row.unanswered_since is not None and row.closed_at is None:
        found.append(_promise("next_reply", row, rules, hours, row.unanswered_since, None))
    found.append(_promise("resolution", row, rules, hours, row.requested_at, row.closed_at))
    return [replace(one, pauses=pauses) for one in found if one is not None]


def _promise(
    kind: PromiseKind,
    row: PromisesRow,
    rules: DeskRules,
    hours: Hours | None,
    since: datetime,
    kept_at: datetime | None,
) -> Promise | None:
    within = rules.targets.within(kind, row.priority, row.tier)
    if within is None:
        return None
    return Promise(kind=kind, since=since, within=within, hours=hours, kept_at=kept_at)


def _pauses(row: PromisesRow) -> list[Pause]:
    """Pair when it began to wait for the customer with when it went on; the last may still last."""
    ends: list[datetime | None] = [*row.resumed_at]
    ends += [None] * (len(row.paused_at) - len(ends))
    return [Pause(began_at=began, ended_at=ended) for began, ended in zip(row.paused_at, ends, strict=False)]
