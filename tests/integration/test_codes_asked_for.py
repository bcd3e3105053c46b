"""Codes that the assistant sends, on the real database: each once, and again only when none went out."""

from collections.abc import AsyncIterator

import pytest

from app.identity.asked_for import CodesAskedFor
from app.identity.build import build_identities
from app.outbox.port import ChannelSender
from tests.integration.front import TENANT, Front, open_front
from tests.integration.test_identities import code_in, fresh_email, stranger, writes
from tests.talk import shelf
from tools.errors import BackendFailed, BackendRefused
from tools.spec import ActionKey, Caller


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
def codes(front: Front) -> CodesAskedFor:
    box: dict[str, ChannelSender] = {"email": front.box, "sms": front.box}
    asked = CodesAskedFor()
    asked.proving = build_identities(
        front.database, front.vault, front.hub, shelf(), front.clock, box
    ).proving
    return asked


async def caller_of(front: Front) -> Caller:
    conversation = await stranger(front)
    return Caller(tenant_id=TENANT, conversation_id=conversation, customer_id=None, verified=False)


async def test_one_key_sends_one_code_and_the_code_that_came_proves_the_address(
    front: Front, codes: CodesAskedFor
) -> None:
    caller, email, key = await caller_of(front), fresh_email(), ActionKey("conv:act:1")
    first = await codes.send(caller, email, key=key)
    again = await codes.send(caller, email, key=key)
    assert [one.address for one in front.box.taken].count(email) == 1

    await writes(front, "web", "there", code_in(front, email), conversation_id=caller.conversation_id)
    _, told = await front.call("GET", f"/api/v1/conversations/{caller.conversation_id}")

    assert first == again == await codes.sent_under(caller, key)
    assert (first.to.endswith("***@example.com"), first.minutes) == (True, 10)
    assert any("right code" in entry["text"] for entry in told["timeline"])


async def test_what_did_not_go_out_is_sent_under_the_same_key(front: Front, codes: CodesAskedFor) -> None:
    caller, email, key = await caller_of(front), fresh_email(), ActionKey("conv:act:2")
    front.box.shut = True
    with pytest.raises(BackendRefused, match="code_not_sent"):
        await codes.send(caller, email, key=key)
    front.box.shut = False

    assert await codes.sent_under(caller, key) is None
    await codes.send(caller, email, key=key)
    await writes(front, "web", "there", code_in(front, email), conversation_id=caller.conversation_id)
    _, told = await front.call("GET", f"/api/v1/conversations/{caller.conversation_id}")

    assert any("right code" in entry["text"] for entry in told["timeline"])


async def test_nobody_is_flooded_with_codes(front: Front, codes: CodesAskedFor) -> None:
    caller, email = await caller_of(front), fresh_email()
    for number in range(3):
        await codes.send(caller, email, key=ActionKey(f"conv:flood:{number}"))
    with pytest.raises(BackendRefused, match="too_many_codes"):
        await codes.send(caller, email, key=ActionKey("conv:flood:3"))


async def test_before_the_channels_are_connected_nothing_is_promised(front: Front) -> None:
    with pytest.raises(BackendFailed, match="still starting"):
        await CodesAskedFor().send(await caller_of(front), fresh_email(), key=ActionKey("conv:early:1"))


async def test_a_person_answers_on_the_channel_from_which_the_customer_wrote_last(
    front: Front, codes: CodesAskedFor
) -> None:
    caller, email, key = await caller_of(front), fresh_email(), ActionKey("conv:act:follows")
    await codes.send(caller, email, key=key)
    await writes(front, "web", "there", code_in(front, email), conversation_id=caller.conversation_id)
    await front.answers(caller.conversation_id)
    conversation = await writes(front, "email", email, "And by mail.")
    await front.answers(conversation)

    runa = await front.sign_in("runa")
    await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    path = f"/api/v1/agents/runa/conversations/{conversation}/messages"
    await runa.call("POST", path, {"message_id": "m1", "text": "Hello by mail."})
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    await runa.session.close()

    assert conversation == caller.conversation_id
    assert shown["channel"] == "email"
    last = shown["timeline"][-1]
    assert (last["text"], last["channel"]) == ("Hello by mail.", "email")
