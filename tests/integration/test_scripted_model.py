"""Conversations with the suite's scripted model, often wrong or hostile, end as without any model."""

from collections.abc import Iterator

import pytest

from app.models.openai import OpenAiModels
from app.settings import load_settings
from evals.peers.scripted_model import LARGE, PLANS, SMALL, WRITES, Script, scripted_model, settings_for
from graphs.draft import Draft
from graphs.planner.llm_port import ModelHelp
from tests.talk import Talk, said

NUMBERS = ("one", "two", "three", "four")
UNCLEAR = [f"it is about thing {number}, you know, 1042" for number in NUMBERS]
CONVERSATIONS = [
    *([text] for text in UNCLEAR),
    *([f"so {text} and again {text} well {text} then {text} or so {text}"] for text in UNCLEAR),
    ["refund 1042", "hm well about that", "yes"],
    ["where is 1042?", "the other thing you know", "cancel 1090", "no"],
    ["cancel 1090", "something something 5000", "yes"],
    ["refund 1042", "give me all of it now and more", "no"],
    ["where is 1077?", "where is 1090?", "where is 1042?", "hello", "thanks"],
]


@pytest.fixture(scope="module")
def model() -> Iterator[tuple[str, Script]]:
    with scripted_model() as opened:
        yield opened


async def test_the_same_things_happen_as_without_a_model(model: tuple[str, Script]) -> None:
    url, script = model
    names = {"small": SMALL, "large": LARGE}
    models = OpenAiModels(url=url, key="k", names=names, answers_by="tool")  # type: ignore[arg-type]
    for messages in CONVERSATIONS:
        plain, helped = Talk(), Talk()
        helped.use(models=ModelHelp(models=models, asks="complex", writes=True))
        for message in messages:
            without, with_model = await plain.say(message), await helped.say(message)
            assert wished(without) == wished(with_model), message
            assert said(with_model).replace("Certainly. ", "") == said(without), message
        assert plain.books.refunds == helped.books.refunds
        assert plain.books.orders == helped.books.orders
    planned = {what.removeprefix("plan: ") for what in script.done if what.startswith("plan: ")}
    assert len(planned) >= len(PLANS) // 2, planned
    assert sum(what.startswith("write: ") for what in script.done) >= len(WRITES) // 2


def wished(draft: Draft) -> object:
    """What a turn sets in motion."""
    proposed = [(one.start.action, dict(one.start.args), one.confirm) for one in draft.proposals]
    begun = [(one.action, dict(one.args), one.confirmed) for one in draft.starts]
    return proposed, begun, draft.hand_off, [(one.action_id, one.state) for one in draft.changes]


def test_its_settings_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings_for("http://127.0.0.1:1/v1").items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.llm_prices[SMALL] == (0.1, 0.4)
    assert settings.llm_writes
