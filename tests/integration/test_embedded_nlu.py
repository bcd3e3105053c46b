"""The NLU service as a child: trained from the rule book once, served, and asked."""

import asyncio
import json
import urllib.request
from pathlib import Path
from typing import Any

from app.commands.book import training_text
from app.embedded.training import alone, fingerprint_of, train
from app.settings import Settings
from tests.learning import FOLDER


def parse(url: str, text: str) -> dict[str, Any]:
    body = json.dumps({"text": text}).encode()
    ask = urllib.request.Request(f"{url}/model/parse", body, {"content-type": "application/json"})
    with urllib.request.urlopen(ask, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


async def test_the_served_model_knows_the_rule_books_intents(nlu_server: str) -> None:
    found = await asyncio.to_thread(parse, nlu_server, "where is my order 1042?")
    assert found["intent"]["name"] == "order_track"
    assert ("order_number", "1042") in [(one["entity"], one["value"]) for one in found["entities"]]


async def test_nothing_is_trained_when_nothing_changed(nlu_server: str, tmp_path: Path) -> None:
    assert nlu_server
    said: list[str] = []
    again = await train(training_text(Settings().book), FOLDER, said.append, log=tmp_path / "training.log")
    assert (again.fresh, said) == (False, [])


async def test_who_trains_into_a_folder_waits_for_whoever_does_so_already(tmp_path: Path) -> None:
    happened: list[str] = []
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with alone(tmp_path):
            begun.set()
            await may_end.wait()
            happened.append("first")

    async def second() -> None:
        async with alone(tmp_path):
            happened.append("second")

    async with asyncio.timeout(30), asyncio.TaskGroup() as both:
        both.create_task(first())
        await begun.wait()
        both.create_task(second())
        await asyncio.sleep(0)
        assert happened == []
        may_end.set()
    assert happened == ["first", "second"]


async def test_the_second_of_two_trainings_finds_the_firsts_model(tmp_path: Path) -> None:
    text = training_text(Settings().book)
    folder, log = tmp_path / "nlu", tmp_path / "training.log"
    (folder / "model").mkdir(parents=True)

    async def trained_elsewhere() -> None:
        async with alone(folder):
            await asyncio.sleep(0)
            (folder / "fingerprint").write_text(fingerprint_of(text), "utf-8")

    said: list[str] = []
    async with asyncio.timeout(60), asyncio.TaskGroup() as both:
        both.create_task(trained_elsewhere())
        await asyncio.sleep(0)
        found = both.create_task(train(text, folder, said.append, log=log))
    assert (found.result().fresh, said) == (False, [])


def test_another_example_makes_another_model() -> None:
    text = training_text(Settings().book)
    assert fingerprint_of(text) == fingerprint_of(text)
    assert fingerprint_of(text) != fingerprint_of(f"{text}\n    - where might it be")
