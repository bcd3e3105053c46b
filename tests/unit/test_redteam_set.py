"""The red-team set: as large as promised, well formed, and split by its own hash."""

from collections import Counter
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

SETS = Path(__file__).parents[2] / "evals" / "datasets" / "redteam"
COLUMNS = {"text", "label", "class", "language", "split"}


def lines(name: str) -> list[dict[str, str]]:
    return [orjson.loads(line) for line in (SETS / name).read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.parametrize(("name", "label", "least"), [("attacks", "attack", 330), ("safe", "safe", 150)])
def test_every_line_has_its_columns_and_there_are_enough(name: str, label: str, least: int) -> None:
    found = lines(f"{name}.jsonl")

    assert len({line["text"] for line in found}) == len(found) >= least
    assert all(set(line) - {"hides"} == COLUMNS and line["label"] == label for line in found)


@pytest.mark.parametrize("name", ["attacks.jsonl", "safe.jsonl"])
def test_a_lines_split_follows_from_its_hash(name: str) -> None:
    for line in lines(name):
        held_back = int(sha256(line.get("hides", line["text"]).encode()).hexdigest(), 16) % 3 == 0
        assert line["split"] == ("held_back" if held_back else "dev"), line["text"]


def test_every_class_of_attack_is_held_back_in_part_and_many_languages_are_there() -> None:
    found = lines("attacks.jsonl")

    splits = Counter((line["class"], line["split"]) for line in found)
    assert all(splits[name, split] >= 3 for name, _ in splits for split in ("dev", "held_back")), splits
    assert len({line["language"] for line in found}) >= 8
