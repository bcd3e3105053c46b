"""Who asks for a person again is told how that stands, on the channel they wrote on, and is queued once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.desk.asking import AskedAgain
from app.desk.giving import DeskDeps, Giving
from app.handoff.failing import QueueFailure
from app.handoff.outcomes import AgentName
from app.handoff.service import claim
from app.turns.failures import Failures
from app.turns.run import Thinker
from app.turns.worker import Workers
from tests.integration.front import RULES, TENANT, Front, open_front
from tests.talk import Talk, shelf
from tests.unit.books.altered import shop_book

BOOK = shop_book()
ASKS = "I want to talk to a human"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:

        def say(tenant_id: str, template: str, values: Any, language: str) -> str:
            return BOOK.templates[template].render(values, language=language)

        deps = DeskDeps(handoff=opened.handoff, rules=lambda tenant_id: RULES, say=say)
        stands = AskedAgain(deps, Giving(deps), lambda tenant_id, name: name in BOOK.templates)
        failures = Failures(opened.store, opened.vault, shelf(), QueueFailure(opened.handoff))
        thinker = Thinker(Talk().desk, shelf(), opened.clock, stands=stands)
        workers = Workers(opened.store, thinker, opened.hub, failures, limit=4, clock=opened.clock)
        workers.start()
        yield opened
        await workers.stop()


async def says(front: Front, sender: str, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
    """Write over the REST channel, and return what is answered."""
    metadata = {"message_id": message_id} if message_id else {}
    body = {"sender": sender, "message": text, "metadata": metadata}
    status, replies = await front.call("POST", "/webhooks/rest/webhook", body, key=None)
    assert status == 200, replies
    return list(replies)


def texts(replies: list[dict[str, Any]]) -> str:
    return "\n".join(reply["text"] for reply in replies)


async def handoffs(front: Front, conversation: str) -> int:
    async with front.database.tenant(TENANT) as conn:
        found = await conn.execute("select count(*) from handoffs where conversation_id = %s", [conversation])
        row = await found.fetchone()
    assert row is not None
    return int(row[0])


async def test_who_asks_again_reads_how_the_queue_stands_and_is_queued_once(front: Front) -> None:
    first = await says(front, "ulla", ASKS)
    again = await says(front, "ulla", ASKS, "m-2")
    same = await says(front, "ulla", ASKS, "m-2")

    conversation = first[0]["custom"]["conversation_id"]
    assert "None of my colleagues is at their desk" in texts(again)
    assert [reply["custom"]["kind"] for reply in again] == ["notice"]
    assert same == again
    assert await handoffs(front, conversation) == 1


async def test_who_has_a_person_already_reads_who_that_is(front: Front) -> None:
    conversation = (await says(front, "vera", ASKS))[0]["custom"]["conversation_id"]
    await claim(front.handoff, TENANT, conversation, AgentName(agent_id="runa", name="Runa"))

    again = await says(front, "vera", "agent please, a human")

    assert texts(again) == "A colleague, Runa, has your conversation and reads what you write here."
    status, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert (status, shown["status"], shown["owner"]["agent_id"]) == (200, "assigned", "runa")


@pytest.mark.parametrize("text", ["It is order 1042", "No, I don't need a human"])
async def test_what_is_meant_for_the_person_is_answered_by_nobody_else(front: Front, text: str) -> None:
    await says(front, f"wilma {text}", ASKS)
    assert await says(front, f"wilma {text}", text) == []
