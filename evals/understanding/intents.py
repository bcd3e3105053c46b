"""`frontdesk eval nlu`: how well the shipped pipeline names intents, on any file or on the book's own."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from app.commands.book import training_text
from app.settings import load_settings
from evals.figures import Figures, Measured, conclude, now
from evals.thresholds import Bench, load_thresholds
from evals.understanding.interpreter import NotMeasured, ask_nlu

ANY_FILE = "any"
"""The demands on every test file; a section named like its folder or itself adds its own."""

OWN = Path(__file__).parents[1] / "datasets" / "shop_intents.jsonl"
SHOWN = 10

By = Literal["test", "folds", "curve"]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the person at the terminal asked for."""

    train: Path | None = None
    test: Path | None = None
    val: Path | None = None
    by: By = "test"
    text_column: str = "text"
    label_column: str = "intent"
    report: Path | None = None


def main(wish: Wish, *, as_json: bool) -> int:
    """Measure, print what was found, and return 0 when it is good enough."""
    console = Console(stderr=as_json)
    with complete(wish) as whole:
        told = ask_nlu(arguments(whole), console)
    figures: Figures = told["figures"]
    show(told, console)
    failed = list(shortfalls(figures, demands(subject(whole), load_thresholds().nlu)))
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    if wish.report is not None:
        from evals.understanding.page import write_page

        console.print(f"Report: {write_page(title(whole), told, wish.report, now())}", highlight=False)
    measured = Measured(name="eval nlu", figures=figures, passed=not failed)
    return conclude(measured, as_json=as_json)


@contextmanager
def complete(wish: Wish) -> Iterator[Wish]:
    """Fill in what was left out: the book to learn from, the held-back questions to try it on."""
    if wish.train is not None:
        if wish.test is None and wish.by == "test":
            raise NotMeasured("give --test FILE beside --train, or --cross-validate, or --learning-curve")
        yield wish
        return
    with tempfile.TemporaryDirectory(prefix="frontdesk-eval-") as folder:
        corpus = Path(folder) / "book.yml"
        corpus.write_text(training_text(load_settings().book), "utf-8")
        test = wish.test or (OWN if OWN.exists() else None)
        by: By = "folds" if wish.by == "test" and test is None else wish.by
        yield replace(wish, train=corpus, test=test, by=by)


def arguments(wish: Wish) -> list[str]:
    """Write the command line of understanding's interpreter."""
    files = {"--train": wish.train, "--test": wish.test, "--val": wish.val}
    given = [word for name, file in files.items() if file for word in (name, str(file.absolute()))]
    columns = ["--text-column", wish.text_column, "--label-column", wish.label_column]
    return ["measure-intents", *given, "--by", wish.by, *columns]


def subject(wish: Wish) -> Sequence[str]:
    """Tell which sections of demands apply: the test file's folder and name, or the way of measuring."""
    file = wish.test if wish.by == "test" else None
    return (file.absolute().parent.name, file.stem) if file else (wish.by,)


def title(wish: Wish) -> str:
    """Name what was measured on."""
    if wish.by == "test" and wish.test:
        return f"{wish.test.absolute().parent.name}/{wish.test.name}"
    return f"{wish.train.name if wish.train else 'book'}, {wish.by}"


def demands(names: Sequence[str], sections: dict[str, Bench]) -> Bench:
    """Join the demands on every file with those on this one."""
    own = [sections[name] for name in (ANY_FILE, *names) if name in sections]
    return Bench(
        at_most={name: most for one in own for name, most in one.at_most.items()},
        at_least={name: least for one in own for name, least in one.at_least.items()},
    )


def shortfalls(figures: Figures, wanted: Bench) -> Iterator[str]:
    """Name each figure that is too low or too high; what a file does not tell is not demanded."""
    for name, least in wanted.at_least.items():
        if name in figures and figures[name] < least:
            yield f"{name}: {figures[name]:.4f}, at least {least:g} is demanded"
    for name, most in wanted.at_most.items():
        if name in figures and figures[name] > most:
            yield f"{name}: {figures[name]:.4f}, at most {most:g} is demanded"


def show(told: dict[str, Any], console: Console) -> None:
    """Print figures, the learning curve, and the commonest mistakes."""
    table = Table("figure", "value", title="Intents", title_justify="left")
    for name, value in told["figures"].items():
        table.add_row(name, f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}")
    console.print(table)
    for point in told.get("curve", ()):
        console.print(f"{point['examples']:>6} examples  {point['accuracy']:.1%}", highlight=False)
    for truth, said, often in told.get("confusions", ())[:SHOWN]:
        console.print(f"{often:>5}  {truth} taken for {said}", highlight=False)
