"""Recommended actions from the real book, run with one click through the action graph on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.auth.authenticate import Authenticator
from app.console.deps import ConsoleDeps
from app.handoff.failing import QueueFailure
from app.problems import speak_problems
from app.suggestions import repository as sql
from app.suggestions.deps import SuggestionDeps
from app.suggestions.router import build_router
from app.turns.failures import Failures
from app.turns.run import Thinker
from app.turns.worker import Workers
from graphs.ports import Desk
from tests.fakes.company import Books
from tests.fakes.interpreter import ScriptedInterpreter
from tests.fakes.journal import FakeJournal
from tests.fakes.knowledge import OneArticle
from tests.integration.front import TENANT, Front, open_front, read_orders, serving
from tests.talk import MEANINGS, company, rails, registry_over, shelf, standing
from tools.runner import ToolRunner


@dataclass
class Room:
    """A desk where suggestions are run, with a working assistant behind it."""

    front: Front
    url: str
    deps: SuggestionDeps
    books: Books
    interpreter: ScriptedInterpreter
    places: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, agent: str = "runa") -> tuple[int, Any]:
        at = replace(self.front, url=self.url)
        return await at.call(method, f"/api/v1/conversations/{path}", body, headers={"X-Agent-Id": agent})

    async def advice(self, conversation: str) -> dict[str, Any]:
        status, found = await self.call("GET", f"{conversation}/suggestions")
        assert status == 200, found
        assert len(found["items"]) <= 3
        return {one["id"]: one for one in found["items"]}

    async def run(self, conversation: str, one: str, agent: str = "runa", **body: Any) -> tuple[int, Any]:
        self.deps.memory.counted.clear()
        return await self.call("POST", f"{conversation}/suggestions/{one}/run", body, agent)

    async def runs(self, conversation: str) -> list[dict[str, Any]]:
        _, found = await self.call("GET", f"{conversation}/suggestions/runs")
        items: list[dict[str, Any]] = found["items"]
        return items


@pytest.fixture(scope="module")
async def room(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    books, interpreter = company(), ScriptedInterpreter(meanings=dict(MEANINGS))
    for number in range(2000, 2010):
        delivered = books.orders["1042"]
        books.orders[str(number)] = replace(delivered, id=str(number))
    big = Decimal("800.00")
    books.orders["3000"] = replace(books.orders["1042"], id="3000", total=big, refundable=big)
    async with open_front(database, tmp_path_factory.mktemp("front")) as front:
        desk = Desk(
            interpreter=interpreter,
            tools=ToolRunner(registry_over(books), FakeJournal()),
            knowledge=OneArticle(),
            rails=rails(),
            standing=standing(),
        )
        failures = Failures(front.store, front.vault, shelf(), QueueFailure(front.handoff))
        thinker = Thinker(desk, shelf(), front.clock)
        workers = Workers(front.store, thinker, front.hub, failures, limit=4, clock=front.clock)
        deps = SuggestionDeps(console=_console(front), desk=desk, rules=shelf().current)
        app = FastAPI()
        speak_problems(app)
        app.state.authenticator = Authenticator(front.database, front.vault, front.clock)
        app.include_router(build_router(deps))
        workers.start()
        async with serving(app) as url:
            yield Room(front=front, url=url, deps=deps, books=books, interpreter=interpreter)
        await workers.stop()


def _console(front: Front) -> ConsoleDeps:
    return ConsoleDeps(
        tenants=front.database,
        vault=front.vault,
        hub=front.hub,
        clock=front.clock,
        handoff=front.handoff,
        read_tool=read_orders,
    )


async def talk(room: Room, text: str, agent: str | None = "runa") -> str:
    """Let Marta begin a conversation and the assistant answer; then an agent takes over."""
    async with room.front.database.tenant(TENANT) as conn:
        await conn.execute("update conversations set status = 'archived', owner_id = null")
    message = {"channel": "web", "message_id": text, "text": text, "address": text, "customer_id": "C-1001"}
    status, said = await room.front.call("POST", "/api/v1/messages?wait=20", message)
    assert status == 200, said
    conversation = str(said["conversation_id"])
    if agent is not None:
        status, claimed = await room.front.call("POST", f"/api/v1/agents/{agent}/claim/{conversation}")
        assert status == 200, claimed
    return conversation


async def ended(room: Room, conversation: str) -> dict[str, Any]:
    """Wait until the last run has ended."""
    with room.front.hub.subscribe(conversation) as changes:
        for _ in range(40):
            if (runs := await room.runs(conversation)) and runs[-1]["success"] is not None:
                return runs[-1]
            await changes.wait(0.5)
    raise AssertionError("the action did not end")


async def test_a_refund_is_recommended_with_what_it_does_and_who_agrees_first(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 1042")

    refund = (await room.advice(conversation))["action.refund_order"]

    assert refund["type"] == "issue_refund"
    assert refund["parameters"]["order_id"] == "1042"
    assert refund["parameters"]["amount"] == 149.99
    assert "version" not in refund["parameters"]
    assert "Visa" in refund["expected_outcome"]
    assert (refund["customer_agrees_first"], refund["approval"]) == (True, "agent")
    assert 0 < refund["confidence"] < 1


async def test_one_click_refunds_once_within_the_agents_limit_and_its_end_is_recorded(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 2000")
    seen = (await room.advice(conversation))["action.refund_order"]["parameters"]

    asked_first = await room.run(conversation, "action.refund_order", parameters=seen)
    status, ran = await room.run(
        conversation, "action.refund_order", parameters=seen, customer_agrees=True, args={"amount": 120.0}
    )

    assert asked_first[1]["type"] == "/problems/customer-not-asked"
    assert (status, ran["does"], ran["approval"]) == (200, "action", "accepted")
    run = await ended(room, conversation)
    assert (run["success"], run["action_status"], run["agent"]) == (True, "done", "Runa")
    assert [(one.order_id, one.amount) for one in room.books.refunds if one.order_id == "2000"] == [
        ("2000", Decimal("120.0"))
    ]
    _, shown = await room.front.call("GET", f"/api/v1/conversations/{conversation}")
    texts = [entry["text"] for entry in shown["timeline"]]
    assert "Runa began: Refund 2000. The customer has agreed." in texts


async def test_what_is_above_the_agents_limit_waits_for_a_supervisor(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 3000")

    _, ran = await room.run(conversation, "action.refund_order", customer_agrees=True)
    again = await room.run(conversation, "action.refund_order", customer_agrees=True)

    assert ran["approval"] == "pending"
    assert again[1]["type"] == "/problems/suggestion-changed"
    assert [one for one in room.books.refunds if one.order_id == "3000"] == []
    assert (await room.runs(conversation))[-1]["success"] is None


async def test_two_clicks_at_once_pay_once(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 2001")

    both = await asyncio.gather(
        *(room.run(conversation, "action.refund_order", customer_agrees=True) for _ in range(2))
    )

    assert sorted(status for status, _ in both) == [200, 409]
    await ended(room, conversation)
    assert len([one for one in room.books.refunds if one.order_id == "2001"]) == 1


async def test_a_value_that_is_missing_is_named_and_can_be_given(room: Room) -> None:
    conversation = await talk(room, "I want a refund")

    refund = (await room.advice(conversation))["action.refund_order"]
    status, problem = await room.run(conversation, "action.refund_order", customer_agrees=True)
    _, ran = await room.run(
        conversation, "action.refund_order", customer_agrees=True, values={"order_id": "2002"}
    )

    assert refund["missing"] == ["order_id"]
    assert (status, problem["errors"][0]["field"]) == (422, "values.order_id")
    assert ran["does"] == "action"
    assert (await ended(room, conversation))["success"] is True


@pytest.mark.parametrize(
    ("args", "field"), [({"amount": 150.0}, "args.amount"), ({"order_id": "2004"}, "args.order_id")]
)
async def test_an_agent_changes_only_what_the_book_lets_be_changed(
    room: Room, args: dict[str, Any], field: str
) -> None:
    conversation = await talk(room, f"I want my money back for order 2003, {field}")

    status, problem = await room.run(conversation, "action.refund_order", customer_agrees=True, args=args)

    assert (status, problem["errors"][0]["field"]) == (422, field)
    assert await room.runs(conversation) == []


async def test_what_the_book_refuses_is_not_recommended_but_its_reason_can_be_sent(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 1077")

    advice = await room.advice(conversation)
    status, ran = await room.run(conversation, "reply.refund")

    assert "action.refund_order" not in advice
    assert (status, ran["does"]) == (200, "draft")
    assert ran["text"]


async def test_only_whoever_has_the_conversation_runs_something(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 2004", agent=None)
    key = await _desk_key(room)

    nobody = await _run_with(room, key, conversation)
    await room.front.call("POST", f"/api/v1/agents/nils/claim/{conversation}")
    another = await _run_with(room, key, conversation)

    assert nobody[1]["type"] == "/problems/claim-first"
    assert another[1]["type"] == "/problems/not-yours"


async def _desk_key(room: Room) -> Any:
    return await room.front.sign_in("runa")


async def _run_with(room: Room, browser: Any, conversation: str) -> tuple[int, Any]:
    path = f"{room.url}/api/v1/conversations/{conversation}/suggestions/action.refund_order/run"
    async with browser.session.post(
        path, json={"customer_agrees": True}, headers={"X-Frontdesk": "1"}
    ) as told:
        return told.status, await told.json()


async def test_what_ended_badly_is_recommended_with_less_confidence(room: Room) -> None:
    conversation = await talk(room, "I want my money back for order 2005")
    before = (await room.advice(conversation))["action.refund_order"]
    for _ in range(3):
        _, ran = await room.run(conversation, "reply")
        path = f"{conversation}/suggestions/runs/{ran['run_id']}/outcome"
        status, told = await room.call("POST", path, {"success": False, "notes": "No answer."})
        assert (status, told["notes"]) == (200, "No answer.")

    counted = await room.call("GET", f"{conversation}/suggestions/runs")
    _, worse = await room.run(conversation, "reply")

    assert [one["success"] for one in counted[1]["items"]] == [False] * 3
    assert worse["does"] == "draft"
    after = (await room.runs(conversation))[-1]["confidence"]
    assert after < counted[1]["items"][0]["confidence"]
    assert before["record"]["wins"] >= 0


@given(success=st.booleans(), rating=st.none() | st.integers(1, 5), seconds=st.none() | st.integers(0, 10**6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_run_is_logged_with_its_action_its_end_and_the_time(
    room: Room, success: bool, rating: int | None, seconds: int | None
) -> None:
    """Feature: omnichannel-cx-platform, Property 31: Action Outcome Tracking."""
    conversation = room.places.get("logged") or await talk(room, "I want a refund, please")
    room.places["logged"] = conversation
    run_id, now = f"sug_{len(room.places)}_{success}_{rating}_{seconds}", room.front.clock()
    values = {"tenant": TENANT, "conversation": conversation, "run": run_id, "now": now}
    async with room.front.database.tenant(TENANT) as conn:
        await conn.execute("delete from suggestion_runs where run_id = %s", [run_id])
        chosen = {"suggestion": "reply", "kind": "send_response", "action_id": None, "intent": "other"}
        more = {"mood": "calm", "confidence": 0.5, "agent": "runa", "parameters": b""}
        await sql.add_run(conn, {**values, **chosen, **more})
        told = {
            "success": success,
            "satisfaction": rating,
            "resolution": seconds,
            "notes": None,
            "by": "runa",
        }
        assert await sql.tell(conn, {**values, **told})
        (found,) = await sql.runs_of(conn, TENANT, conversation, run_id)

    assert (found.suggestion, found.success, found.satisfaction, found.resolution_s) == (
        "reply",
        success,
        rating,
        seconds,
    )
    assert found.chosen_at == found.told_at == now
