"""A person's decision on an action: the first counts, the action is told once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from graphs.events import PersonDecides
from tests.integration.front import Front, give_key, hire, open_front

ROUNDS = 20


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def asked(front: Front, customer: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return the thread of an action that waits for a person, and its approval."""
    conversation = await front.says("I want my money back", customer=customer)
    thread = await front.wants_approval(conversation, **more)
    _, listed = await front.call("GET", "/api/v1/approvals?status=pending")
    return thread, next(a for a in listed["items"] if a["conversation_id"] == conversation)


async def decide(front: Front, approval: dict[str, Any], **decision: Any) -> tuple[int, Any]:
    return await front.call("POST", f"/api/v1/approvals/{approval['approval_id']}", decision)


async def test_an_approval_shows_all_that_a_decision_needs(front: Front) -> None:
    _, approval = await asked(front, "C-1001")

    assert approval["status"] == "pending"
    assert approval["customer"] == {"name": "Marta Lindqvist", "verified": True}
    assert approval["request"]["action_request"]["args"]["amount"] == 149.99
    assert approval["request"]["config"]["allow_edit"] is True
    assert (approval["editable"], approval["amount_max"], approval["currency"]) == (["amount"], 149.99, "EUR")
    assert approval["rule"] == {
        "id": "refund_over_100",
        "text": "above 100 an agent decides",
        "file": "actions.yaml",
        "line": 42,
    }


async def test_a_lower_amount_reaches_the_action_once(front: Front) -> None:
    thread, approval = await asked(front, "C-lower")

    status, decided = await decide(front, approval, type="edit", args={"amount": 120.0})

    assert (status, decided["status"]) == (200, "edited")
    told = await front.claim(thread)
    assert told.event == PersonDecides(type="edit", by="the key all", args={"amount": 120.0})
    _, shown = await front.call("GET", f"/api/v1/conversations/{approval['conversation_id']}")
    assert shown["timeline"][-1]["text"] == "the key all changed amount and accepted: Refund €120.00."


async def test_a_key_decides_for_the_agent_it_names(front: Front) -> None:
    _, approval = await asked(front, "C-for")
    path = f"/api/v1/approvals/{approval['approval_id']}"

    unknown = await front.call("POST", path, {"type": "accept"}, headers={"X-Agent-Id": "nobody"})
    status, decided = await front.call("POST", path, {"type": "accept"}, headers={"X-Agent-Id": "nils"})

    assert unknown[0] == 404
    assert (status, decided["decided_by"]) == (200, "Nils")


async def test_of_two_decisions_at_once_the_first_counts_and_the_other_is_told_who(front: Front) -> None:
    runa, tove = await front.sign_in("runa"), await front.sign_in("tove")
    for round_ in range(ROUNDS):
        _, approval = await asked(front, f"C-both-{round_}")
        path = f"/api/v1/approvals/{approval['approval_id']}"

        answers = await asyncio.gather(
            runa.call("POST", path, {"type": "accept"}), tove.call("POST", path, {"type": "ignore"})
        )

        assert sorted(status for status, _ in answers) == [200, 409]
        won = next(answer for status, answer in answers if status == 200)
        lost = next(answer for status, answer in answers if status == 409)
        assert lost["type"] == "/problems/decided-already"
        assert lost["decided_by"] == won["decided_by"]
    await runa.session.close()
    await tove.session.close()


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"amount": 150.0}, "args.amount"),
        ({"amount": 0}, "args.amount"),
        ({"amount": -5}, "args.amount"),
        ({"amount": 99.999}, "args.amount"),
        ({"amount": True}, "args.amount"),
        ({"amount": "120"}, "args.amount"),
        ({"order_id": "1043"}, "args.order_id"),
        ({"anything": 1}, "args.anything"),
        ("120", "args"),
        (None, "args"),
        ({}, "args"),
        ({"amount": 149.99}, "args"),
        ({"action": "refund_order", "args": {}}, "args"),
    ],
)
async def test_an_edit_that_is_not_sound_names_its_field_and_decides_nothing(
    front: Front, args: Any, field: str
) -> None:
    _, approval = await asked(front, f"C-edit-{args}")

    status, problem = await decide(front, approval, type="edit", args=args)

    assert (status, problem["errors"][0]["field"]) == (422, field)
    _, listed = await front.call("GET", "/api/v1/approvals?status=pending")
    assert approval["approval_id"] in [a["approval_id"] for a in listed["items"]]


