"""`frontdesk eval sentiment`: how well moods are rated, on any file of labelled messages."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from app.embedded.children import NLU_PYTHON
from app.settings import ROOT
from evals.errors import EvalError
from evals.figures import Figures, Measured, conclude
from evals.thresholds import Bench, load_thresholds

ANY_FILE = "any"
"""The demands on every file; a section named like a file adds its own."""
OWN = Path(__file__).parent / "datasets" / "moods.jsonl"


class NotMeasured(EvalError):
    """The file cannot be used, or understanding's environment is missing; the message says what to do."""


@dataclass(frozen=True)
class Found:
    """What understanding's own interpreter measured."""

    figures: Figures
    confusions: Sequence[tuple[str, str, int]]


def main(test: Path | None, *, text_column: str, label_column: str, as_json: bool) -> int:
    """Measure, print what was found, and return 0 when it is good enough."""
    file = test or OWN
    console = Console(stderr=as_json)
    found = measure(file, text_column, label_column)
    show(found, console)
    failed = list(shortfalls(found.figures, demands(file, load_thresholds().sentiment)))
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    measured = Measured(name="eval sentiment", figures=found.figures, passed=not failed)
    return conclude(measured, as_json=as_json)


def measure(file: Path, text_column: str, label_column: str) -> Found:
    """Let understanding's interpreter rate the file; what it cannot use is told in its own words."""
    if not file.is_file():
        raise NotMeasured(f"{file} does not exist; give a .csv or .jsonl file with --test")
    if not NLU_PYTHON.exists():
        raise NotMeasured("NLU's environment nlu/.venv is missing. Run `make setup`.")
    command = [str(NLU_PYTHON), "-m", "frontdesk_nlu", "measure-moods", "--test", str(file.absolute())]
    columns = ["--text-column", text_column, "--label-column", label_column]
    done = subprocess.run([*command, *columns], cwd=ROOT / "nlu", capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(done.stderr.strip().splitlines()[-1].removeprefix("frontdesk_nlu: "))
    told = orjson.loads(done.stdout.splitlines()[-1])
    return Found(told["figures"], [(given, said, often) for given, said, often in told["confusions"]])


def demands(file: Path, sections: dict[str, Bench]) -> dict[str, float]:
    """What is demanded on a file: of every file, and of this one by its name."""
    named = sections.get(file.stem, Bench())
    return sections[ANY_FILE].at_least | named.at_least


def shortfalls(figures: Figures, at_least: dict[str, float]) -> Iterator[str]:
    """Name each figure that is too low; what a file does not tell is not demanded."""
    for name, least in at_least.items():
        if name in figures and figures[name] < least:
            yield f"{name}: {figures[name]:.4f}, at least {least:g} is demanded"


def show(found: Found, console: Console) -> None:
    """Print figures and the commonest mistakes."""
    table = Table("figure", "value", title="Sentiment", title_justify="left")
    for name, value in found.figures.items():
        table.add_row(name, f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}")
    console.print(table)
    for given, said, often in found.confusions:
        console.print(f"{often:>5}  {given} taken for {said}", highlight=False)
