"""What agents correct is kept, reviewed once, and learnt from; matching hears of wrong queues."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI

from app.auth.authenticate import Authenticator
from app.console.deps import ConsoleDeps
from app.corrections.candidates import use_of
from app.corrections.router import build_router
from app.problems import speak_problems
from app.settings import ROOT, inherited_environment
from tests.integration.front import TENANT, Front, give_key, open_front, read_orders, serving
from tests.talk import shelf

SCOPES = ["conversations:read", "conversations:act", "approvals:decide", "agents:any", "labels:write"]


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    async with open_front(database, folder) as opened:
        key = await give_key(opened, "corrects", SCOPES)
        console = ConsoleDeps(
            tenants=opened.database,
            vault=opened.vault,
            hub=opened.hub,
            clock=opened.clock,
            handoff=opened.handoff,
            read_tool=read_orders,
        )
        app = FastAPI()
        speak_problems(app)
        app.state.authenticator = Authenticator(opened.database, opened.vault, opened.clock)
        app.include_router(build_router(console, lambda tenant: shelf().book))
        async with serving(app) as url:
            yield replace(
                opened, url=url, key=key, seqs={"front": 0}, reset=[opened.url, str(folder / "keys")]
            )


async def answered(front: Front, text: str, reply: str = "Your order is on its way.") -> str:
    """Let a customer write and the assistant answer; return the conversation."""
    at = replace(front, url=front.reset[0], key=await give_key(front, f"w{len(text)}", ["messages:write"]))
    conversation = await at.says(text, customer=f"C-{text}")
    await at.answers(conversation, reply, intent="order_track")
    return conversation


async def correct(front: Front, conversation: str, seq: int = 1, **said: Any) -> tuple[int, Any]:
    path = f"/api/v1/conversations/{conversation}/turns/{seq}/corrections"
    return await front.call("POST", path, said, headers={"X-Agent-Id": "runa"})


async def test_a_wrong_intent_is_kept_with_what_was_written_and_answered(front: Front) -> None:
    conversation = await answered(front, "Pay me back, please")

    status, kept = await correct(
        front, conversation, kind="intent", should_be="refund_request", note="Clear."
    )

    assert status == 200, kept
    assert (kept["was"], kept["should_be"], kept["author"]) == ("order_track", "refund_request", "Runa")
    assert (kept["message"], kept["reply"]) == ("Pay me back, please", "Your order is on its way.")
    _, listed = await front.call("GET", "/api/v1/corrections?kind=intent&status=open")
    assert kept in listed["items"]


async def test_no_word_of_a_correction_is_stored_in_clear(front: Front) -> None:
    conversation = await answered(front, "Does the lamp dim?")
    await correct(front, conversation, kind="answer", answer="Yes, with the Ostra dimmer.", note="Page four.")

    async with front.database.tenant(TENANT) as conn:
        rows = await (await conn.execute("select c::text from corrections c")).fetchall()

    assert "dimmer" not in str(rows)
    assert "Page four" not in str(rows)


async def test_the_same_turn_corrected_again_is_one_correction_to_be_reviewed_anew(front: Front) -> None:
    conversation = await answered(front, "I cancel it all")
    _, first = await correct(front, conversation, kind="intent", should_be="refund_request")
    await front.call("POST", f"/api/v1/corrections/{first['correction_id']}", {"status": "rejected"})

    _, second = await correct(front, conversation, kind="intent", should_be="order_cancel")

    assert second["correction_id"] == first["correction_id"]
    assert (second["should_be"], second["status"]) == ("order_cancel", "open")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "intent", "should_be": "no_such_intent"}, "should_be"),
        ({"kind": "queue", "should_be": "no_such_group"}, "should_be"),
        ({"kind": "intent"}, "should_be"),
        ({"kind": "answer", "answer": "  "}, "answer"),
    ],
)
async def test_a_right_value_that_nobody_knows_is_refused(front: Front, said: Any, field: str) -> None:
    conversation = await answered(front, f"Something about {said}")

    status, problem = await correct(front, conversation, **said)

    assert (status, problem["errors"][0]["field"]) == (422, field)


async def test_a_turn_that_never_was_cannot_be_corrected(front: Front) -> None:
    conversation = await answered(front, "Only one turn")

    assert (await correct(front, conversation, 9, kind="answer", answer="Yes."))[0] == 404


async def test_only_what_was_accepted_is_learnt_from_and_a_second_review_is_told_of_the_first(
    front: Front,
) -> None:
    said = [f"My sofa is number {number}" for number in range(12)]
    for text in said:
        _, kept = await correct(front, await answered(front, text), kind="intent", should_be="complaint")
        path = f"/api/v1/corrections/{kept['correction_id']}"
        status, _ = await front.call("POST", path, {"status": "accepted"})
        assert status == 200
    status, problem = await front.call("POST", path, {"status": "rejected"})
    _, left = await correct(front, await answered(front, "Open"), kind="intent", should_be="complaint")

    lines = [line for use in ("training", "evaluation") for line in await exported(front, use)]

    assert (status, problem["type"]) == (409, "/problems/reviewed-already")
    found = [line["text"] for line in lines if line["intent"] == "complaint"]
    assert sorted(found) == sorted(said)
    assert left["message"] not in found


async def exported(front: Front, use: str) -> list[dict[str, Any]]:
    path = f"{front.url}/api/v1/corrections/export?use={use}"
    async with front.session.get(path, headers={"X-API-Key": front.key}) as told:
        return [orjson.loads(line) for line in (await told.read()).splitlines()]


async def test_pages_follow_one_another_without_gap_or_repetition(front: Front) -> None:
    for number in range(5):
        await correct(front, await answered(front, f"Page {number}"), kind="answer", answer="So it is.")
    seen: list[str] = []
    path: str | None = "/api/v1/corrections?kind=answer&limit=2"
    while path:
        _, page = await front.call("GET", path)
        seen += [one["correction_id"] for one in page["items"]]
        more = page["next_cursor"]
        path = f"/api/v1/corrections?kind=answer&limit=2&cursor={more}" if more else None

    assert len(seen) == len(set(seen)) >= 5
    assert (await front.call("GET", "/api/v1/corrections?cursor=nonsense"))[0] == 422


async def test_matching_hears_where_conversations_belonged(front: Front) -> None:
    for number in range(2):
        conversation = await answered(front, f"I was sent to the wrong desk {number}")
        assert (await correct(front, conversation, kind="queue", should_be="care"))[0] == 200

    _, told = await front.call("GET", "/api/v1/corrections/routing")

    expected = {"intent": "order_track", "was": None, "should_be": "care", "agent_id": None, "times": 2}
    assert expected in told["items"]


async def test_who_may_only_act_does_not_review(front: Front) -> None:
    key = await give_key(front, "acts", ["conversations:act", "conversations:read"])

    assert (await front.call("GET", "/api/v1/corrections", key=key))[0] == 403
    assert (await front.call("POST", "/api/v1/corrections/cor_1", {"status": "accepted"}, key=key))[0] == 403


async def test_the_command_writes_what_was_accepted_but_nothing_of_a_held_back_set(
    front: Front, database: str, tmp_path: Path
) -> None:
    coats = (f"Where do I find my coat number {number}" for number in range(99))
    said = list(islice((text for text in coats if use_of(text) == "training"), 3))
    for text in said:
        _, kept = await correct(front, await answered(front, text), kind="intent", should_be="order_track")
        await front.call("POST", f"/api/v1/corrections/{kept['correction_id']}", {"status": "accepted"})
    held_back = tmp_path / "held_back.jsonl"
    held_back.write_bytes(orjson.dumps({"text": f"{said[0].upper()}!"}))

    found = await commanded(front, database, "--use", "training", "--held-back", str(held_back))

    assert sorted(line["text"] for line in found if "coat" in line["text"]) == sorted(said[1:])


async def commanded(front: Front, database: str, *words: str) -> list[dict[str, Any]]:
    """Run the command as an operator does."""
    settings = {"DATABASE_URL": database, "TENANT": TENANT, "KEY_FILE": front.reset[1]}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "corrections", "export", *words),
        env={**inherited_environment(), **{f"FRONTDESK_{name}": value for name, value in settings.items()}},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return [orjson.loads(line) for line in said.splitlines()]
