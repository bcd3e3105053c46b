"""One conversation in full over a real database: every line whole, who writes, what stands out."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.handoff.outcomes import AgentName, Done
from app.handoff.passing.letting_go import resolve
from app.handoff.service import claim
from graphs.draft import Draft, Reply
from tests.integration.front import TENANT, Front, open_front

RUNA = AgentName(agent_id="runa", name="Runa")
few = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
channels = st.sampled_from(["web", "rest", "email", "sms", "voice"])
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def shown(front: Front, conversation: str) -> dict[str, Any]:
    status, answer = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert status == 200, answer
    return dict(answer)


async def writes(front: Front, message_id: str, channel: str, text: str) -> str:
    """A message of the one customer of these tests, on any channel."""
    body = {"channel": channel, "message_id": message_id, "text": text, "customer_id": "C-1001"}
    status, stored = await front.call("POST", "/api/v1/messages", {**body, "address": f"marta-{channel}"})
    assert status == 202, stored
    return str(stored["conversation_id"])


numbers = iter(range(10**9))


@few
@given(
    st.lists(
        st.tuples(channels, texts, st.floats(-1, 1), st.sampled_from(["order_track", "complaint"])),
        min_size=1,
        max_size=2,
    )
)
async def test_every_message_of_every_channel_stands_in_the_timeline_with_all_that_is_known(
    front: Front, messages: list[tuple[str, str, float, str]]
) -> None:
    """Feature: omnichannel-cx-platform, Property 33: Unified Timeline Completeness."""
    conversation = ""
    for channel, text, sentiment, intent in messages:
        conversation = await writes(front, f"m-{next(numbers)}", channel, text)
        draft = Draft(replies=[Reply(text=f"You wrote: {text}")], sentiment=sentiment, intent=intent)
        await front.commit(await front.claim(conversation), draft)

    status, page = await front.call(
        "GET", f"/api/v1/conversations/{conversation}/entries?before={2**40}&limit={2 * len(messages)}"
    )

    assert status == 200
    lines = page["items"]
    assert all(line["timestamp"] and line["message_id"] for line in lines)
    assert [
        (line["channel"], line["text"], round(line["sentiment"], 4), line["intent"])
        for line in lines
        if line["direction"] == "inbound"
    ] == [(channel, text, round(sentiment, 4), intent) for channel, text, sentiment, intent in messages]
    assert [line["text"] for line in lines if line["direction"] == "outbound"] == [
        f"You wrote: {text}" for _, text, _, _ in messages
    ]


@few
@given(st.sampled_from(["C-1001", "C-2002", None]), channels)
async def test_who_reads_a_conversation_reads_who_writes_what_was_bought_and_what_was_before(
    front: Front, customer: str | None, channel: str
) -> None:
    """Feature: omnichannel-cx-platform, Property 34: Customer Profile Availability."""
    before = await front.says("an earlier matter", sender=f"{channel}-{customer}", customer=customer)
    await end(front, before)
    now = await front.says("another matter", sender=f"{channel}-{customer}", customer=customer)

    profile = (await shown(front, now))["profile"]

    assert {"customer_id", "name", "email", "phone", "tier", "language"} <= set(profile)
    assert profile["external_id"] == customer
    assert [order["order_id"] for order in profile["purchase_history"]] == (
        ["1042"] if customer == "C-1001" else []
    )
    assert before in [issue["conversation_id"] for issue in profile["previous_issues"]]
    assert now not in [issue["conversation_id"] for issue in profile["previous_issues"]]
    await end(front, now)


async def end(front: Front, conversation: str) -> None:
    async with front.database.tenant(TENANT) as conn:
        await conn.execute(
            "update conversations set status = 'archived', owner_id = null where conversation_id = %s",
            [conversation],
        )


def highlights(conversation: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(line["sender"], line["highlight"]) for line in conversation["timeline"] if line["highlight"]]


async def test_what_stands_out_is_marked_also_while_a_person_has_the_conversation(front: Front) -> None:
    conversation = await front.says("hello", sender="mood", customer=None)
    await front.answers(conversation, "Hello.", sentiment=0.4)
    await front.says("a person, please", sender="mood", customer=None)
    await front.hands_off(conversation)
    await claim(front.handoff, TENANT, conversation, RUNA)
    await front.says("this is terrible", sender="mood", customer=None)
    await front.commit(await front.claim(conversation), Draft(sentiment=-0.5))
    assert await resolve(front.handoff, TENANT, conversation, RUNA) == Done()

    assert highlights(await shown(front, conversation)) == [
        ("customer", "escalation"),
        ("customer", "drop"),
        ("system", "resolution"),
    ]


async def test_a_person_asked_for_over_the_api_stands_out_too(front: Front) -> None:
    conversation = await front.says("hello", sender="api", customer=None)
    await front.answers(conversation, "Hello.")
    asked = {"reason": "the shop asks for one"}
    assert (await front.call("POST", f"/api/v1/conversations/{conversation}/handoff", asked))[0] == 202
    assert ("system", "escalation") in highlights(await shown(front, conversation))


async def test_what_was_bought_is_for_those_who_may_read_customers(front: Front) -> None:
    conversation = await front.says("hello", sender="seen", customer="C-1001")
    browser = await front.sign_in("runa")
    status, seen = await browser.call("GET", f"/api/v1/conversations/{conversation}")
    await browser.session.close()
    assert (status, seen["profile"]["purchase_history"][0]["product"]) == (200, "Lamp")
