"""A small valid book of another company, and a way to break it in one place."""

import shutil
from functools import cache
from pathlib import Path

from policies.facts import ToolShape
from policies.loader import load_book
from policies.model import Book

LIBRARY = Path(__file__).parent / "library"
EVERY_STEP = Path(__file__).parent / "every_step"
"""What is laid over the library's book so that it holds every kind of step."""
SHOP = Path(__file__).parents[3] / "policies" / "book"
"""The sample shop's book."""
TOOLS = {
    "find_loan": ToolShape(
        args={"loan_id": "text"},
        required=frozenset({"loan_id"}),
        result={"title": "text", "extended": "number", "reserved": "truth"},
        effect=False,
    ),
    "extend_loan": ToolShape(
        args={"loan_id": "text", "days": "number"},
        required=frozenset({"loan_id", "days"}),
        result={},
        effect=True,
    ),
}
"""What the library's tools take and give."""


@cache
def shop_book() -> Book:
    """Return the sample shop's book, read once; its tools are not looked at."""
    return load_book(SHOP)


@cache
def library_book() -> Book:
    """Return the library's book, read once; its tools are not looked at."""
    return load_book(LIBRARY)


def altered(folder: Path, file: str, old: str, new: str, *, every: bool = False) -> Path:
    """Copy the library's book, or the one with every kind of step, with one text replaced.

    The text must be there exactly once.
    """
    if every:
        book = every_step(folder)
    else:
        book = folder / "book"
        shutil.copytree(LIBRARY, book)
    text = (book / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    (book / file).write_text(text.replace(old, new), encoding="utf-8")
    return book


def every_step(folder: Path) -> Path:
    """Copy the library's book with flows that hold every kind of step."""
    book = folder / "book"
    shutil.copytree(LIBRARY, book)
    shutil.copytree(EVERY_STEP, book, dirs_exist_ok=True)
    return book
