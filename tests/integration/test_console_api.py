"""The console's lists and views: who waits and why, everything about a conversation, its orders."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.front import Draft, Front, Reply, give_key, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def get(front: Front, path: str) -> Any:
    status, answer = await front.call("GET", path)
    assert status == 200, answer
    return answer


async def ids(front: Front, path: str) -> list[str]:
    return [row["conversation_id"] for row in (await get(front, path))["items"]]


async def test_a_row_says_who_waits_and_why(front: Front) -> None:
    conversation = await front.says("I want to speak to someone", customer="C-1001")
    await front.hands_off(conversation, "sentiment", priority="urgent")

    rows = (await get(front, "/api/v1/conversations?status=waiting"))["items"]

    row = next(row for row in rows if row["conversation_id"] == conversation)
    assert row["customer"] == {"name": "Marta Lindqvist", "tier": "gold", "language": "en"}
    assert row["preview"] == "I want to speak to someone"
    assert row["reasons"] == [{"kind": "sentiment", "text": "asked for a person"}]
    assert row["waiting_since"]
    assert row["sla_due_at"]
    assert row["verified"] is True


async def test_the_queue_counts_by_priority(front: Front) -> None:
    before = await get(front, "/api/v1/queue")
    for customer, priority in (("C-q1", "urgent"), ("C-q2", "normal"), ("C-q3", "normal")):
        conversation = await front.says("A person", customer=customer)
        await front.hands_off(conversation, priority=priority)
    front.clock.ahead += timedelta(seconds=30)

    after = await get(front, "/api/v1/queue")

    assert after["total_queued"] == before["total_queued"] + 3
    assert after["queued_by_urgency"]["normal"] == before["queued_by_urgency"]["normal"] + 2
    assert after["average_wait_s"] >= 30


async def test_the_most_urgent_waits_first_and_pages_never_overlap(front: Front) -> None:
    for number in range(7):
        conversation = await front.says("A person", customer=f"C-u{number}")
        await front.hands_off(conversation)
        async with front.database.tenant("t1") as conn:
            await conn.execute(
                "update conversations set urgency = %s where conversation_id = %s",
                [number % 3 + 2.5, conversation],
            )

    seen, cursor = [], ""
    while True:
        page = await get(front, f"/api/v1/conversations?status=waiting&limit=3{cursor}")
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert [row["urgency"] for row in seen] == sorted((row["urgency"] for row in seen), reverse=True)
    found = [row["conversation_id"] for row in seen]
    assert len(found) == len(set(found))
    assert found == await ids(front, "/api/v1/conversations?status=waiting&limit=200")


async def test_the_newest_comes_first_elsewhere_and_every_row_comes_once(front: Front) -> None:
    seen, cursor = [], ""
    while True:
        page = await get(front, f"/api/v1/conversations?limit=2{cursor}")
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"

    times = [row["updated_at"] for row in seen]
    assert times == sorted(times, reverse=True)
    assert len({row["conversation_id"] for row in seen}) == len(seen)


async def test_mine_are_the_conversations_of_the_agent_who_asks(front: Front) -> None:
    conversation = await front.says("A person", customer="C-mine")
    await front.hands_off(conversation)
    runa, nils = await front.sign_in("runa"), await front.sign_in("nils")
    assert (await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}"))[0] == 200

    _, own = await runa.call("GET", "/api/v1/conversations?status=mine")
    _, others = await nils.call("GET", "/api/v1/conversations?status=mine")

    assert [row["owner"]["name"] for row in own["items"]] == ["Runa"]
    assert others["items"] == []
    _, me = await runa.call("GET", "/api/v1/auth/me")
    assert me["load"] == 1
    assert conversation in await ids(front, "/api/v1/agents/runa/conversations")
    await runa.session.close()
    await nils.session.close()


async def test_a_conversation_with_a_pending_approval_is_listed_with_that_reason(front: Front) -> None:
    conversation = await front.says("Refund", customer="C-appr")
    await front.wants_approval(conversation)

    rows = (await get(front, "/api/v1/conversations?status=approvals"))["items"]

    row = next(row for row in rows if row["conversation_id"] == conversation)
    assert row["approvals_pending"] == 1
    assert row["reasons"][0]["kind"] == "approval"


async def test_a_conversation_shows_what_was_said_understood_and_done(front: Front) -> None:
    conversation = await front.says("Where is order 1042?", customer="C-view")
    claim = await front.claim(conversation)
    understanding = {
        "intent": "order_track",
        "ranking": [{"name": "order_track", "confidence": 0.93}],
        "entities": [{"entity": "order_number", "value": "1042"}],
    }
    draft = Draft(replies=[Reply(text="Delivered.")], sentiment=0.1, intent="order_track", confidence=0.93)
    await front.commit(claim, draft, understanding=understanding)

    shown = await get(front, f"/api/v1/conversations/{conversation}")

    assert [entry["sender"] for entry in shown["timeline"]] == ["customer", "assistant"]
    assert shown["timeline"][0]["intent"] == "order_track"
    assert shown["intents"] == [{"name": "order_track", "confidence": 0.93}]
    assert shown["entities"] == [{"entity": "order_number", "value": "1042"}]
    assert shown["sentiment"]["timeline"][0]["score"] == pytest.approx(0.1)
    assert "Where is order 1042?" in shown["summary"]
    assert shown["profile"]["external_id"] == "C-view"


async def test_the_why_of_a_reply_holds_stages_beside_their_budgets(front: Front) -> None:
    conversation = await front.says("Where is it?", customer="C-why")
    claim = await front.claim(conversation)
    stages = [{"name": "understand", "start_ms": 0.1, "ms": 4.2}, {"name": "dance", "start_ms": 5, "ms": 1}]
    await front.commit(
        claim, Draft(replies=[Reply(text="There.")]), stages=stages, route={"rule": 12}, replies=["There."]
    )

    why = await get(front, f"/api/v1/conversations/{conversation}/turns/{claim.seq}/why")

    assert why["stages"][0] == {"name": "understand", "start_ms": 0.1, "ms": 4.2, "budget_ms": 50}
    assert why["stages"][1]["budget_ms"] is None
    assert (why["why"], why["route"], why["replies"]) == ("message", {"rule": 12}, ["There."])
    assert why["book_version"] == "b1"


async def test_the_why_of_an_actions_turn_is_found_by_its_thread(front: Front) -> None:
    conversation = await front.says("Refund", customer="C-why2")
    thread = await front.wants_approval(conversation)

    why = await get(front, f"/api/v1/conversations/{conversation}/turns/1/why?thread={thread}")

    assert (why["thread_id"], why["why"]) == (thread, "start")


async def test_a_customers_orders_come_from_the_companys_systems(front: Front) -> None:
    conversation = await front.says("Hello", customer="C-1001")
    profile = (await get(front, f"/api/v1/conversations/{conversation}"))["profile"]

    by_our_id = await get(front, f"/api/v1/customers/{profile['customer_id']}/orders")
    by_their_id = await get(front, "/api/v1/customers/C-1001/orders")

    assert by_our_id == by_their_id
    assert by_our_id["items"][0]["order_id"] == "1042"


async def test_agents_are_listed_with_their_load_and_status(front: Front) -> None:
    nils = await front.sign_in("nils")
    status, _ = await nils.call("PATCH", "/api/v1/agents/me/status", {"status": "away"})
    assert status == 200

    people = {agent["agent_id"]: agent for agent in (await get(front, "/api/v1/agents"))["items"]}

    assert set(people) == {"runa", "nils", "tove"}
    assert people["nils"]["status"] == "away"
    assert people["nils"]["email"] == "nils@example.com"
    await nils.session.close()


async def test_an_agent_acts_only_as_oneself_and_a_supervisor_for_others(front: Front) -> None:
    conversation = await front.says("A person", customer="C-for")
    await front.hands_off(conversation)
    nils, tove = await front.sign_in("nils"), await front.sign_in("tove")

    refused = await nils.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    assigned = await tove.call("POST", f"/api/v1/agents/nils/claim/{conversation}")

    assert (refused[0], refused[1]["type"]) == (403, "/problems/not-yours")
    assert (assigned[0], assigned[1]["owner"]["agent_id"]) == (200, "nils")
    await nils.session.close()
    await tove.session.close()


async def test_the_second_agent_is_told_who_has_the_conversation(front: Front) -> None:
    conversation = await front.says("A person", customer="C-409")
    await front.hands_off(conversation)
    await front.call("POST", f"/api/v1/agents/runa/claim/{conversation}")

    status, problem = await front.call("POST", f"/api/v1/agents/nils/claim/{conversation}")

    assert (status, problem["type"]) == (409, "/problems/claimed-already")
    assert problem["owner"] == {"agent_id": "runa", "name": "Runa"}


async def test_the_whole_way_of_an_agent_over_http(front: Front) -> None:
    conversation = await front.says("A person", customer="C-way")
    await front.hands_off(conversation)
    runa = await front.sign_in("runa")
    base = "/api/v1/agents/runa"

    claimed = await runa.call("POST", f"{base}/claim/{conversation}")
    said = await runa.call(
        "POST", f"{base}/conversations/{conversation}/messages", {"message_id": "m1", "text": "Hello"}
    )
    released = await runa.call("POST", f"{base}/release/{conversation}", {"note": "a lamp was sent"})

    assert [claimed[0], said[0], released[0]] == [200, 201, 200]
    assert (said[1]["sender"], said[1]["sender_name"]) == ("agent", "Runa")
    assert released[1]["status"] == "active"
    await runa.session.close()


async def test_who_reads_the_conversation_anyway_needs_none_back(front: Front) -> None:
    conversation = await front.says("A person", customer="C-brief")
    await front.hands_off(conversation)
    runa = await front.sign_in("runa")

    for verb, status in (("claim", "assigned"), ("release", "active")):
        path = f"/api/v1/agents/runa/{verb}/{conversation}"
        assert await runa.call("POST", path, headers={"Prefer": "return=minimal"}) == (204, None)
        shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
        assert shown[1]["status"] == status
    await runa.session.close()


async def test_nobody_sees_another_tenants_conversations(front: Front) -> None:
    conversation = await front.says("Hello", customer="C-1001")
    key = await give_key(front, "stranger", ["conversations:read", "customers:read"], tenant_id="t2")

    assert (await front.call("GET", "/api/v1/conversations", key=key))[1]["items"] == []
    assert (await front.call("GET", f"/api/v1/conversations/{conversation}", key=key))[0] == 404
    assert (await front.call("GET", "/api/v1/customers/C-1001/orders", key=key))[0] == 404


async def test_what_is_stored_of_a_customer_is_ciphertext(front: Front) -> None:
    conversation = await front.says("My secret is zebra", customer="C-zebra")
    await front.answers(conversation, "A fine zebra.")
    found = []
    async with front.database.tenant("t1") as conn:
        for table in ("entries", "conversations", "customers", "identities", "inbox", "events", "handoffs"):
            rows = await (await conn.execute(f"select t::text from {table} t")).fetchall()  # type: ignore[arg-type]
            found += [text for (text,) in rows]

    assert found
    stored = " ".join(found)
    for secret in ("zebra", b"zebra".hex(), "Marta", "marta@example.com"):
        assert secret not in stored


async def test_an_agents_message_id_with_another_text_is_refused_and_not_sent(front: Front) -> None:
    conversation = await front.says("Hello?", customer="C-other-text")
    assert (await front.call("POST", f"/api/v1/agents/runa/claim/{conversation}"))[0] == 200
    path = f"/api/v1/agents/runa/conversations/{conversation}/messages"

    first = await front.call("POST", path, {"message_id": "m1", "text": "It is on its way."})
    other = await front.call("POST", path, {"message_id": "m1", "text": "It is lost."})
    again = await front.call("POST", path, {"message_id": "m1", "text": "It is on its way."})

    assert (other[0], other[1]["type"]) == (409, "/problems/other-message")
    assert first == again
    shown = await get(front, f"/api/v1/conversations/{conversation}")
    assert [entry["text"] for entry in shown["timeline"] if entry["sender"] == "agent"] == [
        "It is on its way."
    ]
