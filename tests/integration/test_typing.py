"""Who writes is told to the other side while it goes on, and to nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from tests.integration.front import Front, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def until(socket: aiohttp.ClientWebSocketResponse, kind: str, **facts: Any) -> dict[str, Any]:
    """Return the first frame of a kind that says this."""
    while True:
        frame: dict[str, Any] = orjson.loads(await socket.receive_str(timeout=10))
        if frame["type"] == kind and facts.items() <= frame.items():
            return frame


async def test_both_sides_see_that_the_other_writes(front: Front) -> None:
    runa = await front.sign_in("runa")
    async with (
        front.session.ws_connect(f"{front.url}/ws/chat") as customer,
        front.session.ws_connect(f"{front.url}/ws/console", headers={"X-API-Key": front.key}) as console,
    ):
        await customer.send_str(orjson.dumps({"type": "hello", "customer_id": "C-1001"}).decode())
        conversation = (await until(customer, "welcome"))["conversation_id"]
        await customer.send_str(orjson.dumps({"type": "message", "id": "m1", "text": "Hello"}).decode())
        await until(customer, "ack")
        await front.answers(conversation, "Hello.")
        await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
        await console.send_str('{"type":"ping"}')
        await until(console, "pong")

        await customer.send_str('{"type":"typing"}')
        told = await until(console, "typing")
        code, _ = await runa.call("POST", f"/api/v1/conversations/{conversation}/typing")
        await until(customer, "working", on=True)

    assert (told["conversation_id"], told["who"]) == (conversation, "customer")
    assert code == 204
    await runa.session.close()


async def test_writing_in_a_colleague_s_conversation_is_told_to_nobody(front: Front) -> None:
    nils = await front.sign_in("nils")
    conversation = await front.says("Hello", customer="C-quiet")
    await front.answers(conversation)
    with front.hub.typing.in_conversation(conversation) as typings:
        code, _ = await nils.call("POST", f"/api/v1/conversations/{conversation}/typing")

    assert (code, typings.empty()) == (204, True)
    await nils.session.close()
