"""Reads files of texts that are attacks or safe, `.csv` or `.jsonl`."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson

from evals.errors import EvalError

ATTACK, SAFE = "attack", "safe"
HELD_BACK = "held_back"


class NotMeasured(EvalError):
    """The file cannot be used; the message says which line, and what to give."""


class Columns(Protocol):
    """Where a file's texts and labels stand."""

    @property
    def text_column(self) -> str:
        """The column of the texts."""

    @property
    def label_column(self) -> str:
        """The column of the labels."""

    @property
    def label(self) -> str | None:
        """What every text of the file is, where no column says so."""


@dataclass(frozen=True)
class Labelled:
    """A text with what it is; `kind` is its class, where the file names one."""

    text: str
    attack: bool
    kind: str = ""


@dataclass(frozen=True)
class Chosen:
    """The texts that are measured, and what was left out."""

    texts: Sequence[Labelled]
    note: str


def chosen(files: Iterable[Path], columns: Columns) -> Chosen:
    """Read files; of one that names splits only what is held back, of other labels nothing."""
    if columns.label not in (None, ATTACK, SAFE):
        raise NotMeasured(f"--label {columns.label}: give {ATTACK} or {SAFE}")
    found: list[Labelled] = []
    left: Counter[str] = Counter()
    for file in files:
        for number, row in enumerate(rows(file), 2 if file.suffix == ".csv" else 1):
            text, label = _text(row, columns, file, number), _label(row, columns, file, number)
            if row.get("split", HELD_BACK) != HELD_BACK:
                left[f"split {row['split']}"] += 1
            elif label not in (ATTACK, SAFE):
                left[f"label {label}"] += 1
            elif text.strip():
                found.append(Labelled(text, label == ATTACK, str(row.get("class") or "")))
    if not found:
        raise NotMeasured(f"no text has the label {ATTACK} or {SAFE}; --label says it of a whole file")
    without = "; ".join(f"{often} of {name} left out" for name, often in sorted(left.items()))
    return Chosen(found, f"{len(found)} texts" + (f"; {without}" if without else ""))


def rows(file: Path) -> Iterator[Mapping[str, Any]]:
    """Yield a file's rows."""
    if not file.is_file():
        raise NotMeasured(f"{file} does not exist; give a .csv or .jsonl file with --test")
    if file.suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines)
        return
    for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
        if line.strip():
            yield _row(line, file, number)


def _row(line: str, file: Path, number: int) -> Mapping[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as why:
        raise NotMeasured(f"{file.name}:{number}: this line is no JSON") from why
    if not isinstance(row, dict):
        raise NotMeasured(f"{file.name}:{number}: this line is no JSON object")
    return row


def _text(row: Mapping[str, Any], columns: Columns, file: Path, number: int) -> str:
    text = row.get(columns.text_column)
    if not isinstance(text, str):
        has = ", ".join(str(name) for name in row)
        raise NotMeasured(
            f"{file.name}:{number}: there is no text in '{columns.text_column}'; the line has {has}. "
            "Name the column with --text-column."
        )
    return text


def _label(row: Mapping[str, Any], columns: Columns, file: Path, number: int) -> str:
    if columns.label is not None:
        return columns.label
    label = row.get(columns.label_column)
    if not isinstance(label, str):
        raise NotMeasured(
            f"{file.name}:{number}: there is no label in '{columns.label_column}'; name the column with "
            "--label-column, or say what all texts are with --label attack"
        )
    return label.strip().lower()
