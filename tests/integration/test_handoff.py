"""Passing a conversation to a person and back: one owner, one voice, nothing half done."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.handoff.context_package import ContextPackage
from app.handoff.outcomes import AgentName, Done, NotNow, OwnedBy
from app.handoff.service import claim, release, speak
from app.turns.store import Committed, LostFence
from graphs.events import CustomerSays, Released
from tests.integration.front import Draft, Front, Reply, open_front

RUNA = AgentName(agent_id="runa", name="Runa")
NILS = AgentName(agent_id="nils", name="Nils")
ROUNDS = 20


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def show(front: Front, conversation: str) -> dict[str, Any]:
    status, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert status == 200
    return dict(shown)


async def waiting(front: Front, customer: str) -> str:
    conversation = await front.says("I want to speak to someone", customer=customer)
    await front.hands_off(conversation)
    return conversation


async def test_the_assistants_handoff_comes_with_a_complete_context_package(front: Front) -> None:
    conversation = await front.says("The lamp is broken", customer="C-1001")
    await front.answers(conversation, "I am sorry.", sentiment=-0.2, intent="complaint")
    await front.says("Get me a person", customer="C-1001")
    await front.hands_off(conversation)

    shown = await show(front, conversation)
    context = ContextPackage.model_validate(shown["handoff"]["context"])

    assert shown["status"] == "escalating"
    assert shown["handoff"]["reason"] == "asked"
    assert context.customer.name == "Marta Lindqvist"
    assert context.conversation.primary_intent == "complaint"
    assert context.conversation.messages[0].content == "The lamp is broken"
    assert context.routing.required_skills == ["refunds"]
    assert context.routing.customer_tier_boost is True
    assert context.sentiment.current == pytest.approx(-0.2)


async def test_of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told_who(front: Front) -> None:
    for round_ in range(ROUNDS):
        conversation = await waiting(front, f"C-two-{round_}")

        first, second = await asyncio.gather(
            claim(front.handoff, "t1", conversation, RUNA), claim(front.handoff, "t1", conversation, NILS)
        )

        won = RUNA if isinstance(first, Done) else NILS
        lost = second if isinstance(first, Done) else first
        assert isinstance(lost, OwnedBy)
        assert lost.owner.agent_id == won.agent_id


async def test_claiming_ones_own_conversation_again_changes_nothing(front: Front) -> None:
    conversation = await waiting(front, "C-again")
    await claim(front.handoff, "t1", conversation, RUNA)
    before = await show(front, conversation)

    assert await claim(front.handoff, "t1", conversation, RUNA) == Done()
    assert (await show(front, conversation))["timeline"] == before["timeline"]


async def test_what_the_assistant_computes_while_an_agent_claims_is_never_sent(front: Front) -> None:
    conversation = await front.says("Where is it?", customer="C-cut")
    computing = await front.claim(conversation)
    await claim(front.handoff, "t1", conversation, RUNA)

    outcome = await front.commit(computing, Draft(replies=[Reply(text="Too late.")]))

    assert outcome == LostFence()
    assert "Too late." not in [entry["text"] for entry in (await show(front, conversation))["timeline"]]


async def test_the_message_under_way_at_the_cut_is_still_shown_to_the_agent(front: Front) -> None:
    conversation = await front.says("Is anybody there?", customer="C-kept")
    await front.claim(conversation)
    await claim(front.handoff, "t1", conversation, RUNA)

    again = await front.claim(conversation)
    assert isinstance(again.event, CustomerSays)
    assert isinstance(await front.commit(again, Draft()), Committed)

    assert "Is anybody there?" in [entry["text"] for entry in (await show(front, conversation))["timeline"]]


async def test_claim_and_commit_at_once_never_leave_a_reply_after_the_cut(front: Front) -> None:
    for round_ in range(ROUNDS):
        conversation = await front.says("Where is it?", customer=f"C-race-{round_}")
        computing = await front.claim(conversation)
        await asyncio.gather(
            front.commit(computing, Draft(replies=[Reply(text="Here it is.")])),
            claim(front.handoff, "t1", conversation, RUNA),
        )
        timeline = (await show(front, conversation))["timeline"]
        order = [entry["text"] for entry in timeline if entry["sender"] in ("assistant", "system")]
        cut = next(place for place, text in enumerate(order) if "took over" in text)

        assert "Here it is." not in order[cut:]


async def test_an_agents_message_is_sent_once_and_moves_the_conversation_on(front: Front) -> None:
    conversation = await waiting(front, "C-speak")
    await claim(front.handoff, "t1", conversation, RUNA)

    first, second = await asyncio.gather(
        speak(front.handoff, "t1", conversation, RUNA, "m1", "Hello"),
        speak(front.handoff, "t1", conversation, RUNA, "m1", "Hello"),
    )

    assert first == second
    shown = await show(front, conversation)
    assert shown["status"] == "human_handling"
    assert [e["sender_name"] for e in shown["timeline"] if e["sender"] == "agent"] == ["Runa"]


async def test_only_the_owner_writes(front: Front) -> None:
    conversation = await waiting(front, "C-owner")
    await claim(front.handoff, "t1", conversation, RUNA)

    assert isinstance(await speak(front.handoff, "t1", conversation, NILS, "m1", "Hello"), OwnedBy)
    assert isinstance(await release(front.handoff, "t1", conversation, NILS), OwnedBy)


async def test_nobody_writes_into_a_conversation_of_the_assistant(front: Front) -> None:
    conversation = await front.says("Hello", customer="C-mine")
    await front.answers(conversation, "Hello.")

    assert await speak(front.handoff, "t1", conversation, RUNA, "m1", "Hi") == NotNow(status="active")


async def test_release_gives_the_conversation_back_and_tells_the_assistant(front: Front) -> None:
    conversation = await waiting(front, "C-back")
    await claim(front.handoff, "t1", conversation, RUNA)
    await speak(front.handoff, "t1", conversation, RUNA, "m1", "I sent a new one.")

    assert await release(front.handoff, "t1", conversation, RUNA, "a new lamp is on its way") == Done()

    shown = await show(front, conversation)
    assert (shown["status"], shown["owner"], shown["handoff"]) == ("active", None, None)
    told = await front.claim(conversation)
    assert told.event == Released(agent_name="Runa", note="a new lamp is on its way")


async def test_a_conversation_can_be_handed_over_again_after_its_release(front: Front) -> None:
    conversation = await waiting(front, "C-twice")
    await claim(front.handoff, "t1", conversation, RUNA)
    await release(front.handoff, "t1", conversation, RUNA)
    await front.answers(conversation, "I am back.")

    status, asked = await front.call("POST", f"/api/v1/conversations/{conversation}/handoff", {})
    again = await front.call("POST", f"/api/v1/conversations/{conversation}/handoff", {})

    assert status == 202
    assert again == (202, asked)
    shown = await show(front, conversation)
    assert shown["handoff"]["handoff_id"] == asked["handoff_id"]
    assert shown["handoff"]["context"]["customer"]["previous_escalations"] == 1
    assert shown["timeline"][-1]["hold"] is True


async def test_taking_over_from_the_assistant_writes_a_handoff_too(front: Front) -> None:
    conversation = await front.says("Hello", customer="C-over")
    await front.answers(conversation, "Hello.")

    await claim(front.handoff, "t1", conversation, RUNA)

    shown = await show(front, conversation)
    assert shown["handoff"]["reason"] == "taken_over"
    assert shown["owner"] == {"agent_id": "runa", "name": "Runa"}
