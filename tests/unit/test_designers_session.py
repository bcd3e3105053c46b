"""A designer's session with the sample book: a change that is fine, and four slips found at their lines."""

import shutil
from pathlib import Path

import pytest

from app.rulebooks import tool_shapes
from policies.check import Report, check
from tests.fakes.company import Books
from tests.talk import BOOK, registry_over

FLOW = "flows/refund.yaml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the sample book."""
    shutil.copytree(BOOK, tmp_path / "book")
    return tmp_path / "book"


def edit(book: Path, file: str, old: str, new: str) -> int:
    """Replace the first such text, and give the line on which the change ends."""
    text = (book / file).read_text("utf-8")
    at = text.index(old)
    (book / file).write_text(text[:at] + new + text[at + len(old) :], "utf-8")
    return (text[:at] + new.rstrip("\n")).count("\n") + 1


def looked_at(book: Path) -> Report:
    """What `frontdesk check` finds."""
    return check(book, tool_shapes(registry_over(Books())))


def test_another_limit_is_fine_and_makes_another_version(book: Path) -> None:
    edit(book, "actions.yaml", "if: args.amount > 100\n", "if: args.amount > 150\n")
    report = looked_at(book)
    assert [str(problem) for problem in report.problems] == []
    assert report.book is not None
    rules = report.book.actions["refund_order"].rules
    assert any(rule.condition.source == "args.amount > 150" for rule in rules)


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            "      - collect: order_id\n",
            "     - collect: order_id\n",
            "this is not valid YAML",
            "indentation",
        ),
        (
            "collect: order_id\n",
            "collect: ordr_id\n",
            "there is no slot 'ordr_id'",
            "Did you mean 'order_id'?",
        ),
        (
            "read: find_order\n",
            "read: find_ordr\n",
            "there is no tool 'find_ordr'",
            "Did you mean 'find_order'?",
        ),
        (
            "      - collect: order_id\n",
            "      - link: refund_status\n      - collect: order_id\n",
            "no conversation reaches this step",
            "remove what stands behind it",
        ),
    ],
    ids=["an indentation", "a misspelt slot", "an unknown tool", "a dead step"],
)
def test_each_slip_is_found_at_its_line(book: Path, old: str, new: str, message: str, hint: str) -> None:
    line = edit(book, FLOW, old, new)
    (problem,) = looked_at(book).problems
    assert (problem.file, problem.line) == (FLOW, line)
    assert problem.message.startswith(message)
    assert hint in problem.hint
