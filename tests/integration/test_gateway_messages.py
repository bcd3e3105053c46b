"""Messages through the front door: stored once, answered in the same request, by whoever has the right."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.front import Draft, Front, Notice, Reply, give_key, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


def message(**more: Any) -> dict[str, Any]:
    return {"channel": "web", "message_id": secrets.token_hex(8), "text": "Where is it?", **more}


def rest(sender: str, text: str = "Where is it?", **metadata: Any) -> dict[str, Any]:
    return {"sender": sender, "message": text, "metadata": metadata}


async def due(front: Front) -> str:
    """Wait for the thread of the one message that is due."""
    while True:
        async with front.database.tenant("t1") as conn:
            row = await (
                await conn.execute("select thread_id from threads where head_due_at is not null")
            ).fetchone()
        if row:
            return str(row[0])
        await asyncio.sleep(0.01)


async def test_a_message_is_stored_and_answered_with_its_seq(front: Front) -> None:
    status, stored = await front.call("POST", "/api/v1/messages", message(customer_id="C-1001"))

    assert status == 202
    assert stored["seq"] >= 1
    await front.answers(stored["conversation_id"], "On its way.")


async def test_the_same_message_id_is_the_same_message(front: Front) -> None:
    sent = message(customer_id="C-2002", text="Twice")
    first = await front.call("POST", "/api/v1/messages", sent)
    await front.answers(first[1]["conversation_id"], "Once.")

    again = await front.call("POST", "/api/v1/messages?wait=5", sent)

    assert again[0] == 200
    assert again[1]["duplicate"] is True
    assert again[1]["seq"] == first[1]["seq"]
    assert [reply["text"] for reply in again[1]["replies"]] == ["Once."]


async def test_the_same_message_id_with_another_text_is_refused(front: Front) -> None:
    sent = message(customer_id="C-2003", text="Cancel #1042")
    _, first = await front.call("POST", "/api/v1/messages", sent)
    await front.answers(first["conversation_id"], "Done.")

    other = {**sent, "text": "Cancel #1043"}
    status, problem = await front.call("POST", "/api/v1/messages", other)
    again = await front.call("POST", "/api/v1/messages", sent)

    assert (status, problem["type"]) == (409, "/problems/other-message")
    assert again == (202, first), "the first text stays the message"


async def test_the_rest_channel_refuses_another_text_under_the_same_id(front: Front) -> None:
    asking = asyncio.create_task(
        front.call("POST", "/webhooks/rest/webhook", rest("olga", "One", message_id="m-1"), key=None)
    )
    await front.answers(await due(front), "Yes.")
    first = await asking

    other = await front.call(
        "POST", "/webhooks/rest/webhook", rest("olga", "Two", message_id="m-1"), key=None
    )
    again = await front.call(
        "POST", "/webhooks/rest/webhook", rest("olga", "One", message_id="m-1"), key=None
    )

    assert (other[0], other[1]["type"]) == (409, "/problems/other-message")
    assert again == first


@pytest.mark.parametrize("field", ["customer_id", "message_id"])
@pytest.mark.parametrize("value", [7, True, ["C-1001"], {"id": "C-1001"}, "a" * 201])
async def test_an_id_in_the_metadata_is_a_short_text(front: Front, field: str, value: Any) -> None:
    sent = rest("ida", **{field: value})

    status, problem = await front.call("POST", "/webhooks/rest/webhook", sent, key=None)

    assert (status, problem["type"]) == (422, "/problems/wrong-fields")
    assert [error["field"] for error in problem["errors"]] == [f"metadata.{field}"]


async def test_with_wait_the_answer_comes_in_the_same_response(front: Front) -> None:
    asking = asyncio.create_task(
        front.call("POST", "/api/v1/messages?wait=10", message(customer_id="C-3003"))
    )
    conversation = await due(front)
    await front.answers(conversation, "Tomorrow.", sentiment=-0.4, intent="order_track")

    status, answer = await asking

    assert status == 200
    reply = answer["replies"][0]
    assert reply["text"] == "Tomorrow."
    assert reply["sender"] == "assistant"
    assert reply["intent"] is None, "what only the company reads must not reach the customer"


async def test_a_started_actions_first_report_is_waited_for(front: Front) -> None:
    asking = asyncio.create_task(
        front.call("POST", "/api/v1/messages?wait=10", message(customer_id="C-4004", text="Refund"))
    )
    conversation = await due(front)
    action = await front.wants_approval(conversation)

    status, answer = await asking

    assert action.startswith(conversation)
    assert status == 200
    assert [reply["text"] for reply in answer["replies"]] == ["A colleague checks it."]


async def test_what_an_action_reports_at_once_joins_the_answer(front: Front) -> None:
    asking = asyncio.create_task(
        front.call("POST", "/api/v1/messages?wait=10", message(customer_id="C-4104", text="Cancel"))
    )
    conversation = await due(front)
    claim = await front.claim(conversation)
    await front.commit(claim, _starting(conversation))
    report = Draft(notices=[Notice(text="It is cancelled.", template="cancel_done")])
    await front.commit(await front.claim(f"{conversation}:action:1"), report)

    _, answer = await asking

    assert [reply["text"] for reply in answer["replies"]] == ["I cancel it.", "It is cancelled."]
    assert answer["replies"][1]["kind"] == "notice"


def _starting(conversation: str) -> Draft:
    from graphs.draft import Proposal
    from graphs.events import ActionStarts

    start = ActionStarts(
        action_id=f"{conversation}:action:1", action="cancel_order", args={"order_id": "1090"}
    )
    proposal = Proposal(start=start, subject="1090", label="Cancel", confirm=False, approval=False)
    return Draft(replies=[Reply(text="I cancel it.")], proposals=[proposal])


async def test_the_rest_channel_answers_in_rasas_shape(front: Front) -> None:
    asking = asyncio.create_task(
        front.call("POST", "/webhooks/rest/webhook", rest("anna", customer_id="C-1001"), key=None)
    )
    conversation = await due(front)
    claim = await front.claim(conversation)
    await front.commit(claim, Draft(replies=[Reply(text="Shall I?", buttons=(("Yes", "/affirm"),))]))

    status, replies = await asking

    assert status == 200
    assert replies[0]["recipient_id"] == "anna"
    assert replies[0]["text"] == "Shall I?"
    assert replies[0]["buttons"] == [{"title": "Yes", "payload": "/affirm"}]
    assert replies[0]["custom"]["conversation_id"] == conversation


async def test_each_rest_sender_has_a_conversation_of_its_own(front: Front) -> None:
    seen = []
    for sender in ("one", "two", "one"):
        asking = asyncio.create_task(
            front.call("POST", "/webhooks/rest/webhook", rest(sender, customer_id="C-1001"), key=None)
        )
        conversation = await due(front)
        await front.answers(conversation, "Yes.")
        await asking
        seen.append(conversation)

    assert seen[0] == seen[2] != seen[1]


async def test_a_customer_id_without_a_key_is_refused_to_another_sites_page(front: Front) -> None:
    status, problem = await front.call(
        "POST",
        "/webhooks/rest/webhook",
        rest("eve", customer_id="C-1001"),
        key=None,
        headers={"Origin": "https://elsewhere.example"},
    )

    assert (status, problem["type"]) == (401, "/problems/sign-in-needed")


@pytest.mark.parametrize("header", [{"X-Forwarded-For": "10.0.0.9"}, {"Host": "shop.example"}])
async def test_a_proxied_request_does_not_count_as_local(front: Front, header: dict[str, str]) -> None:
    status, _ = await front.call(
        "POST", "/webhooks/rest/webhook", rest("eve", customer_id="C-1001"), key=None, headers=header
    )

    assert status == 401


async def test_a_key_without_the_scope_may_not_write_messages(front: Front) -> None:
    key = await give_key(front, "reader", ["conversations:read"])

    status, problem = await front.call("POST", "/api/v1/messages", message(), key=key)

    assert (status, problem["type"]) == (403, "/problems/not-allowed")


async def test_an_unknown_conversation_is_a_404(front: Front) -> None:
    status, problem = await front.call("POST", "/api/v1/messages", message(conversation_id="conv_none"))

    assert (status, problem["type"]) == (404, "/problems/no-such-conversation")


async def test_nothing_is_answered_while_a_person_owns_the_conversation(front: Front) -> None:
    conversation = await front.says("Hello?", customer="C-5005")
    await front.answers(conversation, "Hello.")
    status, _ = await front.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    assert status == 200

    asking = asyncio.create_task(
        front.call("POST", "/api/v1/messages?wait=10", message(conversation_id=conversation, text="Anyone?"))
    )
    await due(front)
    await front.answers(conversation)
    _, answer = await asking

    assert answer["replies"] == []


async def test_a_revoked_key_ends_within_ten_seconds(front: Front) -> None:
    from app.auth.repository import revoke_key

    key = await give_key(front, "short", ["conversations:read"])
    assert (await front.call("GET", "/api/v1/queue", key=key))[0] == 200
    async with front.database.tenant("t1") as conn:
        await revoke_key(conn, "t1", "short", front.clock())

    front.clock.ahead += timedelta(seconds=11)

    status, problem = await front.call("GET", "/api/v1/queue", key=key)
    assert (status, problem["type"]) == (401, "/problems/wrong-key")
