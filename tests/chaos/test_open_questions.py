"""Actions that wait for the customer's yes: dropped as soon as nobody can answer, and shown so."""

import pytest

from app.handoff import service
from app.handoff.outcomes import AgentName
from tests.chaos.counter import Counter
from tests.chaos.inbox import TENANT

RUNA = AgentName(agent_id="runa", name="Runa Solberg")
A_DAY_S = 24 * 3600.0 + 1
LEFT_OPEN = "I have not done what I last asked you about"


async def test_asking_for_a_person_drops_the_open_question(counter: Counter) -> None:
    await counter.serves("cancel 1090")
    assert await counter.states() == ["confirming"]

    await counter.serves("I want to talk to a human")

    assert await counter.states() == ["cancelled"]
    assert counter.books.orders["1090"].status == "processing"


async def test_a_person_who_takes_over_ends_the_open_question_and_the_release_says_so(
    counter: Counter,
) -> None:
    await counter.serves("cancel 1090")
    await service.claim(counter.inbox.handoff, TENANT, counter.conversation("web"), RUNA)
    await counter.waits(10)
    assert await counter.states() == ["cancelled"]

    await service.release(counter.inbox.handoff, TENANT, counter.conversation("web"), RUNA)
    await counter.works()
    said = await counter.serves("yes", payload="/affirm")

    assert LEFT_OPEN in " ".join(entry.text for entry in await counter.timeline())
    assert "I am cancelling" not in " ".join(said)
    assert counter.books.orders["1090"].status == "processing"


@pytest.mark.parametrize("status", ["resolved", "archived"])
async def test_a_conversation_that_is_over_leaves_no_question_open(counter: Counter, status: str) -> None:
    await counter.serves("cancel 1090")
    await counter.rows(
        "update conversations set status = %s, status_since = %s where conversation_id = %s returning 1",
        status,
        counter.inbox.clock(),
        counter.conversation("web"),
    )

    await counter.waits(10)

    assert await counter.states() == ["cancelled"]


async def test_a_question_that_nobody_answers_for_a_day_is_dropped_and_a_late_yes_is_told(
    counter: Counter,
) -> None:
    await counter.serves("cancel 1090")
    await counter.waits(A_DAY_S)
    assert await counter.states() == ["cancelled"]

    said = await counter.serves("yes", payload="/affirm")

    assert LEFT_OPEN in said[0]
    assert counter.books.orders["1090"].status == "processing"


async def test_a_question_asked_again_is_dropped_with_the_conversation_too(counter: Counter) -> None:
    await counter.serves("cancel 1090")
    counter.touches("1090", paid_with="Mastercard ending 0001")
    await counter.serves("yes", payload="/affirm")
    assert await counter.states() == ["confirming"]
    await service.claim(counter.inbox.handoff, TENANT, counter.conversation("web"), RUNA)

    await counter.waits(10)

    assert await counter.states() == ["cancelled"]


async def test_what_changed_while_a_person_has_the_conversation_is_dropped_not_asked(
    counter: Counter,
) -> None:
    await counter.serves("I want my money back for 1042")
    await counter.serves("yes", payload="/affirm")
    (approval,) = await counter.pending()
    await service.claim(counter.inbox.handoff, TENANT, counter.conversation("web"), RUNA)
    counter.touches("1042", paid_with="Mastercard ending 0001")

    await counter.decides(approval.approval_id)
    await counter.works()

    assert await counter.states() == ["cancelled"]
    assert counter.refunds("1042") == []
