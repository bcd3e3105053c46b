"""Reads the graded lines that the mood model learns from."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.mood import EMOTIONS, LABELS, MoodLine

FILE = Path(__file__).parent / "mood_lines.yaml"


class BadLines(CannotGoOn):
    """A group of graded lines names a label or an emotion that does not exist."""


def load_lines(path: Path = FILE) -> Sequence[MoodLine]:
    """Read every line with its group's label and emotions."""
    return [line for group in yaml.safe_load(path.read_text())["groups"] for line in lines_of(group, path)]


def lines_of(group: dict[str, list[str]], path: Path) -> Sequence[MoodLine]:
    """Read one group."""
    label, emotions = str(group["label"]), frozenset(group.get("emotions", ()))
    if label not in LABELS or not emotions <= set(EMOTIONS):
        raise BadLines(f"{path}: group '{label}' with {sorted(emotions)}: use {LABELS} and {EMOTIONS}")
    return [MoodLine(str(text), label, emotions) for text in group["lines"]]
