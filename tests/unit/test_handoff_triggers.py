"""The table of handoff triggers: what applies, in which order, and what its rows change."""

import pytest

from graphs.ports import Rulebook
from policies.handoff_rows import HandoffTrigger
from policies.handoff_triggers import Called, Said, TriggerTable, merged, with_triggers
from policies.ladder import Route, Signals, route
from tests.talk import Talk, shelf

ROWS = (
    HandoffTrigger(trigger_id="legal", type="keyword", value="[my] (lawyer|solicitor)", priority="high"),
    HandoffTrigger(trigger_id="unhelpful", type="keyword", value="not helpful", priority="low"),
    HandoffTrigger(trigger_id="bitter", type="sentiment", threshold=-0.85, priority="urgent"),
    HandoffTrigger(trigger_id="guess", type="confidence", threshold=0.3, priority="medium"),
    HandoffTrigger(trigger_id="twice", type="intent", value="charged_twice", priority="high"),
    HandoffTrigger(trigger_id="off", type="keyword", value="parcel", enabled=False),
)
TABLE = TriggerTable(ROWS)


def ids(said: Said) -> list[str]:
    return [one.trigger_id for one in TABLE.called(said)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You will hear from my lawyer", ["legal"]),
        ("I don't need a lawyer, only my parcel", []),
        ("No need for a solicitor", []),
        ("I did not say that. My lawyer says so", ["legal"]),
        ("My lawyer will not wait", ["legal"]),
        ("This is not helpful at all", ["unhelpful"]),
        ("NOT  helpful!!!", ["unhelpful"]),
        ("Where is my parcel?", []),
        ("", []),
    ],
)
def test_a_keyword_counts_unless_the_customer_takes_it_back(text: str, found: list[str]) -> None:
    assert ids(Said(text=text)) == found


def test_moods_and_doubts_count_only_where_the_message_was_read() -> None:
    assert ids(Said(text="hm", sentiment=-0.9, confidence=0.1)) == ["bitter", "guess"]
    assert ids(Said(text="hm", sentiment=-0.9, confidence=0.1, measured=False)) == []
    assert ids(Said(text="hm", sentiment=-0.85, confidence=0.3)) == []


def test_rows_are_asked_in_the_ladders_order_whatever_their_order_in_the_book() -> None:
    said = Said(text="my lawyer", sentiment=-0.9, intent="charged_twice", confidence=0.2)
    assert ids(said) == ["legal", "bitter", "guess", "twice"]
    assert [one.trigger_id for one in TriggerTable(reversed(ROWS)).called(said)] == ids(said)


def ladder(**signals: float | bool | str) -> Route:
    book = shelf().book
    return route(Signals(**signals), book.thresholds, book.routing)  # type: ignore[arg-type]


def call(kind: str, priority: str = "high") -> Called:
    return Called(trigger_id="x", type=kind, priority=priority, reason=f"trigger x: {kind}")  # type: ignore[arg-type]


def test_a_row_brings_a_person_where_the_ladder_would_have_answered() -> None:
    decided = with_triggers(ladder(confidence=0.95), [call("intent")])

    assert (decided.kind, decided.rule, decided.priority) == ("person", 6, "high")
    assert decided.reasons == ("trigger x: intent",)
    assert [row.rule for row in decided.rows] == [6, 12]


def test_a_safety_word_still_decides_first_and_the_most_urgent_priority_counts() -> None:
    decided = with_triggers(ladder(safety_word=True), [call("keyword", "normal")])
    assert (decided.rule, decided.priority) == (2, "urgent")
    asked = with_triggers(ladder(sentiment=-0.9), [call("keyword", "normal")])
    assert (asked.rule, [row.rule for row in asked.rows][:2]) == (1, [1, 3])

    angry = with_triggers(ladder(sentiment=-0.9), [call("sentiment", "urgent")])
    assert (angry.rule, angry.reasons[0], angry.priority) == (3, "sentiment -0.90", "urgent")


def test_without_a_row_that_applies_the_ladders_decision_stands_as_it_is() -> None:
    decided = ladder(confidence=0.5)
    assert with_triggers(decided, []) is decided


def test_a_companys_row_replaces_the_books_of_the_same_name_and_adds_others() -> None:
    own = [
        HandoffTrigger(trigger_id="legal", type="keyword", value="lawyer", enabled=False),
        HandoffTrigger(trigger_id="press", type="keyword", value="newspaper"),
    ]
    table = TriggerTable(merged(ROWS, own))
    assert [one.trigger_id for one in table.called(Said(text="my lawyer"))] == []
    assert [one.trigger_id for one in table.called(Said(text="the newspaper"))] == ["press"]


async def test_a_customer_who_wants_a_manager_gets_a_person_soon_and_the_trace_says_by_which_row() -> None:
    talk = Talk()
    draft = await talk.say("Let me speak to a manager")

    assert draft.hand_off is not None
    assert draft.hand_off.priority == "high"
    assert any("trigger manager" in row["reason"] for row in talk.why("route")["rows"])


class OwnTable:
    """A company's own rows, as a turn finds them."""

    def table(self, tenant_id: str, rulebook: Rulebook) -> TriggerTable:
        """Return the book's rows with one more."""
        press = HandoffTrigger(trigger_id="press", type="keyword", value="newspaper", priority="urgent")
        return TriggerTable(merged(rulebook.book.routing.handoff_triggers, [press]))


async def test_a_companys_own_row_brings_a_person_where_its_book_would_have_answered() -> None:
    talk = Talk()
    assert (await talk.say("What do the newspaper people say?")).hand_off is None

    talk = Talk()
    talk.use(triggers=OwnTable())
    draft = await talk.say("What do the newspaper people say?")
    assert draft.hand_off is not None
    assert (draft.hand_off.priority, draft.hand_off.text) == (
        "urgent",
        "trigger press: the words “newspaper”",
    )
    assert not draft.replies
