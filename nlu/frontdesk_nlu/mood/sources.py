"""Reads texts that were rated by others: reviews and tweets for fitting, public posts for a prior."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.mood.mood import POLARITIES


class BadReviews(CannotGoOn):
    """A file of rated texts cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Rated:
    """A text with its polarity."""

    text: str
    polarity: str


def rated_in(folder: Path) -> Sequence[Rated]:
    """Read every `.jsonl` file of a folder."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise BadReviews(f'{folder} holds no .jsonl file of lines like {{"text": …, "label": …}}')
    return [one for path in files for one in rated(path)]


def rated(path: Path) -> Sequence[Rated]:
    """Read one file: an object with `text` and `label` on each line."""
    lines = path.read_text("utf-8").splitlines()
    return [rated_line(line, f"{path}:{number}") for number, line in enumerate(lines, start=1)]


def rated_line(line: str, place: str) -> Rated:
    """Read one line."""
    try:
        read = json.loads(line)
        text, label = str(read["text"]), str(read["label"])
    except (ValueError, KeyError, TypeError) as why:
        raise BadReviews(f"{place}: write an object with `text` and `label`") from why
    if label not in POLARITIES:
        raise BadReviews(f"{place}: label '{label}' is not one of {', '.join(POLARITIES)}")
    return Rated(text, label)
