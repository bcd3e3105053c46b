"""`frontdesk eval entities`: how exactly entities are found, on any file of marked texts."""

import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.commands.book import training_text
from app.settings import load_settings
from evals.figures import Figures, Measured, conclude
from evals.thresholds import load_thresholds
from evals.understanding.intents import OWN, demands, shortfalls
from evals.understanding.interpreter import ask_nlu


def main(test: Path | None, *, as_json: bool) -> int:
    """Measure with the book's names and products, print figures, and return 0 when they are good enough."""
    file = test or OWN
    console = Console(stderr=as_json)
    told = measure(file, console)
    figures: Figures = told["figures"]
    show(told, console)
    failed = list(shortfalls(figures, demands((file.stem,), load_thresholds().entities)))
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    measured = Measured(name="eval entities", figures=figures, passed=not failed)
    return conclude(measured, as_json=as_json)


def measure(file: Path, console: Console) -> dict[str, Any]:
    """Let understanding's interpreter learn the book's names and read the file."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-eval-") as folder:
        corpus = Path(folder) / "book.yml"
        corpus.write_text(training_text(load_settings().book), "utf-8")
        files = ["--train", str(corpus), "--test", str(file.absolute())]
        return ask_nlu(["measure-entities", *files], console)


def show(told: dict[str, Any], console: Console) -> None:
    """Print figures and how many of each kind were missed or found wrongly."""
    table = Table("figure", "value", title="Entities", title_justify="left")
    for name, value in told["figures"].items():
        table.add_row(name, f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}")
    console.print(table)
    for kind, missed, wrong in told["mistakes"]:
        console.print(f"{kind}: {missed} missed, {wrong} found though not marked", highlight=False)
