"""Measures the resolution classifier as the engine runs it, or fits it anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.settings import Settings
from app.understanding.standing import load_standing
from evals.bench.nlu_servers import our_server
from evals.figures import Figures, Measured, conclude
from evals.resolution.cases import HELD_BACK, Case, Read, dataset, ending_of, first_words, reader
from evals.resolution.fit import fit, keep
from evals.thresholds import load_thresholds
from graphs.assess.standing import Standing, StandingModel
from policies.loader import load_book
from policies.model import Book, Thresholds

EXAMPLES_OF_EACH = 20


@dataclass(frozen=True)
class Judged:
    """A case with what was said of it."""

    case: Case
    standing: Standing


def main(test: Path | None, *, refit: bool, as_json: bool) -> int:
    """Measure, print what was found, and return 0 when it is good enough."""
    console, settings = Console(stderr=as_json), Settings()
    book, cases = load_book(settings.book), list(dataset(test or HELD_BACK))
    with our_server(settings) as server:
        read = reader(server.url)
        if refit:
            keep(fit(book, read))
        model = load_standing()
        ends = [Judged(case, model.standing(ending_of(case, read, model))) for case in cases]
        figures = {
            **figures_of(ends, book.thresholds),
            "first_message_false_alarm_rate": false_alarms(book, read, model),
        }
    demands = load_thresholds().resolution
    failed = [
        f"{name}: {figures[name]:.4f}" for name, least in demands.at_least.items() if figures[name] < least
    ]
    failed += [
        f"{name}: {figures[name]:.4f}" for name, most in demands.at_most.items() if figures[name] > most
    ]
    show(figures, failed, console)
    measured = Measured(name="eval resolution", figures=figures, passed=not failed)
    return conclude(measured, as_json=as_json)


def figures_of(judged: Sequence[Judged], thresholds: Thresholds) -> Figures:
    """Return both questions' accuracy, and what the ladder's row 9 made of them."""
    wanted = [one for one in judged if one.case.escalate and not one.case.resolved]
    calm = [one for one in judged if not one.case.escalate]
    return {
        "cases_count": len(judged),
        "resolution_accuracy": share(
            [(one.standing.resolution > 0.5) == one.case.resolved for one in judged]
        ),
        "escalation_accuracy": share(
            [(one.standing.escalation > 0.5) == one.case.escalate for one in judged]
        ),
        "resolution_auroc": auroc([(one.standing.resolution, one.case.resolved) for one in judged]),
        "escalation_auroc": auroc([(one.standing.escalation, one.case.escalate) for one in judged]),
        "person_recall": share([calls_person(one.standing, thresholds) for one in wanted]),
        "false_alarm_rate": share([calls_person(one.standing, thresholds) for one in calm]),
    }


def false_alarms(book: Book, read: Read, model: StandingModel) -> float:
    """Return how often the book's own examples would bring a person, though nobody asked for one."""
    cases = [one for one in first_words(book, of_each=EXAMPLES_OF_EACH, weight=1.0) if not one.escalate]
    standings = [model.standing(ending_of(case, read, model)) for case in cases]
    return share([calls_person(standing, book.thresholds) for standing in standings])


def calls_person(standing: Standing, thresholds: Thresholds) -> bool:
    """Say whether row 9 of the ladder brings a person."""
    sure = standing.escalation > thresholds.escalation_person
    return sure and standing.resolution < thresholds.resolution_below


def auroc(scored: Sequence[tuple[float, bool]]) -> float:
    """Return how often a true case scores above a false one; ties count half."""
    yes = [score for score, truth in scored if truth]
    no = [score for score, truth in scored if not truth]
    return share([(a > b) + 0.5 * (a == b) for a in yes for b in no])


def share(hits: Sequence[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(hits) / len(hits) if hits else 0.0


def show(figures: Figures, failed: Sequence[str], console: Console) -> None:
    """Print the figures and what was not reached."""
    table = Table("figure", "value", title="Resolution", title_justify="left")
    for name, value in figures.items():
        table.add_row(name, f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}")
    console.print(table)
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
