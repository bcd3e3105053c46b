"""From what was counted to what the board shows. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.board.forecast import PLACES_OF_ONE, QUARTERS, Load, forecast
from app.board.repository import AgentLoad, Counted, Promises, Standing
from app.board.shapes import (
    AgentLine,
    Board,
    ChannelCount,
    Now,
    OfUrgency,
    Point,
    ReasonCount,
    Share,
    Sla,
    Stuck,
    Whole,
)
from app.board.span import Span
from app.conversations.reasons import SENTENCES
from app.handoff.status import OWNED
from app.handoff.tasks import Task
from app.outbox.dead_letters import name_of
from app.outbox.repository import DeadRow
from app.turns.dead_letters import DeadLetter

TARGET = 0.95
"""The share that is to be answered in time."""
QUARTER = timedelta(minutes=15)
MOST_STUCK = 6
TASKS = {
    "unknown_outcome": "outcome unknown",
    "failed_action": "failed, and a person was promised",
    "half_done": "half done",
}


def board(found: Counted, stuck: Sequence[Stuck], span: Span) -> Board:
    """Lay out the whole board."""
    today = [day for day in found.days if day.day >= span.since.date()]
    return Board(
        at=span.now,
        period=span.period,
        since=span.since,
        now=_now(found),
        whole=Whole(
            conversations=sum(day.number for day in today),
            contained=sum(day.contained for day in today),
            sla_counted=found.kept.counted,
            sla_met=found.kept.met,
            first_reply_p95_s=found.first_reply_p95_s,
        ),
        urgency=by_urgency(found.standings),
        sla=_sla(found, span),
        moods=[Point(at=one.at, value=round(one.mean, 3), number=one.number) for one in found.moods],
        agents=[_agent(one) for one in found.agents],
        days=[Share(day=one.day, conversations=one.number, contained=one.contained) for one in found.days],
        reasons=[
            ReasonCount(kind=one.reason, text=SENTENCES.get(one.reason, one.reason), number=one.number)
            for one in found.reasons
        ],
        channels=[ChannelCount(channel=one.channel, number=one.number) for one in found.channels],
        stuck=sorted(stuck, key=lambda one: one.at)[:MOST_STUCK],
        stuck_in_all=len(stuck),
    )


def recent_since(now: datetime) -> datetime:
    """Return when the line of the last two hours begins: on a whole quarter."""
    quarter = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    return quarter - (QUARTERS - 1) * QUARTER


def by_urgency(standings: Sequence[Standing]) -> list[OfUrgency]:
    """Sum up by urgency, the highest first; none is left out."""
    return [
        OfUrgency(
            urgency=urgency,
            active=sum(one.number for one in standings if one.urgency == urgency),
            waiting=sum(
                one.number for one in standings if one.urgency == urgency and one.status == "escalating"
            ),
        )
        for urgency in range(10, 0, -1)
    ]


def stuck_lines(dead: Sequence[DeadLetter], replies: Sequence[DeadRow], tasks: Sequence[Task]) -> list[Stuck]:
    """Say what goes on only when a person does something, and why."""
    letters = [
        Stuck(
            kind="dead_letter",
            id=one.name,
            conversation_id=one.conversation_id,
            at=one.failed_at,
            title=f"A {one.why} failed {one.attempts} times.",
            text="Set aside; the conversation was handed over.",
        )
        for one in dead
    ]
    letters += [
        Stuck(
            kind="dead_letter",
            id=name_of(one),
            conversation_id=one.conversation_id,
            at=one.tried_at,
            title=f"A reply did not arrive on {one.channel}.",
            text=f"{one.error or 'it was given up'}; tries: {one.attempts}",
        )
        for one in replies
    ]
    return letters + [
        Stuck(
            kind="task",
            id=one.task_id,
            conversation_id=one.conversation_id,
            at=one.created_at,
            title=f"{one.label} {one.subject}: {TASKS.get(one.kind, one.kind)}.".replace(" :", ":"),
            text=one.reason,
        )
        for one in tasks
    ]


def _now(found: Counted) -> Now:
    standings = found.standings
    active = sum(one.number for one in standings)
    waiting = [one for one in standings if one.status == "escalating"]
    online = [one for one in found.agents if one.status == "online"]
    due = [one.due_at for one in waiting if one.due_at is not None]
    return Now(
        active=active,
        with_assistant=sum(one.number for one in standings if one.status == "active"),
        with_person=sum(one.number for one in standings if one.status in OWNED),
        agents_available=sum(one.load < one.max_load for one in online),
        places=sum(one.max_load for one in online),
        places_taken=sum(min(one.load, one.max_load) for one in online),
        waiting=sum(one.number for one in waiting),
        waiting_due_at=min(due, default=None),
        late=sum(one.late for one in waiting),
        approvals=found.approvals.number,
        approval_expires_at=found.approvals.expires_at,
        sentiment=round(sum(one.sentiment for one in standings) / active, 3) if active else None,
    )


def _agent(one: AgentLoad) -> AgentLine:
    fields = {name: getattr(one, name) for name in AgentLine.model_fields if name != "survey"}
    return AgentLine(**fields, survey=None if one.survey is None else round(one.survey, 2))


def _sla(found: Counted, span: Span) -> Sla:
    since = recent_since(span.now)
    quarters = {one.at: one for one in found.promises}
    past = [quarters.get(since + number * QUARTER) for number in range(QUARTERS)]
    load = _load(found, [one.number if one else 0 for one in past])
    return Sla(
        target=TARGET,
        past=[_kept(since + number * QUARTER, one) for number, one in enumerate(past)],
        as_staffed=_ahead(span.now, forecast(load)),
        with_one_more=_ahead(span.now, forecast(load, more_places=PLACES_OF_ONE)),
    )


def _load(found: Counted, arrivals: Sequence[int]) -> Load:
    waiting = [one for one in found.standings if one.status == "escalating"]
    targets = [(one.target_s, one.number) for one in waiting if one.target_s is not None]
    number = sum(weight for _, weight in targets)
    online = [one for one in found.agents if one.status == "online"]
    return Load(
        waiting=sum(one.number for one in waiting),
        places=sum(one.max_load for one in online),
        free=sum(max(0, one.max_load - one.load) for one in online),
        arrivals=tuple(arrivals),
        handling_s=found.handling_s,
        target_s=sum(target * weight for target, weight in targets) / number if number else None,
    )


def _kept(at: datetime, one: Promises | None) -> Point:
    if one is None or not one.counted:
        return Point(at=at, value=None)
    return Point(at=at, value=round(one.met / one.counted, 4), number=one.counted)


def _ahead(now: datetime, shares: Sequence[float]) -> list[Point]:
    return [
        Point(at=now + (number + 1) * QUARTER, value=round(share, 4)) for number, share in enumerate(shares)
    ]
