"""Reads the graded lines from which moods are learnt."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.mood.mood import EMOTIONS, LABELS, MoodLine

MOODS = Path(__file__).parent / "lines.yaml"


class BadLines(CannotGoOn):
    """A group of graded lines names a label or an emotion that does not exist."""


def mood_lines(path: Path = MOODS) -> Sequence[MoodLine]:
    """Read every graded line with its group's label and emotions."""
    return [
        line for group in yaml.safe_load(path.read_text("utf-8"))["groups"] for line in lines_of(group, path)
    ]


def lines_of(group: dict[str, Any], path: Path) -> Sequence[MoodLine]:
    """Read one group."""
    label, emotions = str(group["label"]), frozenset(group.get("emotions", ()))
    if label not in LABELS or not emotions <= set(EMOTIONS):
        raise BadLines(f"{path}: group '{label}' with {sorted(emotions)}: use {LABELS} and {EMOTIONS}")
    return [MoodLine(str(text), label, emotions) for text in group["lines"]]
