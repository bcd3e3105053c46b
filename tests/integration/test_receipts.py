"""What was read is told to the other side, and kept for whoever comes back."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from app.sessions.keeping import SessionDeps, Sessions
from tests.integration.front import TENANT, Front, open_front
from tests.integration.test_typing import until
from tests.talk import shelf


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
def sessions(front: Front) -> Sessions:
    deps = SessionDeps(
        tenants=front.database,
        vault=front.vault,
        hub=front.hub,
        books=shelf(),
        clock=front.clock,
        signs=front.signs,
    )
    return Sessions(deps)


async def test_both_sides_see_what_the_other_has_read(front: Front, sessions: Sessions) -> None:
    runa = await front.sign_in("runa")
    async with front.session.ws_connect(f"{front.url}/ws/chat") as customer:
        await customer.send_str(orjson.dumps({"type": "hello", "customer_id": "C-reads"}).decode())
        welcome = await until(customer, "welcome")
        conversation = welcome["conversation_id"]
        await customer.send_str(orjson.dumps({"type": "message", "id": "m1", "text": "Hello"}).decode())
        await until(customer, "ack")
        await front.answers(conversation, "Hello.")
        said = (await until(customer, "entry"))["entry"]
        await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
        await runa.call("POST", f"/api/v1/conversations/{conversation}/read", {"entry_no": said["entry_no"]})
        seen = await until(customer, "seen")

        with front.hub.typing.in_tenant(TENANT) as signs:
            await customer.send_str('{"type":"read","entry_no":2}')
            sign = await asyncio.wait_for(signs.get(), 10)
        await sessions.visit(TENANT)
        _, shown = await runa.call("GET", f"/api/v1/conversations/{conversation}/sessions")
    async with front.session.ws_connect(f"{front.url}/ws/chat") as again:
        await again.send_str(orjson.dumps({"type": "hello", "token": welcome["token"]}).decode())
        told_again = await until(again, "seen")

    assert (seen["entry_no"], seen["by"]) == (said["entry_no"], "Runa")
    assert told_again == seen
    assert (sign.who, sign.read_no) == ("customer", 2)
    assert shown["read_no"] == 2
    await runa.session.close()


async def test_nobody_has_read_what_was_not_said(front: Front, sessions: Sessions) -> None:
    conversation = await front.says("Hello", customer="C-ahead")
    await front.answers(conversation, "Hello.")
    front.signs.reads(TENANT, conversation, 900, front.clock())
    await sessions.visit(TENANT)

    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}/sessions")
    assert shown["read_no"] == 2
