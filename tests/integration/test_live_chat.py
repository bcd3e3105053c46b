"""A conversation that people answer in another chat system: pushed whole, kept in step, closed from there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from app.handoff.external.bridge import Bridge
from app.handoff.external.build import build_bridge
from app.handoff.external.router import build_router
from app.handoff.queueing import QueueHandoff
from app.live_chat_settings import LiveChatSettings
from app.problems import speak_problems
from app.settings import SettingsInvalid, load_settings
from app.turns.store import TurnStore
from tests.integration.front import Front, open_front, serving
from tests.peers.salesiq import APP, DEPARTMENT, SCREEN, SalesIqPeer, serve


@dataclass
class Desk:
    """Our own front, the portal beside it, and the bridge between them."""

    front: Front
    portal: SalesIqPeer
    bridge: Bridge
    url: str
    """Where the portal sends its events."""

    async def handed_over(self, customer: str, *said: str) -> str:
        """Let a customer write and be handed over."""
        for text in said[:-1]:
            conversation = await self.front.says(text, customer=customer)
            await self.front.answers(conversation, f"About “{text}”: yes.")
        conversation = await self.front.says(said[-1], customer=customer)
        await self.front.hands_off(conversation)
        return conversation

    async def pushed(self, customer: str, *said: str) -> tuple[str, str]:
        """Hand over and push; returns the conversation and its chat in the portal."""
        conversation = await self.handed_over(customer, *said)
        await self.bridge.visit("t1")
        chat = next(i for i, one in self.portal.chats.items() if one["visitor"]["user_id"] == conversation)
        return conversation, chat

    async def sends(self, body: bytes, signature: str | None) -> tuple[int, Any]:
        """Deliver a webhook call."""
        headers = {"x-siqsignature": signature} if signature else {}
        async with self.front.session.post(self.url, data=body, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def shown(self, conversation: str) -> dict[str, Any]:
        """The conversation as the console shows it."""
        _, shown = await self.front.call("GET", f"/api/v1/conversations/{conversation}")
        return dict(shown)


@pytest.fixture(scope="module")
async def desk(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    portal = SalesIqPeer()
    async with open_front(database, tmp_path_factory.mktemp("front")) as front, serve(portal) as address:
        settings = LiveChatSettings(
            live_chat="salesiq",
            salesiq_url=address,
            salesiq_accounts_url=address,
            salesiq_screen_name=SCREEN,
            salesiq_app_id=APP,
            salesiq_department_id=DEPARTMENT,
            salesiq_client_id="1000.client",
            salesiq_client_secret=SecretStr("shh"),
            salesiq_refresh_token=SecretStr("1000.refresh"),
            salesiq_public_key=portal.public_key.decode(),
        )
        front.handoff = replace(front.handoff, external="salesiq")
        front.store = TurnStore(
            front.database, front.vault, open_handoff=QueueHandoff(front.handoff), clock=front.clock
        )
        bridge = build_bridge(settings, front.session, front.handoff)
        assert bridge is not None
        app = FastAPI()
        speak_problems(app)
        app.include_router(build_router(bridge, "t1"))
        async with serving(app) as url:
            yield Desk(front, portal, bridge, f"{url}/webhooks/live-chat/salesiq")


async def test_the_whole_history_is_pushed_and_the_owner_is_the_other_system(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-push", "Where is my refund?", "I want a person")

    told = desk.portal.chats[chat]
    assert told["question"] == "I want a person"
    assert told["customer_info"]["priority"] == "high"
    history = "\n".join(told["messages"])
    for said in ("Customer: Where is my refund?", "Assistant: About “Where is my refund?”: yes."):
        assert said in history
    shown = await desk.shown(conversation)
    assert (shown["status"], shown["owner"]["agent_id"]) == ("assigned", "external:salesiq")


async def test_a_token_that_ran_out_with_a_400_is_renewed_and_nothing_is_lost(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-token", "A person please")
    before = desk.portal.refreshed
    desk.portal.tokens = set()
    await desk.front.says("Are you there?", customer="C-token")
    await desk.front.answers(conversation)
    await desk.bridge.visit("t1")

    assert desk.portal.written(chat)[-1] == "Are you there?"
    assert desk.portal.refreshed == before + 1


async def test_what_the_operator_writes_stands_in_the_timeline_once(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-said", "A person please")
    body, signature = desk.portal.signed(
        "conversation.operator.replied",
        chat,
        message={"id": "m-1", "text": "Hi, Patricia here.", "sender": {"name": "Patricia"}},
    )
    for _ in range(2):
        assert await desk.sends(body, signature) == (200, {"known": True})

    shown = await desk.shown(conversation)
    said = [one for one in shown["timeline"] if one["text"] == "Hi, Patricia here."]
    assert [(one["sender"], one["sender_name"], one["direction"]) for one in said] == [
        ("agent", "Patricia", "outbound")
    ]
    assert shown["status"] == "human_handling"


async def test_closing_there_resolves_here_and_the_assistant_answers_again(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-closed", "A person please")
    await desk.sends(*desk.portal.signed("conversation.attended", chat))
    await desk.sends(*desk.portal.signed("conversation.completed", chat, status="Closed"))
    shown = await desk.shown(conversation)
    assert (shown["status"], shown["owner"]) == ("resolved", None)
    await desk.front.says("One more thing", customer="C-closed")
    await desk.front.answers(conversation, "Yes?")
    assert (await desk.shown(conversation))["status"] == "active"
    late = desk.portal.signed("conversation.operator.replied", chat, message={"id": "m-9", "text": "Late"})
    assert await desk.sends(*late) == (200, {"known": True})
    assert "Late" not in [one["text"] for one in (await desk.shown(conversation))["timeline"]]


async def test_a_chat_that_nobody_took_there_waits_in_our_own_queue(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-missed", "A person please")
    await desk.sends(*desk.portal.signed("conversation.missed", chat))

    shown = await desk.shown(conversation)
    assert (shown["status"], shown["owner"]) == ("escalating", None)
    assert (await desk.front.call("POST", f"/api/v1/agents/runa/claim/{conversation}"))[0] == 200


async def test_a_forged_or_changed_call_is_refused_and_changes_nothing(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-forged", "A person please")
    before = await desk.shown(conversation)
    body, signature = desk.portal.signed("conversation.completed", chat)
    forged = SalesIqPeer().signature(body)
    for changed, by, slug in (
        (body, None, "signature-missing"),
        (body, forged, "signature-wrong"),
        (body, "no base64!", "signature-wrong"),
        (body.replace(b"completed", b"attended "), signature, "signature-wrong"),
    ):
        status, told = await desk.sends(changed, by)
        assert (status, told["type"]) == (401, f"/problems/{slug}")
    odd = orjson.dumps(["no", "event"])
    assert (await desk.sends(odd, desk.portal.signature(odd)))[0] == 422
    assert await desk.shown(conversation) == before
    assert await desk.sends(*desk.portal.signed("conversation.completed", "404")) == (200, {"known": False})


async def test_while_the_other_system_is_away_our_own_agents_can_take_the_conversation(desk: Desk) -> None:
    desk.portal.down = True
    conversation = await desk.handed_over("C-away", "A person please")
    try:
        await desk.bridge.visit("t1")
        assert (await desk.shown(conversation))["status"] == "escalating"
        assert (await desk.front.call("POST", f"/api/v1/agents/runa/claim/{conversation}"))[0] == 200
    finally:
        desk.portal.down = False
    desk.front.clock.ahead += timedelta(minutes=1)
    await desk.bridge.visit("t1")
    chats = [one["visitor"]["user_id"] for one in desk.portal.chats.values()]
    assert conversation not in chats
    assert (await desk.shown(conversation))["owner"]["agent_id"] == "runa"


async def test_who_answers_there_is_told_when_a_supervisor_takes_the_conversation_here(desk: Desk) -> None:
    conversation, chat = await desk.pushed("C-barge", "A person please")
    assert (await desk.front.call("POST", f"/api/v1/agents/tove/barge-in/{conversation}"))[0] == 204
    desk.front.clock.ahead += timedelta(minutes=1)
    await desk.bridge.visit("t1")

    assert "our own desk" in desk.portal.written(chat)[-1]
    status, _ = await desk.sends(
        *desk.portal.signed("conversation.operator.replied", chat, message={"id": "x", "text": "Me too"})
    )
    assert status == 200
    assert "Me too" not in [one["text"] for one in (await desk.shown(conversation))["timeline"]]


def test_a_half_configured_chat_system_says_what_is_missing() -> None:
    with pytest.raises(SettingsInvalid, match="FRONTDESK_SALESIQ_APP_ID"):
        load_settings(live_chat="salesiq", salesiq_screen_name="kessel")


def test_a_key_that_is_none_is_refused_at_the_start_and_not_with_the_first_call() -> None:
    with pytest.raises(SettingsInvalid, match=r"FRONTDESK_SALESIQ_PUBLIC_KEY.*no RSA public key"):
        load_settings(salesiq_public_key="not a key")
