"""Who answers whom: skills, urgency, the limit, whom the customer knows, and that nobody waits for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from app.desk.matching import Agent, Waiting, in_order, match, urgency_of, wanted
from app.desk.waits import Told, outlook, worth_telling
from policies.desk import DeskRules, Group

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SKILLS = ("orders", "refunds", "billing", "general")
LANGUAGES = ("en", "de")
AGENTS = ("ada", "ben", "cleo", "dora")
RULES = DeskRules(
    groups=(
        Group(name="orders", takes=frozenset({"orders", "refunds"}), fallback="everyone", gives="assign"),
        Group(name="care", takes=frozenset({"billing", "general"}), fallback="everyone"),
        Group(name="everyone"),
    ),
    vip_tiers=frozenset({"vip"}),
)
minutes = st.integers(0, 120).map(lambda number: timedelta(minutes=number))
some_skills = st.frozensets(st.sampled_from(SKILLS), max_size=3)

agents = st.lists(
    st.builds(
        Agent,
        agent_id=st.sampled_from(AGENTS),
        skills=some_skills,
        languages=st.frozensets(st.sampled_from(LANGUAGES), min_size=1),
        groups=st.frozensets(st.sampled_from(["orders", "care"]), max_size=1),
        load=st.integers(0, 7),
        performance=st.floats(0, 1),
    ),
    unique_by=lambda agent: agent.agent_id,
)
one_waiting = st.builds(
    Waiting,
    conversation_id=st.uuids().map(str),
    skills=some_skills,
    language=st.sampled_from(LANGUAGES),
    tier=st.sampled_from(["standard", "vip"]),
    urgency=st.floats(1, 10),
    priority=st.sampled_from(["normal", "high", "urgent"]),
    since=minutes.map(lambda ago: NOON - ago),
    prefers=st.none() | st.sampled_from(AGENTS),
    passed=st.frozensets(st.sampled_from(AGENTS), max_size=2),
)
queues = st.lists(one_waiting, unique_by=lambda one: one.conversation_id, max_size=12)


@given(queues, agents)
def test_property_20(queue: list[Waiting], there: list[Agent]) -> None:
    """Feature: omnichannel-cx-platform, Property 20: Agent Skill Matching.

    In its first group a conversation needs all its skills; in a fallback those that the group has.
    """
    for found in match(queue, there, RULES, NOON):
        wish = wanted(found.waiting, RULES, NOON)
        assert wish.skills <= found.agent.skills
        assert not wish.at_home or found.waiting.skills <= found.agent.skills


@given(queues)
def test_property_21(queue: list[Waiting]) -> None:
    """Feature: omnichannel-cx-platform, Property 21: Queue Ordering by Urgency.

    Of those whose promised time is not over; afterwards urgency grows.
    """
    assert match(queue, [], RULES, NOON) == []
    scores = [urgency_of(one) for one in in_order(queue, RULES, NOON)]
    assert scores == sorted(scores, reverse=True)


@given(queues, agents)
def test_property_22(queue: list[Waiting], there: list[Agent]) -> None:
    """Feature: omnichannel-cx-platform, Property 22: Agent Workload Limit."""
    given_out = [found.agent.agent_id for found in match(queue, there, RULES, NOON)]
    for agent in there:
        assert given_out.count(agent.agent_id) <= max(0, 5 - agent.load)


@given(queues, agents)
def test_property_23(queue: list[Waiting], there: list[Agent]) -> None:
    """Feature: omnichannel-cx-platform, Property 23: Agent Continuity Preference."""
    asked = [replace(one, passed=frozenset()) for one in queue]
    found = match(asked, there, RULES, NOON)
    given_out: dict[str, int] = {}
    for one in found:
        known = next((agent for agent in there if agent.agent_id == one.waiting.prefers), None)
        room = known is not None and known.load + given_out.get(known.agent_id, 0) < 5
        if known is not None and room and wanted(one.waiting, RULES, NOON).fits(known):
            assert one.agent == known
            assert one.because == "knows_customer"
        given_out[one.agent.agent_id] = given_out.get(one.agent.agent_id, 0) + 1


@given(st.integers(0, 500), agents, minutes)
def test_property_39(ahead: int, there: list[Agent], handling: timedelta) -> None:
    """Feature: omnichannel-cx-platform, Property 39: Wait Time Notification.

    Who is not answered at once is told how long it takes, or that nobody is there.
    """
    now_is = outlook(ahead, there, handling, None, NOON)
    if sum(agent.room for agent in there) > ahead:
        assert now_is.kind == "soon"
    elif there:
        assert now_is.kind == "line"
        assert (now_is.minutes or 0) >= 1
    else:
        assert now_is.kind == "nobody"
    assert now_is.position == ahead + 1


@given(queues, agents)
def test_nobody_who_could_be_answered_is_left_while_somebody_less_urgent_is_taken(
    queue: list[Waiting], there: list[Agent]
) -> None:
    found = match(queue, there, RULES, NOON)
    taken = {one.waiting.conversation_id: one.agent for one in found}
    loads = {agent.agent_id: agent.load for agent in there}
    for agent in taken.values():
        loads[agent.agent_id] += 1
    for one in in_order(queue, RULES, NOON):
        if one.conversation_id not in taken:
            wish = wanted(one, RULES, NOON)
            assert not [agent for agent in there if wish.fits(agent) and loads[agent.agent_id] < 5]


@given(queues, one_waiting)
def test_who_waits_long_enough_comes_before_everybody_who_is_new(
    newcomers: list[Waiting], patient: Waiting
) -> None:
    first = replace(
        patient, conversation_id="patient", urgency=1.0, priority="normal", due_at=NOON - timedelta(hours=3)
    )
    assert in_order([*newcomers, first], RULES, NOON)[0] == first


@given(one_waiting, agents)
def test_in_the_end_anybody_with_room_is_given_a_conversation(one: Waiting, there: list[Agent]) -> None:
    assume(any(agent.room for agent in there))
    assert match([one], there, RULES, one.since + timedelta(minutes=5))


@given(one_waiting, agents)
def test_an_offer_is_one_agents_until_it_lapses(one: Waiting, there: list[Agent]) -> None:
    offered = replace(one, offered_to="ada", offered_at=NOON - timedelta(seconds=10))
    assert match([offered], there, RULES, NOON) == []


@given(one_waiting, agents)
def test_the_next_offer_goes_to_somebody_who_was_not_asked_yet(one: Waiting, there: list[Agent]) -> None:
    lapsed = replace(one, offered_to="ada", offered_at=NOON - timedelta(minutes=1), passed=frozenset({"ben"}))
    wish = wanted(lapsed, RULES, NOON)
    fresh = [a for a in there if a.room and wish.fits(a) and a.agent_id not in ("ada", "ben")]
    found = match([lapsed], there, RULES, NOON)
    if fresh:
        assert found[0].agent in fresh
    for match_ in found:
        assert match_.asked_again is (not fresh)


@given(one_waiting, agents, agents)
def test_a_conversation_passed_to_a_group_goes_to_its_members_only(
    one: Waiting, there: list[Agent], others: list[Agent]
) -> None:
    passed_on = replace(one, only_group="care")
    for found in match([passed_on], there, RULES, NOON):
        assert "care" in found.agent.groups


@given(queues, agents)
def test_the_same_question_has_the_same_answer_in_whichever_order_it_is_put(
    queue: list[Waiting], there: list[Agent]
) -> None:
    forward, backward = match(queue, there, RULES, NOON), match(queue[::-1], there[::-1], RULES, NOON)
    assert [(m.waiting, m.agent) for m in forward] == [(m.waiting, m.agent) for m in backward]


def test_a_waiting_customer_hears_again_when_half_the_line_is_gone_or_it_takes_much_longer() -> None:
    told = Told(kind="line", position=8, minutes=10, at=NOON - timedelta(minutes=5))
    every = timedelta(minutes=1)
    busy = [Agent(agent_id="ada", load=5)]

    def told_again(ahead: int, handling: float, at: Told = told) -> bool:
        return worth_telling(at, outlook(ahead, busy, timedelta(minutes=handling), None, NOON), NOON, every)

    assert not told_again(6, 6)
    assert told_again(3, 6)
    assert told_again(7, 12)
    assert not told_again(3, 6, replace(told, at=NOON - timedelta(seconds=30)))
    assert worth_telling(told, outlook(7, [], timedelta(minutes=6), None, NOON), NOON, every)
    assert worth_telling(None, outlook(7, [], timedelta(minutes=6), None, NOON), NOON, every)
