"""The evaluator's room: runs kept, opened and compared; doubtful messages labelled and exported."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from tests.integration.front import Front, give_key, hire, open_front

RUN = {
    "suite": "conversations",
    "at": datetime(2026, 11, 21, 12, 0, tzinfo=UTC).isoformat(),
    "passed": False,
    "figures": {"pass_rate": 0.5},
    "metrics": [],
}
RIGHTS = ("evals:read", "labels:write", "messages:write", "conversations:read")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        opened.key = await give_key(opened, "evaluator", RIGHTS)
        yield opened


def played(name: str, conversation: str, *, passed: bool) -> dict[str, Any]:
    return {
        "name": name,
        "conversation_id": conversation,
        "passed": passed,
        "scores": [{"metric": "intent", "passed": passed, "reason": "said otherwise"}],
        "exchanges": [{"who": "customer", "said": "Where is it?", "replies": ["On its way."], "seq": 1}],
    }


async def keep(front: Front, *conversations: dict[str, Any]) -> str:
    status, line = await front.call("POST", "/api/v1/evals/runs", {**RUN, "conversations": conversations})
    assert status == 201, line
    return str(line["run_id"])


async def test_a_run_is_kept_and_opened_and_links_to_the_conversations_that_are_here(front: Front) -> None:
    here = await front.says("Where is it?")
    run_id = await keep(front, played("lost", here, passed=False), played("found", "cnv_away", passed=True))

    line = (await front.call("GET", "/api/v1/evals/runs"))[1]["items"][0]
    assert (line["run_id"], line["passed"], line["failed"]) == (run_id, 1, 1)
    _, opened = await front.call("GET", f"/api/v1/evals/runs/{run_id}")
    assert opened["here"] == [here]
    assert opened["run"]["conversations"][0]["scores"][0]["reason"] == "said otherwise"


async def test_two_runs_are_compared(front: Front) -> None:
    old = await keep(front, played("a", "c1", passed=True), played("b", "c2", passed=True))
    new = await keep(front, played("a", "c3", passed=False), played("b", "c4", passed=True))
    _, found = await front.call("GET", f"/api/v1/evals/compare?old={old}&new={new}")
    assert ([(one["what"], one["name"]) for one in found["changes"]], found["same"]) == (
        [("broken", "a")],
        1,
    )
    assert (await front.call("GET", f"/api/v1/evals/compare?old={old}&new=run_none"))[0] == 404


async def test_a_run_with_a_field_nobody_knows_is_refused_by_name(front: Front) -> None:
    body = {**RUN, "conversations": [], "colour": "red"}
    status, problem = await front.call("POST", "/api/v1/evals/runs", body)
    assert (status, problem["errors"][0]["field"]) == (422, "colour")


async def heard(front: Front, text: str, confidence: float) -> None:
    """A customer's message that was understood so surely."""
    conversation = await front.says(text, customer=None)
    await front.answers(conversation, "I see.", intent="order_track", confidence=confidence)


async def test_the_least_sure_messages_are_labelled_once_and_exported(front: Front) -> None:
    await heard(front, "my thing did the stuff", 0.41)
    await heard(front, "it went odd again", 0.62)
    await heard(front, "where is my order 1042", 0.97)
    _, page = await front.call("GET", "/api/v1/evals/doubtful")
    assert [one["text"] for one in page["items"]] == ["my thing did the stuff", "it went odd again"]

    path = f"/api/v1/evals/labels/{page['items'][0]['entry_id']}"
    assert (await front.call("PUT", path, {"intent": "no_such_intent"}))[0] == 422
    assert (await front.call("PUT", path, {"intent": page["intents"][0]}))[0] == 200
    await front.call("PUT", f"/api/v1/evals/labels/{page['items'][1]['entry_id']}", {"intent": None})
    _, after = await front.call("GET", "/api/v1/evals/doubtful")
    assert (after["items"], after["labelled"]) == ([], 2)
    lines = [line for use in ("training", "evaluation") for line in await exported(front, use)]
    assert [(line["text"], line["intent"], line["was"]) for line in lines] == [
        ("my thing did the stuff", page["intents"][0], "order_track")
    ]


async def exported(front: Front, use: str) -> list[Any]:
    address = f"{front.url}/api/v1/evals/labels/export?use={use}"
    async with front.session.get(address, headers={"X-API-Key": front.key}) as answer:
        return [orjson.loads(line) for line in (await answer.read()).splitlines()]


async def test_a_message_nobody_wrote_cannot_be_labelled(front: Front) -> None:
    assert (await front.call("PUT", "/api/v1/evals/labels/ent_none", {"intent": None}))[0] == 404


async def test_agents_see_no_runs_and_designers_do_not_label(front: Front) -> None:
    await hire(front, "dora", "designer")
    runa, dora = await front.sign_in("runa"), await front.sign_in("dora")
    assert (await runa.call("GET", "/api/v1/evals/runs"))[0] == 403
    assert (await dora.call("GET", "/api/v1/evals/runs"))[0] == 200
    assert (await dora.call("GET", "/api/v1/evals/doubtful"))[0] == 403
    assert (await dora.call("PUT", "/api/v1/evals/labels/x", {"intent": None}))[0] == 403
    for browser in (runa, dora):
        await browser.session.close()
