"""Faults put into a good book, one for each rule of `check`: each is found, with its conversation."""

from pathlib import Path

import pytest

from app.rulebooks import tool_shapes
from policies.check import check
from policies.facts import Tools
from tests.fakes.company import Books
from tests.talk import registry_over
from tests.unit.books.altered import TOOLS, altered
from tests.unit.books.faults import SEEDS, Seed


@pytest.fixture(scope="module")
def tools() -> Tools:
    """All tools there are, described once."""
    return {**TOOLS, **tool_shapes(registry_over(Books()))}


def test_there_are_enough_of_them_and_each_breaks_another_rule() -> None:
    assert len({seed.rule for seed in SEEDS}) == len(SEEDS) >= 20


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.rule.replace(" ", "_"))
def test_each_seeded_fault_is_found_with_its_line_and_its_conversation(
    seed: Seed, tools: Tools, tmp_path: Path
) -> None:
    book = altered(tmp_path, seed.file, seed.old, seed.new, every=True)
    report = check(book, tools)
    assert [problem.message for problem in report.problems] == [seed.says]
    problem = report.problems[0]
    lines = (book / problem.file).read_text(encoding="utf-8").splitlines()
    assert problem.file == (seed.in_file or seed.file)
    assert (seed.at or seed.new.strip().splitlines()[0]) in lines[problem.line - 1]
    assert seed.hint in problem.hint
    assert seed.shows in problem.shown_by, "\n".join(problem.shown_by)