async def test_a_response_carries_the_text_for_the_customer(front: Front) -> None:
    thread, approval = await asked(front, "C-text")

    status, _ = await decide(front, approval, type="response", args="We send a new lamp instead.")

    assert status == 200
    told = await front.claim(thread)
    assert isinstance(told.event, PersonDecides)
    assert told.event.message == "We send a new lamp instead."


async def test_a_response_without_words_is_refused(front: Front) -> None:
    _, approval = await asked(front, "C-empty")

    assert (await decide(front, approval, type="response", args=" "))[0] == 422


async def test_what_is_above_an_agents_limit_takes_a_supervisor(front: Front) -> None:
    _, approval = await asked(front, "C-above", amount=800.0, role="supervisor")
    runa, tove = await front.sign_in("runa"), await front.sign_in("tove")
    path = f"/api/v1/approvals/{approval['approval_id']}"

    refused = await runa.call("POST", path, {"type": "accept"})
    accepted = await tove.call("POST", path, {"type": "accept"})

    assert (refused[0], refused[1]["type"]) == (403, "/problems/supervisor-needed")
    assert (accepted[0], accepted[1]["decided_by"]) == (200, "Tove")
    await runa.session.close()
    await tove.session.close()


async def test_a_key_lends_an_agent_no_right_to_decide_above_the_limit(front: Front) -> None:
    _, approval = await asked(front, "C-lent", amount=800.0, role="supervisor")
    path, accept = f"/api/v1/approvals/{approval['approval_id']}", {"type": "accept"}
    weak = await give_key(front, "weak", ["approvals:decide", "agents:any"])

    for_agent = await front.call("POST", path, accept, headers={"X-Agent-Id": "runa"})
    by_weak_key = await front.call("POST", path, accept, key=weak, headers={"X-Agent-Id": "tove"})
    both = await front.call("POST", path, accept, headers={"X-Agent-Id": "tove"})

    assert (for_agent[0], for_agent[1]["type"]) == (403, "/problems/supervisor-needed")
    assert (by_weak_key[0], by_weak_key[1]["type"]) == (403, "/problems/supervisor-needed")
    assert (both[0], both[1]["decided_by"]) == (200, "Tove")


async def test_nobody_decides_in_the_name_of_somebody_who_may_not(front: Front) -> None:
    await hire(front, "dora", "designer")
    _, approval = await asked(front, "C-designer")

    path = f"/api/v1/approvals/{approval['approval_id']}"
    status, problem = await front.call("POST", path, {"type": "accept"}, headers={"X-Agent-Id": "dora"})

    assert (status, problem["type"]) == (403, "/problems/not-allowed")


async def test_after_its_time_nobody_decides(front: Front) -> None:
    _, approval = await asked(front, "C-late")
    front.clock.ahead += timedelta(minutes=61)

    status, problem = await decide(front, approval, type="accept")

    assert (status, problem["type"]) == (409, "/problems/approval-expired")


async def test_another_tenants_approval_is_not_there(front: Front) -> None:
    _, approval = await asked(front, "C-tenant")
    key = await give_key(front, "other", ["approvals:decide", "conversations:read"], tenant_id="t2")

    path = f"/api/v1/approvals/{approval['approval_id']}"
    status, problem = await front.call("POST", path, {"type": "accept"}, key=key)

    assert (status, problem["type"]) == (404, "/problems/no-such-approval")
    assert (await front.call("GET", "/api/v1/approvals", key=key))[1]["items"] == []
