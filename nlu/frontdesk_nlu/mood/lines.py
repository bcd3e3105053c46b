"""Reads the graded lines from which moods are learnt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.mood.mood import EMOTIONS, LABELS

FOLDER = Path(__file__).parent / "lines"


class BadLines(CannotGoOn):
    """A group of graded lines names a label or an emotion that does not exist."""


@dataclass(frozen=True)
class MoodLine:
    """A line a customer might write, graded by hand."""

    text: str
    label: str
    emotions: frozenset[str]

    @property
    def polarity(self) -> str:
        """The label without its strength."""
        return self.label.removeprefix("very_")


def mood_lines(folder: Path = FOLDER) -> Sequence[MoodLine]:
    """Read every graded line of every file; a line that stands twice is read once."""
    files = sorted(folder.glob("*.yaml"))
    lines = [line for path in files for line in lines_in(path)]
    return list({line.text: line for line in lines}.values())


def lines_in(path: Path) -> Iterable[MoodLine]:
    """Read one file."""
    for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
        yield from lines_of(group, path)


def lines_of(group: dict[str, Any], path: Path) -> Iterable[MoodLine]:
    """Read one group: a label, its emotions, and a text on each line."""
    label, emotions = str(group["label"]), frozenset(group.get("emotions", ()))
    if label not in LABELS or not emotions <= set(EMOTIONS):
        raise BadLines(f"{path}: group '{label}' with {sorted(emotions)}: use {LABELS} and {EMOTIONS}")
    for text in str(group["lines"]).splitlines():
        if text.strip():
            yield MoodLine(text.strip(), label, emotions)
