"""The reference client of apps against the engine's own socket: tokens, queues, lines that break."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from examples.mobile.client import Chat, Kept, Refused
from tests.integration.front import Front, open_front

TOKENS = "/api/v1/identity/tokens"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def token_for(front: Front, customer: str) -> dict[str, str]:
    status, made = await front.call("POST", TOKENS, {"customer_id": customer, "channel": "mobile"})
    assert status == 201, made
    return dict(made)


@contextlib.asynccontextmanager
async def app(front: Front, kept: Kept) -> AsyncIterator[Chat]:
    """An app in front, until the block is left."""
    chat = Chat(server=front.url, kept=kept, http=front.session)
    line = asyncio.create_task(chat.run())
    yield chat
    line.cancel()
    await asyncio.gather(line, return_exceptions=True)


async def acknowledged(chat: Chat) -> None:
    async with asyncio.timeout(10):
        while chat.kept.unsent:
            chat._changed.clear()
            await chat._changed.wait()


async def test_an_app_is_the_customer_its_server_vouches_for_and_goes_on_where_they_were(
    front: Front,
) -> None:
    begun = await front.says("Hello from the site", customer="C-app")
    await front.answers(begun, "Hello.")
    made = await token_for(front, "C-app")
    async with app(front, Kept(token=made["token"])) as chat:
        await chat.until("Hello.")
        await chat.say("And from the app")
        await acknowledged(chat)
        await front.answers(begun, "I see.")
        await chat.until("I see.")

    _, shown = await front.call("GET", f"/api/v1/conversations/{begun}")
    assert made["conversation_id"] == begun
    assert [one["channel"] for one in shown["timeline"] if one["sender"] == "customer"][-1] == "mobile"
    assert shown["verified"] is True


async def test_what_was_written_without_a_line_goes_out_once_and_a_restart_loses_nothing(
    front: Front,
) -> None:
    made = await token_for(front, "C-tunnel")
    kept = Kept(token=made["token"])
    await Chat(server=front.url, kept=kept, http=front.session).say("Written in a tunnel")

    async with app(front, kept) as chat:
        await acknowledged(chat)
        conversation = str(chat.conversation_id)
        await front.answers(conversation, "Arrived.")
        await chat.until("Arrived.")
    async with app(front, kept) as again:
        await again.until("Arrived.")

    said = [line.text for line in again.lines.values() if line.sender == "customer"]
    assert said == ["Written in a tunnel"]


async def test_why_a_message_or_a_file_is_not_taken_reaches_the_app(front: Front) -> None:
    made = await token_for(front, "C-refused")
    async with app(front, Kept(token=made["token"])) as chat:
        empty = await chat.say("")
        await acknowledged(chat)
        with pytest.raises(Refused):
            await chat.bring("setup.png", b"MZ\x90\x00 a program")

    assert chat.refused[empty]


async def test_only_programs_with_the_right_make_tokens(front: Front) -> None:
    runa = await front.sign_in("runa")
    status, problem = await runa.call("POST", TOKENS, {"customer_id": "C-1001"})
    await runa.session.close()
    assert (status, problem["type"].rpartition("/")[2]) == (403, "not-allowed")
