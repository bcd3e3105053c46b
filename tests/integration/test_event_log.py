"""The event log at a running front door: full records, in order, without gaps, only for who may read all."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from graphs.draft import ActionChange, Draft, Reply
from tests.integration.front import Front, give_key, open_front

SCHEMA = {
    "type": "object",
    "required": [
        "event_type",
        "timestamp",
        "conversation_id",
        "session_id",
        "customer_id",
        "channel",
        "metadata",
    ],
    "properties": {
        "event_type": {"type": "string", "pattern": r"^[a-z]+\.[a-z_]+$"},
        "timestamp": {"type": "string", "format": "date-time"},
        "conversation_id": {"type": "string"},
        "customer_id": {"type": "string"},
        "channel": {"type": "string"},
        "message": {
            "type": ["object", "null"],
            "required": ["id", "content", "type"],
        },
        "nlu": {
            "type": ["object", "null"],
            "required": ["intent", "confidence", "entities", "sentiment"],
            "properties": {
                "entities": {"type": "array", "items": {"required": ["type", "value", "confidence"]}},
                "sentiment": {"type": ["object", "null"], "required": ["label", "score"]},
            },
        },
        "action": {"type": ["object", "null"], "required": ["type", "name", "status", "result"]},
        "response": {"type": ["object", "null"], "required": ["content", "confidence"]},
        "metadata": {"type": "object", "required": ["latency_ms", "model_used", "cost_usd"]},
    },
}
"""The fields that were asked for, written down apart from the code."""
UNDERSTOOD = {
    "intent": "refund",
    "confidence": 0.94,
    "entities": [{"entity": "order_id", "value": "1042"}],
    "sentiment": -0.5,
}
MODELS = [{"model": "small-1", "cost_usd": 0.002}, {"model": "large-1", "cost_usd": 0.001}]


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, Path(tmp_path_factory.mktemp("log"))) as opened:
        yield opened


async def everything(front: Front, query: str = "") -> list[dict[str, Any]]:
    """Read the log page by page, as a warehouse does."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        path = f"/api/v1/events?limit=2{query}" + (f"&after={after}" if after else "")
        status, page = await front.call("GET", path)
        assert status == 200, page
        if page["next_after"] == after:
            return found
        found += page["items"]
        after = page["next_after"]


async def test_a_turn_is_told_with_all_that_was_understood_answered_and_spent(front: Front) -> None:
    conversation_id = await front.says("I want my money back for 1042")
    claim = await front.claim(conversation_id)
    await front.commit(
        claim,
        Draft(replies=[Reply(text="I look."), Reply(text="Done.")]),
        understanding=UNDERSTOOD,
        models=MODELS,
    )
    told = [one for one in await everything(front) if one["conversation_id"] == conversation_id]
    received = next(one for one in told if one["event_type"] == "message.received")
    assert received["message"]["content"] == "I want my money back for 1042"
    assert received["nlu"] == {
        "intent": "refund",
        "confidence": 0.94,
        "entities": [{"type": "order_id", "value": "1042", "confidence": None}],
        "sentiment": {"label": "negative", "score": -0.5},
    }
    assert received["response"]["content"] == "I look.\nDone."
    assert received["metadata"] == {"latency_ms": 12.0, "model_used": "large-1", "cost_usd": 0.003}
    assert received["channel"] == "web"
    assert [one["event_type"] for one in told] == ["message.received", "message.sent"]


async def test_every_record_has_the_fields_of_the_schema(front: Front) -> None:
    await front.answers(await front.says("hello"), "hi")
    check = Draft202012Validator(SCHEMA)
    records = await everything(front)
    assert records
    for record in records:
        check.validate(record)


async def test_a_finished_action_is_told_with_its_name_and_outcome(front: Front) -> None:
    conversation_id = await front.says("refund please")
    action_id = await front.wants_approval(conversation_id)
    approvals = (await front.call("GET", "/api/v1/approvals"))[1]["items"]
    approval = next(one for one in approvals if one["conversation_id"] == conversation_id)
    await front.call("POST", f"/api/v1/approvals/{approval['approval_id']}", {"type": "accept"})
    change = ActionChange(action_id=action_id, state="done")
    await front.commit(await front.claim(action_id), Draft(replies=[Reply(text="Paid.")], changes=[change]))
    told = await everything(front, "&event_type=action.done")
    assert [one["event_type"] for one in told] == ["action.done"]
    assert told[0]["action"]["name"] == "refund_order"
    assert told[0]["action"]["status"] == "success"


async def test_the_log_is_for_those_who_read_everything(front: Front) -> None:
    agent = await front.sign_in("runa")
    assert (await agent.call("GET", "/api/v1/events"))[0] == 403
    supervisor = await front.sign_in("tove")
    assert (await supervisor.call("GET", "/api/v1/events"))[0] == 200
    writes_only = await give_key(front, "writes", ("messages:write",))
    assert (await front.call("GET", "/api/v1/events", key=writes_only))[0] == 403
    assert (await front.call("GET", "/api/v1/events", key=None))[0] == 401
    for browser in (agent, supervisor):
        await browser.session.close()


@pytest.mark.parametrize("query", ["after=nonsense", "event_type=message.lost", "limit=0", "limit=9999"])
async def test_a_wrong_question_is_refused_with_the_field_named(front: Front, query: str) -> None:
    status, problem = await front.call("GET", f"/api/v1/events?{query}")
    assert status == 422
    assert problem["errors"][0]["field"] == query.partition("=")[0]
