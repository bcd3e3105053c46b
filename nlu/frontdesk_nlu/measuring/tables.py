"""Reads labelled texts: tables, one object a line, or Rasa's own training files."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from frontdesk_nlu.failures import CannotGoOn

FORMATS = (".csv", ".jsonl", ".yml")

PLACE = "place"
"""A row that was copied from elsewhere may say where it stands, as `file:line`."""

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


class BadTable(CannotGoOn):
    """A file of labelled texts cannot be used; the message names file, line and column."""


@dataclass(frozen=True)
class Labelled:
    """A text with the label somebody gave it, and where it stands."""

    text: str
    label: str
    place: str


@dataclass(frozen=True)
class Columns:
    """What the two columns are called."""

    text: str = "text"
    label: str = "intent"


def read_labelled(path: Path, columns: Columns) -> Sequence[Labelled]:
    """Read a whole file; nothing is skipped in silence."""
    if path.suffix == ".yml" and path.is_file():
        rows = list(_rasa_examples(path))
    else:
        rows = [labelled(row, place, columns) for place, row in table_rows(path)]
    if not rows:
        raise BadTable(f"{path} holds no text")
    return rows


def table_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Read the rows of a table or of objects a line, each with where it stands."""
    readers = {".csv": _csv_rows, ".jsonl": _json_rows}
    if not path.is_file():
        raise BadTable(f"{path} does not exist; give a file that ends in {' or '.join(FORMATS)}")
    if path.suffix not in readers:
        raise BadTable(f"{path} ends in {path.suffix or 'nothing'}; {' or '.join(FORMATS)} can be read")
    return readers[path.suffix](path)


def _csv_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Read a table whose first line names the columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            for row in reader:
                yield f"{path}:{reader.line_num}", row
        except (UnicodeDecodeError, csv.Error) as why:
            raise BadTable(f"{path}:{reader.line_num + 1}: {why}; save the file as UTF-8 CSV") from why


def json_lines(path: Path, holds: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Read a `.jsonl` file that must be there and hold something, each object with where it stands."""
    if not path.is_file():
        raise BadTable(f"{path} does not exist; give a .jsonl file with {holds}")
    rows = list(_json_rows(path))
    if not rows:
        raise BadTable(f"{path} holds no text")
    return rows


def _json_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Read one object a line."""
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as why:
            raise BadTable(f"{path}:{number}: no JSON: {why}") from why
        if not isinstance(row, dict):
            raise BadTable(f"{path}:{number}: one JSON object a line is expected")
        yield f"{path}:{number}", row


def labelled(row: Mapping[str, Any], place: str, columns: Columns) -> Labelled:
    """Take the two columns out of a row."""
    for option, name in (("text", columns.text), ("label", columns.label)):
        if not isinstance(row.get(name), str) or not row[name].strip():
            have = ", ".join(str(one) for one in row if one is not None)
            raise BadTable(f"{place}: no text in column '{name}' (--{option}-column); it has {have}")
    return Labelled(row[columns.text], row[columns.label].strip(), str(row.get(PLACE) or place))


def _rasa_examples(path: Path) -> Iterator[Labelled]:
    """Read the intents' examples of Rasa's YAML, without their annotations; a lookup table has none."""
    lines = path.read_text("utf-8").splitlines()
    read = yaml.safe_load("\n".join(lines)) or {}
    for block in (one for one in read.get("nlu", []) if "intent" in one):
        for example in str(block.get("examples", "")).splitlines():
            yield Labelled(plain(example.removeprefix("- ")), str(block["intent"]), str(path))


def plain(example: str) -> str:
    """Take annotations such as `[1042](order_number)` out of an example."""
    return _ANNOTATION.sub(r"\1", example)


def rasa_training(rows: Sequence[Labelled]) -> str:
    """Write texts as Rasa's training file; what looks like an annotation there is kept as text."""
    blocks = []
    for label in sorted({row.label for row in rows}):
        texts = (" ".join(row.text.split()) for row in rows if row.label == label)
        lines = "".join(f"      - {text.replace('](', '] (').replace(']{', '] {')}\n" for text in texts)
        blocks.append(f"  - intent: {json.dumps(label)}\n    examples: |\n{lines}")
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)
