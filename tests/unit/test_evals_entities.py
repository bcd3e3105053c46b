"""What `frontdesk eval entities` demands and measures, with understanding's own interpreter."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from evals.thresholds import load_thresholds
from evals.understanding.entities import main, measure
from evals.understanding.intents import OWN, demands
from evals.understanding.interpreter import NotMeasured

QUIET = Console(quiet=True)
DEVELOPMENT = OWN.with_stem("shop_intents_development")


def test_the_held_back_set_is_held_to_ninety_five_percent() -> None:
    wanted = demands(("shop_intents",), load_thresholds().entities)
    assert wanted.at_least["f1"] >= 0.95
    assert "f1" not in demands(("anything",), load_thresholds().entities).at_least


def test_a_file_that_is_not_there_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(NotMeasured, match=r"nowhere\.jsonl does not exist"):
        measure(tmp_path / "nowhere.jsonl", QUIET)


def test_the_books_catalogue_decides_what_a_product_is_called(tmp_path: Path) -> None:
    file = tmp_path / "marked.jsonl"
    entity = {"entity": "product", "start": 2, "end": 14, "value": "Birch serving board"}
    file.write_text(json.dumps({"text": "a servin board", "entities": [entity]}), "utf-8")
    figures = measure(file, QUIET)["figures"]
    assert (figures["f1"], figures["f1_product"], figures["value_agreement"]) == (1.0, 1.0, 1.0)


def test_understanding_finds_enough_on_the_development_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(DEVELOPMENT, as_json=True) == 0
    assert '"name":"eval entities"' in capsys.readouterr().out.splitlines()[-1]
