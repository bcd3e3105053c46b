"""What colleagues correct changes who gets the next conversation; a single slip changes nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desk.learnt import NOTHING, Corrected, Learnt, learn, skills_needed
from app.desk.matching import Agent, Waiting, match, wanted
from policies.desk import DeskRules, Group

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REFUNDS = frozenset({"refunds"})
RULES = DeskRules(
    groups=(
        Group(name="orders", takes=frozenset({"orders", "refunds"}), gives="assign"),
        Group(name="care", takes=frozenset({"billing"}), gives="assign"),
        Group(name="everyone"),
    )
)


def corrected(times: int, should_be: str = "care", agent: str | None = None) -> Corrected:
    return Corrected(intent="charged_twice", was="orders", should_be=should_be, agent_id=agent, times=times)


def home(learnt: Learnt, intent: str = "charged_twice") -> str:
    return learnt.home(intent, REFUNDS, "en", RULES)


def test_what_people_keep_sending_elsewhere_waits_there_from_now_on() -> None:
    learnt = learn([corrected(4)], {("charged_twice", "orders"): 9})
    assert (home(learnt), home(learnt, "where_is_it"), home(NOTHING)) == ("care", "orders", "orders")


@pytest.mark.parametrize(
    ("corrections", "arrived"),
    [
        ([corrected(2)], 2),
        ([corrected(4)], 100),
        ([corrected(3), corrected(3, "everyone")], 6),
    ],
    ids=["too few", "rare among many", "people do not agree"],
)
def test_little_or_contradictory_evidence_changes_nothing(corrections: list[Corrected], arrived: int) -> None:
    assert home(learn(corrections, {("charged_twice", "orders"): arrived})) == "orders"


def test_a_group_that_the_book_no_longer_has_is_not_gone_to() -> None:
    assert home(learn([corrected(9, "dissolved")], {})) == "orders"


def test_where_people_sent_it_the_skills_of_that_group_count() -> None:
    assert skills_needed(REFUNDS, "en", "care", RULES) == frozenset()
    assert skills_needed(REFUNDS, "en", "orders", RULES) == REFUNDS
    assert skills_needed(REFUNDS, "en", None, RULES) == REFUNDS
    waiting = Waiting(conversation_id="c", skills=frozenset(), since=NOON, group="care")
    wish = wanted(waiting, RULES, NOON)
    assert wish.fits(Agent(agent_id="cleo", groups=frozenset({"care"})))
    assert not wish.fits(Agent(agent_id="otto", groups=frozenset({"orders"}), skills=REFUNDS))


def test_who_was_given_what_was_not_theirs_is_chosen_after_who_was_not() -> None:
    learnt = learn([corrected(5, agent="ada")], {("charged_twice", "orders"): 100})
    agents = [
        Agent(agent_id=name, skills=REFUNDS, misfits=learnt.misfits.get(name, {})) for name in ("ada", "ben")
    ]

    def chosen(intent: str) -> str:
        waiting = Waiting(conversation_id="c", skills=REFUNDS, since=NOON, intent=intent)
        return match([waiting], agents, RULES, NOON)[0].agent.agent_id

    assert (chosen("charged_twice"), chosen("where_is_it")) == ("ben", "ada")


@given(
    st.lists(
        st.builds(
            Corrected,
            intent=st.sampled_from([None, "a", "b"]),
            was=st.sampled_from([None, "orders", "care"]),
            should_be=st.sampled_from([None, "orders", "care", "everyone"]),
            agent_id=st.sampled_from([None, "ada"]),
            times=st.integers(1, 9),
        )
    )
)
def test_whatever_was_corrected_every_conversation_has_a_home_and_misfits_stay_a_share(
    corrections: list[Corrected],
) -> None:
    learnt = learn(corrections, {})
    names = {group.name for group in RULES.groups}
    assert all(home(learnt, intent) in names for intent in ("a", "b", "c"))
    assert all(0 < share <= 1 for shares in learnt.misfits.values() for share in shares.values())
    assert all(was != better for (_, was), better in learnt.homes.items())
