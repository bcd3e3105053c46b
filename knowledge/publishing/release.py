"""What was published together, and what can be said about it without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.terms import Commonness, count_passages

Shown = Mapping[str, int]
"""Article -> the version that is published."""
Changes = Mapping[str, int | None]
"""Article -> the version to publish; None withdraws it."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """Who publishes, and why."""

    by: str = ""
    note: str = ""
    restores: int | None = None


@dataclass(frozen=True, kw_only=True)
class Release:
    """One publication: everything that could be answered from until the next."""

    number: int
    name: str
    shown: Shown
    restores: int | None
    note: str
    made_by: str
    made_at: datetime


def changes_between(now: Shown, wanted: Shown) -> dict[str, int | None]:
    """List what has to be shown or withdrawn to come from one state to the other."""
    ids = sorted({*now, *wanted})
    return {each: wanted.get(each) for each in ids if now.get(each) != wanted.get(each)}


def recounted(common: Commonness, gone: Iterable[str], come: Iterable[str]) -> dict[str, int]:
    """Move the counts of words along with the passages that went and came."""
    counts = dict(common)
    for word, number in count_passages(gone).items():
        counts[word] = counts.get(word, 0) - number
    for word, number in count_passages(come).items():
        counts[word] = counts.get(word, 0) + number
    return {word: number for word, number in counts.items() if number or not word}
