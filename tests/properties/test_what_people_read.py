"""What people read: every message in the package, what stands out in a timeline, the board's counts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.board.gather import board
from app.board.repository import OPEN_STATUSES, AgentLoad, Counted, Kept, PendingApprovals, Standing
from app.board.span import Span
from app.conversations.entry import Entry
from app.conversations.highlights import DROP, ESCALATION, with_drops
from app.conversations.reasons import Reason
from app.handoff.context_package import ContextPackage
from app.handoff.gather import Gathered, context_package
from app.handoff.packages.complete import gaps_in
from app.handoff.repository import Facts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
scores = st.none() | st.floats(-1, 1).map(lambda score: round(score, 3))
spoken = st.tuples(
    st.sampled_from(["customer", "assistant", "agent", "system"]),
    st.sampled_from(["message", "message", "notice", "event", "note"]),
    st.sampled_from(["web", "rest", "email", "voice"]),
    st.text(min_size=1, max_size=40),
    scores,
    st.none() | st.sampled_from(["refund_request", "order_track"]),
    st.sampled_from([None, None, None, ESCALATION]),
)


def timeline(lines: Sequence[tuple]) -> list[Entry]:
    """Lines as they come from the database, a minute apart."""
    return [
        Entry(
            entry_no=number,
            message_id=f"ent_{number}",
            kind=kind,
            seq=number,
            thread_id="cnv",
            direction="inbound" if sender == "customer" else "outbound",
            sender=sender,
            sender_name=sender,
            channel=channel,
            timestamp=NOON + timedelta(minutes=number),
            text=text,
            sentiment=score if sender == "customer" else None,
            intent=intent if sender == "customer" else None,
            highlight=highlight,
        )
        for number, (sender, kind, channel, text, score, intent, highlight) in enumerate(lines, start=1)
    ]


timelines = st.lists(spoken, max_size=12).map(timeline)


@given(timelines, scores)
def test_a_fall_of_the_mood_is_marked_wherever_it_happens_and_nothing_else(
    lines: list[Entry], before: float | None
) -> None:
    """Feature: omnichannel-cx-platform, Property 35: Key Event Highlighting."""
    marked = with_drops(lines, before)

    felt = before
    for line, shown in zip(lines, marked, strict=True):
        fell = line.sentiment is not None and felt is not None and round(felt - line.sentiment, 5) > 0.3
        assert shown.highlight == (line.highlight or (DROP if fell else None))
        felt = felt if line.sentiment is None else line.sentiment


@given(timelines, st.integers(1, 12))
def test_a_fall_is_marked_on_whichever_page_it_stands(lines: list[Entry], cut: int) -> None:
    """Feature: omnichannel-cx-platform, Property 35: Key Event Highlighting."""
    first, second = lines[:cut], lines[cut:]
    felt = next((one.sentiment for one in reversed(first) if one.sentiment is not None), None)
    assert with_drops(first, None) + with_drops(second, felt) == with_drops(lines, None)


def packed(lines: list[Entry], profile: dict[str, str]) -> ContextPackage:
    facts = Facts(
        conversation_id="cnv",
        customer_id="cus",
        profile=b"",
        tier="gold",
        language="en",
        channel="web",
        status="escalating",
        verified=True,
        priority="high",
        reasons=["asked: asked for a person"],
        started_at=NOON,
    )
    gathered = Gathered(facts=facts, profile=profile, entries=lines, actions=[], traces=[], handoffs=1)
    return context_package(
        gathered,
        handoff_id="hof",
        reason=Reason(kind="asked", text="asked for a person"),
        priority="high",
        skills=("refunds",),
        vip=True,
        now=NOON + timedelta(hours=1),
    )


@given(timelines, st.text(min_size=1, max_size=20), st.emails())
def test_whoever_takes_a_conversation_gets_all_that_was_said_and_felt(
    lines: list[Entry], name: str, email: str
) -> None:
    """Feature: omnichannel-cx-platform, Property 38: Escalation Context Transfer."""
    package = packed(lines, {"name": name, "email": email})

    said = [line for line in lines if line.kind == "message"]
    told = package.conversation.messages
    assert [(one.role, one.content, one.timestamp, one.sentiment) for one in told] == [
        (line.sender, line.text, line.timestamp, line.sentiment) for line in said
    ]
    assert (package.customer.name, package.customer.email, package.customer.tier) == (name, email, "gold")
    intents = [line.intent for line in lines if line.intent]
    assert package.conversation.primary_intent == (intents[-1] if intents else None)
    felt = [line.sentiment for line in said if line.sentiment is not None]
    assert package.sentiment.current == (felt[-1] if felt else 0.0)
    assert gaps_in(package, len(said)) == ()


@settings(max_examples=25)
@given(timelines, st.data())
def test_a_package_that_lacks_a_message_is_not_whole(lines: list[Entry], data: st.DataObject) -> None:
    said = [line for line in lines if line.kind == "message"]
    lost = data.draw(st.sampled_from(said)) if said else None
    kept = [line for line in lines if line is not lost]
    assert bool(gaps_in(packed(kept, {}), len(said))) == bool(said)


def standing(status: str, urgency: int, number: int) -> Standing:
    """So many open conversations of one kind."""
    return Standing(
        status=status, urgency=urgency, number=number, due_at=None, late=0, target_s=None, sentiment=0.0
    )


def person(status: str, max_load: int, load: int) -> AgentLoad:
    """Somebody who answers, or does not just now."""
    return AgentLoad(
        agent_id="ada",
        name="Ada",
        status=status,
        max_load=max_load,
        skills=(),
        languages=("en",),
        load=load,
        waits_since=None,
        survey=None,
        ratings=None,
    )


standings = st.lists(
    st.builds(standing, st.sampled_from(OPEN_STATUSES), st.integers(1, 10), st.integers(1, 50)), max_size=6
)
people = st.lists(
    st.builds(person, st.sampled_from(["online", "away", "offline"]), st.integers(0, 6), st.integers(0, 7)),
    max_size=6,
)


@given(standings, people)
def test_the_board_always_counts_what_is_open_who_waits_and_who_has_room(
    open_now: list[Standing], there: list[AgentLoad]
) -> None:
    """Feature: omnichannel-cx-platform, Property 50: Real-Time Dashboard Data."""
    found = Counted(
        standings=open_now,
        approvals=PendingApprovals(number=0, expires_at=None),
        agents=there,
        days=[],
        channels=[],
        reasons=[],
        promises=[],
        kept=Kept(counted=0, met=0),
        moods=[],
        handling_s=None,
        first_reply_p95_s=None,
    )
    now = board(found, [], Span(period="today", zone="UTC", now=NOON)).now

    assert now.active == sum(one.number for one in open_now)
    assert now.waiting == sum(one.number for one in open_now if one.status == "escalating")
    has_room = [one for one in there if one.status == "online" and one.max_load > one.load]
    assert now.agents_available == len(has_room)
    assert (now.agents_available > 0) == (now.places > now.places_taken)
