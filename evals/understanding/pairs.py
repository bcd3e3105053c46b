"""`frontdesk eval pairs`: whether two wishes in one message are told apart, and one wish stays whole."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.commands.book import training_text
from app.settings import load_settings
from evals.figures import Figures, Measured, conclude
from evals.thresholds import load_thresholds
from evals.understanding.intents import demands, shortfalls
from evals.understanding.interpreter import NotMeasured, ask_nlu

OWN = Path(__file__).parents[1] / "datasets" / "shop_pairs.jsonl"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the person at the terminal asked for."""

    train: Path | None = None
    test: Path | None = None
    singles: Path | None = None
    text_column: str = "text"
    label_column: str = "intent"


def main(wish: Wish, *, as_json: bool) -> int:
    """Measure, print what was found, and return 0 when it is good enough."""
    console = Console(stderr=as_json)
    with complete(wish) as whole:
        told = ask_nlu(arguments(whole), console)
    figures: Figures = told["figures"]
    show(figures, console)
    failed = list(shortfalls(figures, demands(subject(whole), load_thresholds().pairs)))
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    measured = Measured(name="eval pairs", figures=figures, passed=not failed)
    return conclude(measured, as_json=as_json)


@contextmanager
def complete(wish: Wish) -> Iterator[Wish]:
    """Fill in what was left out: the book to learn from, and its held-back pairs to try it on."""
    if wish.train is not None:
        if wish.test is None and wish.singles is None:
            raise NotMeasured("give --test FILE or --singles FILE beside --train")
        yield wish
        return
    with tempfile.TemporaryDirectory(prefix="frontdesk-eval-") as folder:
        corpus = Path(folder) / "book.yml"
        corpus.write_text(training_text(load_settings().book), "utf-8")
        yield replace(wish, train=corpus, test=wish.test or OWN)


def arguments(wish: Wish) -> list[str]:
    """Write the command line of understanding's interpreter."""
    files = {"--train": wish.train, "--test": wish.test, "--singles": wish.singles}
    given = [word for name, file in files.items() if file for word in (name, str(file.absolute()))]
    columns = ["--text-column", wish.text_column, "--label-column", wish.label_column]
    return ["measure-pairs", *given, *columns]


def subject(wish: Wish) -> Sequence[str]:
    """Name the sections of demands: one for each file that is tried."""
    named = [wish.test.stem] if wish.test else []
    return [*named, wish.singles.absolute().parent.name] if wish.singles else named


def show(figures: Figures, console: Console) -> None:
    """Print the figures."""
    table = Table("figure", "value", title="Two wishes in one message", title_justify="left")
    for name, value in figures.items():
        table.add_row(name, f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}")
    console.print(table)
