"""How it was is asked once, after a conversation is resolved, and the answer is a rating."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.feedback.survey import Surveys
from graphs.draft import Draft, Reply
from tests.integration.front import TENANT, Front, open_front
from tests.talk import Talk, shelf

QUIET = timedelta(minutes=3)


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
def surveys(front: Front) -> Surveys:
    return Surveys(front.database, front.vault, front.hub, shelf(), front.clock)


async def over(front: Front, customer: str, intent: str | None = None, status: str = "resolved") -> str:
    """A conversation that is over: resolved, or active after the customer's last words."""
    conversation = await front.says("Thanks, that is all.", customer=customer)
    claim = await front.claim(conversation)
    await front.commit(claim, Draft(replies=[Reply(text="You're welcome.")], intent=intent))
    async with front.database.tenant(TENANT) as conn:
        await conn.execute(
            "update conversations set status = %s, status_since = %s where conversation_id = %s",
            [status, front.clock(), conversation],
        )
    return conversation


async def questions(front: Front, conversation: str) -> list[dict[str, Any]]:
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    return [entry for entry in shown["timeline"] if "How was our service" in entry["text"]]


@pytest.mark.parametrize(("status", "intent"), [("resolved", None), ("active", "thanks")])
async def test_whoever_was_helped_is_asked_once_with_buttons(
    front: Front, surveys: Surveys, status: str, intent: str | None
) -> None:
    conversation = await over(front, f"C-{status}", intent, status)
    at_once = await surveys.ask(TENANT)
    front.clock.ahead += QUIET

    await asyncio.gather(*(surveys.ask(TENANT) for _ in range(3)))
    await surveys.ask(TENANT)

    (asked,) = await questions(front, conversation)
    assert at_once == 0
    assert (asked["kind"], asked["sender"], asked["direction"]) == ("notice", "system", "outbound")
    assert [button["title"][0] for button in asked["buttons"]] == ["5", "4", "3", "2", "1"]


async def test_nobody_is_asked_in_the_middle_of_something(front: Front, surveys: Surveys) -> None:
    going_on = await over(front, "C-going-on", "order_track", "active")
    with_person = await over(front, "C-person", "thanks", "human_handling")
    front.clock.ahead += QUIET

    await surveys.ask(TENANT)

    assert await questions(front, going_on) == await questions(front, with_person) == []


async def test_the_same_customer_is_not_asked_again_within_a_month(front: Front, surveys: Surveys) -> None:
    await over(front, "C-month")
    front.clock.ahead += QUIET
    first = await surveys.ask(TENANT)
    again = await over(front, "C-month")
    front.clock.ahead += QUIET

    assert (first, await surveys.ask(TENANT)) == (1, 0)
    assert len(await questions(front, again)) <= 1


async def test_a_book_without_the_question_asks_nobody(front: Front) -> None:
    silent = shelf().current(TENANT)
    book = silent.book
    templates = {name: one for name, one in book.templates.items() if name != "survey"}

    class Without:
        def current(self, tenant_id: str) -> Any:
            from dataclasses import replace

            return replace(silent, book=replace(book, templates=templates))

    conversation = await over(front, "C-silent")
    front.clock.ahead += QUIET
    asking = Surveys(front.database, front.vault, front.hub, Without(), front.clock)  # type: ignore[arg-type]

    assert await asking.ask(TENANT) == 0
    assert await questions(front, conversation) == []


@pytest.mark.parametrize(("pressed", "rating"), [("5 very good", 5.0), ("1 bad", 1.0)])
async def test_the_button_is_the_rating(pressed: str, rating: float) -> None:
    talk = Talk()
    talk.interpreter.meanings["no"] = "deny"

    asked = await talk.say(pressed, payload="/review")
    kept = await talk.say("no", payload="/deny")

    assert "What made it so" in asked.replies[0].text
    (proposal,) = kept.proposals
    assert (proposal.start.action, proposal.start.args["rating"]) == ("record_feedback", rating)
