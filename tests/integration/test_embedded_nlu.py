"""The NLU service as a child: trained from the rule book once, served, and asked."""

import asyncio
import json
import urllib.request
from pathlib import Path
from typing import Any

from app.commands.book import training_text
from app.embedded.training import fingerprint_of, train
from app.settings import Settings


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


async def test_nothing_is_trained_when_nothing_changed(
    nlu_server: str, model_dir: Path, tmp_path: Path
) -> None:
    assert nlu_server
    said: list[str] = []
    again = await train(training_text(Settings().book), model_dir, said.append, log=tmp_path / "training.log")
    assert (again.fresh, said) == (False, [])


def test_another_example_makes_another_model() -> None:
    text = training_text(Settings().book)
    assert fingerprint_of(text) == fingerprint_of(text)
    assert fingerprint_of(text) != fingerprint_of(f"{text}\n    - where might it be")
