"""What flows of a book can say, in conversations: every kind of step, and what happens in between."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.rulebooks import BookShelf, tool_shapes
from policies.check import check
from tests.fakes.company import Books, FakeCrm, FakeOrders, FakePayments, FakeTickets
from tests.fakes.journal import FakeJournal
from tests.talk import NOON, Talk, registry_over, said
from tests.unit.books.altered import TOOLS, every_step
from tools.catalogue import Connections, build_registry
from tools.orders.port import Order
from tools.runner import ToolRunner

MEANINGS = {
    "swap": "swap",
    "spare parts": "parts",
    "stop my order": "stop_order",
    "size": "size",
    "open": "opening",
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> BookShelf:
    """The book with every kind of step, loaded once."""
    return BookShelf.load(every_step(tmp_path_factory.mktemp("book")))


@pytest.fixture
def talk(rules: BookShelf) -> Talk:
    talk = Talk(shelf=rules)
    talk.interpreter.meanings = dict(MEANINGS)
    return talk


def test_the_book_of_these_conversations_passes_the_check(tmp_path: Path) -> None:
    tools = {**TOOLS, **tool_shapes(registry_over(Books()))}
    report = check(every_step(tmp_path), tools)
    assert [str(problem) for problem in report.problems] == []


async def test_a_choice_has_its_buttons_and_is_understood_in_words(talk: Talk) -> None:
    asked = await talk.say("I want to swap 1042")
    assert asked.replies[-1].buttons == (
        ("Broken", '/inform{"reason":"broken"}'),
        ("Too big", '/inform{"reason":"size"}'),
    )
    assert "anything to add" in said(await talk.say("it came cracked"))


async def test_a_button_of_a_choice_fills_it(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    await talk.say("Too big", payload='/inform{"reason":"size"}')
    assert "size, marta" in said(await talk.say("no"))


async def test_a_value_that_does_not_do_is_asked_for_again_in_its_own_words_and_not_for_ever(
    talk: Talk,
) -> None:
    await talk.say("I want to swap 1042")
    assert said(await talk.say("well it is purple")) == "Broken, or the wrong size?"
    assert said(await talk.say("it is purple I said")) == "Broken, or the wrong size?"
    assert (await talk.say("purple!")).hand_off is not None


async def test_an_optional_slot_is_left_empty_by_a_no(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    await talk.say("broken")
    assert said(await talk.say("no")) == "A swap of #1042: broken, marta.lindqvist@example.com."


async def test_an_optional_slot_that_is_given_is_used(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    await talk.say("broken")
    assert "the lid as well" in said(await talk.say("the lid as well"))


async def test_a_called_flow_comes_back_to_its_caller(talk: Talk) -> None:
    talk.profile = type(talk.profile)(
        external_id="C-1001", name="Marta", email="", tier="standard", language="en"
    )
    await talk.say("I want to swap 1042")
    await talk.say("broken")
    assert said(await talk.say("no")) == "What is your address?"
    assert said(await talk.say("me@example")) == "What is your address?"
    assert said(await talk.say("me@example.com")) == "A swap of #1042: broken, me@example.com."


async def test_reads_of_one_step_are_made_at_once(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    tools = talk.why("tools")
    assert [(one["name"], one["outcome"]) for one in tools] == [
        ("find_order", "succeeded"),
        ("list_orders", "succeeded"),
    ]
    assert [stage["name"] for stage in talk.why("stages")].count("tools") == 1


class Meeting(FakeOrders):
    """An order system whose one answer waits until the other question was asked as well."""

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self.both = asyncio.Event()

    async def get(self, order_id: str) -> Order:
        await asyncio.wait_for(self.both.wait(), timeout=1.0)
        return await super().get(order_id)

    async def of_customer(self, customer_id: str) -> Sequence[Order]:
        self.both.set()
        return await super().of_customer(customer_id)


async def test_neither_of_two_reads_waits_for_the_other(talk: Talk) -> None:
    together = Connections(
        orders=Meeting(talk.books),
        payments=FakePayments(talk.books),
        crm=FakeCrm(talk.books),
        tickets=FakeTickets(talk.books),
        today=NOON.date,
    )
    talk.use(tools=ToolRunner(build_registry(together), FakeJournal()))
    assert "What is wrong with it?" in said(await talk.say("I want to swap 1042"))


async def test_the_first_read_that_finds_nothing_decides_what_follows(talk: Talk) -> None:
    assert said(await talk.say("I want to swap 9999")).endswith("There is no such order. Which one?")
    assert "What is wrong" in said(await talk.say("1042"))


async def test_a_loop_ends_when_its_condition_holds(talk: Talk) -> None:
    await talk.say("I need spare parts")
    await talk.say("a screw")
    await talk.say("yes")
    await talk.say("two hinges")
    assert said(await talk.say("no")) == "Noted: a screw, two hinges."


async def test_a_loop_ends_at_its_bound(talk: Talk) -> None:
    await talk.say("I need spare parts")
    for part in ("a screw", "a hinge"):
        await talk.say(part)
        await talk.say("yes")
    await talk.say("a lid")
    assert said(await talk.say("yes")) == "Noted: a screw, a hinge, a lid."


async def test_what_follows_the_customers_yes_is_part_of_the_flow(talk: Talk) -> None:
    await talk.say("stop my order 1090")
    assert said(await talk.say("yes")).splitlines()[:2] == ["I am stopping #1090.", "May I ask why?"]
    assert talk.books.orders["1090"].status == "cancelled"
    assert said(await talk.say("it was too dear")) == "Thank you for telling me."


async def test_what_follows_a_no_is_part_of_the_flow(talk: Talk) -> None:
    await talk.say("stop my order 1090")
    assert said(await talk.say("no")).endswith("It stays as it is.")
    assert talk.books.orders["1090"].status == "processing"


async def test_a_refusal_goes_the_way_of_a_no(talk: Talk) -> None:
    refused = said(await talk.say("stop my order 1042"))
    assert refused.splitlines()[-1] == "It stays as it is."
    assert "too late" in refused


async def test_next_leads_to_the_step_it_names(talk: Talk) -> None:
    await talk.say("which size do I need")
    assert said(await talk.say("110")) == "Take the small one.\nFor somebody else?"
    assert said(await talk.say("yes")) == "How tall?"
    assert said(await talk.say("180")) == "Take the large one.\nFor somebody else?"
    assert said(await talk.say("yes")) == "That is all."


async def test_a_way_of_next_can_hold_steps_and_a_person_gets_the_skills_named(talk: Talk) -> None:
    await talk.say("which size do I need")
    draft = await talk.say("240")
    assert draft.hand_off is not None
    assert draft.hand_off.skills == ("loans",)


async def test_another_wish_in_between_is_met_and_the_flow_taken_up_again(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    await talk.say("which size do I need")
    assert said(await talk.say("180")).endswith("For somebody else?")
    back = said(await talk.say("no"))
    assert back == "That is all.\nWhat is wrong with it?"
    await talk.say("broken")
    assert "#1042" in said(await talk.say("no"))


async def test_a_confirmation_that_was_interrupted_is_asked_again_and_its_yes_means_nothing_else(
    talk: Talk,
) -> None:
    await talk.say("stop my order 1090")
    await talk.say("which size do I need")
    await talk.say("180")
    assert said(await talk.say("yes")) == "How tall?"
    await talk.say("150")
    assert talk.books.orders["1090"].status == "processing"
    assert said(await talk.say("no")).splitlines() == ["That is all.", "Yes or no?"]
    await talk.say("yes")
    assert talk.books.orders["1090"].status == "cancelled"


async def test_a_question_in_between_is_answered_and_the_flow_asks_again(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    assert said(await talk.say("are you open on Sundays")).endswith("What is wrong with it?")


async def test_a_wish_that_contradicts_the_open_one_replaces_it(talk: Talk) -> None:
    await talk.say("stop my order 1090")
    replaced = await talk.say("I need spare parts")
    assert [(change.action_id, change.state) for change in replaced.changes] == [
        ("conv:action:1", "cancelled")
    ]
    await talk.say("a screw")
    assert said(await talk.say("no")) == "Noted: a screw."
    assert talk.books.orders["1090"].status == "processing"


async def test_leaving_an_inner_flow_returns_to_the_outer_one(talk: Talk) -> None:
    await talk.say("I want to swap 1042")
    await talk.say("which size do I need")
    assert said(await talk.say("no")) == "What is wrong with it?"


async def test_what_the_inner_flow_was_told_does_not_leak_into_the_outer_one(talk: Talk) -> None:
    await talk.say("I want to swap")
    await talk.say("stop my order please")
    assert said(await talk.say("1090")) == "Shall I stop #1090?"
    assert said(await talk.say("no")).endswith("Which order?")


async def test_a_wish_that_names_an_order_is_no_answer_to_the_question_which_one(talk: Talk) -> None:
    await talk.say("I want to swap")
    assert said(await talk.say("stop my order 1090")) == "Shall I stop #1090?"
    assert said(await talk.say("no")).endswith("Which order?")


@pytest.mark.parametrize("words", ["1042", "it's order #1042", "my order number is 1042, thanks"])
async def test_a_number_with_nothing_but_fillers_answers_whatever_it_sounds_like(
    talk: Talk, words: str
) -> None:
    await talk.say("I want to swap")
    talk.interpreter.ranking = (("stop_order", 0.97),)
    assert said(await talk.say(words)) == "What is wrong with it?"


@pytest.mark.parametrize("words", ["the lamp is on fire", "I want to talk to a librarian"])
async def test_safety_and_a_wish_for_a_person_go_before_any_flow(talk: Talk, words: str) -> None:
    await talk.say("stop my order 1090")
    draft = await talk.say(words)
    assert draft.hand_off is not None
    assert talk.books.orders["1090"].status == "processing"
