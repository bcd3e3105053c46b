"""`frontdesk data validate`: what is wrong with examples, each with its file and line."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from app.settings import load_settings
from evals.figures import Measured, conclude
from evals.understanding.interpreter import ask_nlu
from policies.schema import IntentsFile
from policies.source import read_source

OWN = Path(__file__).parents[1] / "datasets" / "shop_intents.jsonl"
"""Held-back questions: none of them may stand among the examples."""

ANNOTATION = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def main(files: Sequence[Path], *, text_column: str, label_column: str, as_json: bool) -> int:
    """Examine files together, the book and its held-back questions when none is named; 0 means sound."""
    console = Console(stderr=as_json)
    with _named(files) as named:
        columns = ["--text-column", text_column, "--label-column", label_column]
        told = ask_nlu(["validate", *(str(file.absolute()) for file in named), *columns], console)
    for finding in told["findings"]:
        kind = "" if finding["error"] else "note: "
        line = f"{kind}{finding['place']}: {finding['kind'].replace('_', ' ')}: {finding['tells']}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    figures = told["figures"]
    console.print(
        f"{figures['texts_count']} texts, {figures['intents_count']} intents: "
        f"{figures['errors_count']} errors, {figures['notes_count']} notes",
        highlight=False,
    )
    measured = Measured(name="data validate", figures=figures, passed=figures["errors_count"] == 0)
    return conclude(measured, as_json=as_json)


@contextmanager
def _named(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """Take the files that were named, or write the book's examples into one."""
    if files:
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="frontdesk-data-") as folder:
        corpus = Path(folder) / "book.jsonl"
        rows = book_examples(load_settings().book / "intents")
        corpus.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        yield [corpus, OWN] if OWN.exists() else [corpus]


def book_examples(folder: Path) -> Iterator[dict[str, Any]]:
    """Read every example of a book's intents, without annotations, with its file and line."""
    for path in sorted(folder.glob("*.yaml")):
        source = read_source(path, str(path))
        for name, intent in IntentsFile.model_validate(source.content).intents.items():
            for index, example in enumerate(intent.examples):
                line = source.mark(("intents", name, "examples", index)).line
                text = ANNOTATION.sub(r"\1", example)
                yield {"text": text, "intent": name, "place": f"{path}:{line}"}
