"""How one text of an article differs from another, line by line; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "come", "left_out"]
Change = Literal["new", "changed", "withdrawn", "same"]
AROUND = 2
"""Lines shown above and below a change."""


@dataclass(frozen=True, kw_only=True)
class DiffLine:
    """One line, and whether it stays, goes or comes; `left_out` stands for lines that are the same."""

    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What becomes of one article."""

    article_id: str
    title: str
    change: Change
    lines: tuple[DiffLine, ...]


def difference(article_id: str, title: str, old: str | None, new: str | None) -> Difference:
    """Compare an article's texts; without an old one it is new, without a new one it is withdrawn."""
    change: Change = "new" if old is None else "withdrawn" if new is None else "changed"
    if old == new:
        change = "same"
    lines = tuple(diff_lines((old or "").splitlines(), (new or "").splitlines()))
    return Difference(article_id=article_id, title=title, change=change, lines=lines)


def diff_lines(old: list[str], new: list[str]) -> Iterator[DiffLine]:
    """Yield what went and came, with a little of what stays around it."""
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] > 0 or group[0][3] > 0:
            yield DiffLine(kind="left_out", text="")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (DiffLine(kind="same", text=text) for text in old[a:b])
                continue
            yield from (DiffLine(kind="gone", text=text) for text in old[a:b])
            yield from (DiffLine(kind="come", text=text) for text in new[c:d])
