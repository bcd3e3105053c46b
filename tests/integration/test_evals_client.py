"""The benchmark's customers, as a real process against a real server on loopback."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from evals.bench.load import ClientFailed, drive
from evals.bench.mix import Line, Talk
from evals.bench.processes import Usage


@dataclass
class Front:
    """A front door that answers at once, and remembers who wrote what."""

    url: str = ""
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    message_ids: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.said[body["sender"]].append(body["message"])
        self.message_ids.append(body["metadata"]["message_id"])
        if body["message"] == "fail":
            return web.json_response({"type": "/problems/away"}, status=503)
        if body["message"] == "no list":
            return web.json_response({"text": "ok"})
        custom = {"conversation_id": "cnv_1", "seq": len(self.message_ids)}
        return web.json_response([{"recipient_id": body["sender"], "text": "ok", "custom": custom}])


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    """A front door on a free port."""
    made = Front()
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def talk(*texts: str) -> Talk:
    return Talk(customer_id="C-1", lines=tuple(Line(text=text, kind="fast") for text in texts))


def nothing_used() -> dict[str, Usage]:
    return {"core": Usage(cpu_s=0.0, rss_mb=1.0)}


async def test_every_customer_writes_in_order_and_every_message_once(front: Front) -> None:
    talks = [talk("one", "two", "three") for _ in range(20)]
    load = await asyncio.to_thread(drive, front.url, talks, "run", 8, nothing_used)
    assert load.messages == 60
    assert all(said == ["one", "two", "three"] for said in front.said.values())
    assert len(set(front.message_ids)) == 60
    assert load.outcome.client_cpu_s > 0


async def test_refusal_is_an_error_and_the_others_go_on(front: Front) -> None:
    load = await asyncio.to_thread(drive, front.url, [talk("one", "fail", "two")], "run", 1, nothing_used)
    assert [answer.status for answer in load.outcome.answers] == [200, 503, 200]
    assert load.errors == 1
    assert load.outcome.answers[0].seq == 1


async def test_client_that_cannot_read_the_answer_is_told(front: Front) -> None:
    with pytest.raises(ClientFailed, match="valid array"):
        await asyncio.to_thread(drive, front.url, [talk("no list")], "run", 1, nothing_used)
