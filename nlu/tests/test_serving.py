"""The server under load, while its model changes, and when its workers are killed."""

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from conftest import Answer, Client, serving
from test_server import check

PATIENCE_S = 60.0
CROWD = 700


@pytest.fixture
def own_server(model_folder: Path, tmp_path: Path) -> Iterator[Client]:
    """A server that the test may hurt."""
    with serving(model_folder, tmp_path / "log") as running:
        yield running


def workers_of(server: Client) -> list[int]:
    """The processes that a server started, and those they started."""
    below: list[int] = []
    for parent in [server.process.pid]:
        found = children_of(parent)
        below += [*found, *(child for one in found for child in children_of(one))]
    return below


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def until(done: Callable[[], bool]) -> None:
    """Look again and again, until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def asked_all_along(server: Client, meanwhile: Callable[[], Any]) -> list[Answer]:
    """Ask one new text after the other while something happens, and a few more after it."""
    answers: list[Answer] = []
    over = threading.Event()

    def ask() -> None:
        number = 0
        while not over.is_set() or number < 20:
            number += 1
            answers.append(server.parse(f"where is order {1000 + number}"))

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        meanwhile()
    finally:
        over.set()
        asker.join(PATIENCE_S)
    return answers


async def crowd(server: Client, texts: list[str]) -> list[tuple[int, Any, str | None]]:
    """Ask about all texts at once."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(server.base, connector=connector) as session:

        async def ask(text: str) -> tuple[int, Any, str | None]:
            async with session.post("/model/parse", json={"text": text}) as response:
                return (
                    response.status,
                    await response.json(content_type=None),
                    response.headers.get("Retry-After"),
                )

        return await asyncio.gather(*map(ask, texts))


def test_texts_in_a_batch_are_answered_as_alone_and_in_order(client: Client) -> None:
    texts = ["where is my order 1042", "thanks", "", "I want my money back!", "is the oak shelf in stock?"]
    answer = client.send("/model/parse/batch", json.dumps({"texts": texts}).encode())
    assert answer.status == 200
    check("batch.response", answer.body)
    assert [one["text"] for one in answer.body["parsed"]] == texts
    for together in answer.body["parsed"]:
        check("parse.response", together)
        assert together["intent"]["name"] == client.parse(together["text"]).body["intent"]["name"]


def test_what_a_batch_knows_of_the_conversation_counts_for_each_text(client: Client) -> None:
    metadata = {"last_intents": ["refund_status"]}
    body = json.dumps({"texts": ["and the other one?"], "metadata": metadata}).encode()
    (together,) = client.send("/model/parse/batch", body).body["parsed"]
    alone = client.parse("and the other one?", metadata=metadata).body
    assert together["intent_ranking"] == alone["intent_ranking"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"texts": "a"}', "texts"),
        (b'{"texts": [1]}', "texts"),
        (json.dumps({"texts": ["a"] * 257}).encode(), "texts"),
        (b'{"texts": ["a"], "metadata": 7}', "metadata"),
    ],
)
def test_a_bad_batch_is_refused_with_the_field_named(client: Client, body: bytes, field: str) -> None:
    answer = client.send("/model/parse/batch", body)
    assert (answer.status, answer.body["field"]) == (400, field)
    check("problem", answer.body)


def test_a_known_path_with_another_method_is_told(client: Client) -> None:
    answer = client.send("/model/parse")
    assert answer.status == 405
    check("problem", answer.body)


def test_one_text_asked_by_many_at_once_gets_one_answer(client: Client) -> None:
    answers = asyncio.run(crowd(client, ["may I pay for order 1077 by invoice?"] * 40))
    assert {status for status, _, _ in answers} == {200}
    assert len({json.dumps(body, sort_keys=True) for _, body, _ in answers}) == 1


def test_a_crowd_is_answered_or_asked_to_come_again_and_then_all_is_well(own_server: Client) -> None:
    texts = [
        f"My parcel number {number} is late and I am {number} days without it. " * 6
        for number in range(CROWD)
    ]
    answers = asyncio.run(crowd(own_server, texts))
    assert {status for status, _, _ in answers} == {200, 503}
    for status, body, retry_after in answers:
        if status == 503:
            check("problem", body)
            assert (body["type"], retry_after) == ("/problems/busy", "1")
    assert own_server.parse("hello again").status == 200


def test_no_request_is_lost_while_a_model_is_opened_anew(own_server: Client, model_folder: Path) -> None:
    body = json.dumps({"model_file": str(model_folder)}).encode()
    before = workers_of(own_server)
    said: list[Answer] = []
    answers = asked_all_along(own_server, lambda: said.append(own_server.send("/model", body, "PUT")))
    assert said[0].status == 204
    assert {answer.status for answer in answers} == {200}
    until(lambda: set(workers_of(own_server)).isdisjoint(before))


def test_a_signal_opens_the_same_folder_anew(own_server: Client) -> None:
    before = workers_of(own_server)
    os.kill(own_server.process.pid, signal.SIGHUP)
    until(lambda: bool(now := workers_of(own_server)) and set(now).isdisjoint(before))
    assert own_server.parse("hello").status == 200


def test_a_folder_without_a_model_is_refused_and_the_old_one_stays(
    own_server: Client, tmp_path: Path
) -> None:
    body = json.dumps({"model_file": str(tmp_path)}).encode()
    answer = own_server.send("/model", body, "PUT")
    assert answer.status == 400
    check("problem", answer.body)
    assert str(tmp_path) in answer.body["detail"]
    assert own_server.parse("where is my order").body["intent"]["name"] == "order_track"


def test_killed_workers_cost_no_answer(own_server: Client) -> None:
    before = workers_of(own_server)
    answers = asked_all_along(own_server, lambda: os.kill(before[-1], signal.SIGKILL))
    assert {answer.status for answer in answers} == {200}
    until(lambda: bool(now := workers_of(own_server)) and set(now).isdisjoint(before))
    for worker in workers_of(own_server):
        os.kill(worker, signal.SIGKILL)
    assert own_server.parse("and now?").status == 200


def test_no_worker_outlives_a_server_that_was_killed(own_server: Client) -> None:
    workers = workers_of(own_server)
    assert workers
    own_server.process.kill()
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
