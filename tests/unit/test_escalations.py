"""How surely words alone hear who asks for a person; `frontdesk eval escalations` counts understanding in."""

import json
from collections import Counter
from pathlib import Path

import pytest

from policies.fast_path import FastPath
from tests.unit.books.altered import shop_book

SETS = Path(__file__).parents[2] / "evals" / "datasets"


@pytest.fixture(scope="module")
def fast_path() -> FastPath:
    """The sample book's fast path."""
    return FastPath(shop_book())


def heard(fast_path: FastPath, half: str) -> Counter[str]:
    """Count what is missed and what is heard although nobody asked, never naming a text."""
    counts: Counter[str] = Counter()
    for line in (SETS / f"escalations_{half}.jsonl").read_text("utf-8").splitlines():
        said = json.loads(line)
        match = fast_path.match(said["text"])
        asked = match is not None and match.intent == "human_request"
        counts["asked" if said["wants_person"] else "did not ask"] += 1
        if asked != said["wants_person"]:
            counts["missed" if said["wants_person"] else "false alarms"] += 1
    print(half, dict(counts))
    return counts


@pytest.mark.parametrize(("half", "missed", "false_alarms"), [("tuning", 3, 0), ("development", 17, 6)])
def test_words_alone_miss_no_more_than_they_did(
    fast_path: FastPath, half: str, missed: int, false_alarms: int
) -> None:
    counts = heard(fast_path, half)
    assert counts["asked"] > 100
    assert counts["did not ask"] > 100
    assert counts["missed"] <= missed
    assert counts["false alarms"] <= false_alarms
