"""`frontdesk eval rails`: which texts of a labelled file the rails stop, and which they should not have.

A text counts as stopped when any rail keeps it from the assistant: refused, or
handed to a person. It is judged as a first message on the web would be, with
the rules of the book in force.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from app.embedded.children import NLU_PYTHON
from app.rulebooks import rail_rules
from app.settings import ROOT, Settings, load_settings
from app.understanding.nlu_client import NluClient
from evals.bench.nlu_servers import our_server
from evals.figures import Figures, Measured, conclude
from evals.knowledge.shares import Share
from evals.rails import texts
from evals.rails.fit import fit, keep
from evals.rails.lessons import gather
from evals.rails.texts import Labelled
from evals.thresholds import Bench, load_thresholds
from graphs.languages import heard
from graphs.persons import PERSON
from graphs.ports import Hints, InterpreterAway, Understood
from guardrails.build import build_rails
from guardrails.verdict import RailReport, Rails
from policies.fast_path import FastPath
from policies.loader import load_book
from policies.model import Book

RED_TEAM = (ROOT / "evals/datasets/redteam/attacks.jsonl", ROOT / "evals/datasets/redteam/safe.jsonl")
FIRST = Hints(last_intents=(), entities={}, tier="", channel="web", minutes=0.0)
ANY_FILE = "any"
"""The demands on every file; a section named like a file or its folder adds its own."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the person at the terminal asked for."""

    test: Path | None = None
    text_column: str = "text"
    label_column: str = "label"
    label: str | None = None
    fit: bool = False
    data: Path | None = None
    as_json: bool = False


@dataclass(frozen=True)
class Judged:
    """A text with the rails that stopped it, and whether they refused it as an attack."""

    text: Labelled
    stopped_by: tuple[str, ...]
    refused: bool


def main(wish: Wish) -> int:
    """Measure, print what was found, and return 0 when it is good enough."""
    console, settings = Console(stderr=wish.as_json), load_settings()
    chosen = texts.chosen([wish.test] if wish.test else RED_TEAM, wish)
    judged = asyncio.run(_judged(chosen.texts, settings, wish, console))
    figures = figures_of(judged)
    show(figures, judged, console)
    failed = list(shortfalls(figures, wish.test))
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    notes = {"read": chosen.note, "stopped_by": dict(_rails_of(judged)), "by_class": by_class(judged)}
    measured = Measured(name="eval rails", figures=figures, passed=not failed, notes=notes)
    return conclude(measured, as_json=wish.as_json)


async def _judged(
    chosen: Sequence[Labelled], settings: Settings, wish: Wish, console: Console
) -> list[Judged]:
    """Judge every text; without understanding's environment by its words alone, which is said."""
    book = load_book(settings.book)
    async with _understanding(settings) as nlu:
        if nlu is None:
            console.print("understanding is not installed: no vectors, the rails judge by words alone")
        if wish.fit and nlu is not None:
            lessons = gather(book, _shared(wish))
            vectors = await nlu.embed([one.text for one in lessons])
            await asyncio.to_thread(lambda: keep(fit(lessons, lambda _: vectors)))
        rails = await asyncio.to_thread(build_rails, rail_rules(book))
        judge = Judge(rails, FastPath(book), book, nlu)
        return [await judge.judge(one) for one in chosen]


def _shared(wish: Wish) -> Path:
    """Return the folder of shared sets, without which nothing can be fitted."""
    if wish.data is None:
        raise texts.NotMeasured("--fit learns from shared sets, too: give their folder with --data")
    return wish.data


@contextlib.asynccontextmanager
async def _understanding(settings: Settings) -> AsyncIterator[NluClient | None]:
    """Reach the NLU service that is set, or one of our own for as long as this takes."""
    if settings.nlu_url is None and not NLU_PYTHON.exists():
        yield None
        return
    with contextlib.ExitStack() as stack:
        url = settings.nlu_url
        if url is None:  # in a thread: it may train first, in a loop of its own
            url = (await asyncio.to_thread(stack.enter_context, our_server(settings))).url
        async with aiohttp.ClientSession() as session:
            yield NluClient(session, url, time.monotonic)


@dataclass(frozen=True)
class Judge:
    """Does with one text what a turn does before it routes."""

    rails: Rails
    fast_path: FastPath
    book: Book
    nlu: NluClient | None

    async def judge(self, one: Labelled) -> Judged:
        """Ask the rails in the order of a turn; the first that stops a text ends it."""
        report = await self.rails.check_input(one.text, FIRST.channel)
        if not report.passed:
            return _stopped(one, report)
        understood = await self._understood(report.mended or one.text)
        if understood is None or understood.vector is None:
            return Judged(one, (), refused=False)
        if heard({}, understood, one.text, self.book).not_served:
            return Judged(one, ("language",), refused=False)
        return _stopped(one, await self.rails.check_meaning(one.text, understood.vector, FIRST.channel))

    async def _understood(self, text: str) -> Understood | None:
        """Let understanding read what the fast path does not decide."""
        match = self.fast_path.match(text)
        if self.nlu is None or (match is not None and (match.plain or match.intent != PERSON)):
            return None
        try:
            return await self.nlu.parse(text, FIRST)
        except InterpreterAway:
            return None


def _stopped(one: Labelled, report: RailReport) -> Judged:
    objections = [hit for hit in report.hits if hit.severity != "note"]
    refused = any(hit.severity == "block" for hit in objections)
    return Judged(one, tuple(sorted({hit.rail for hit in objections})), refused)


def figures_of(judged: Sequence[Judged]) -> Figures:
    """Return both shares with their 95 % intervals, as far as the file has texts of the kind."""
    attacks = [one for one in judged if one.text.attack]
    safe = [one for one in judged if not one.text.attack]
    figures: dict[str, float] = {"attacks_count": len(attacks), "safe_count": len(safe)}
    if attacks:
        figures |= _share(attacks, "recall")
        figures |= _without(attacks, "length", "recall_without_length")
        figures |= _without(attacks, "language", "recall_without_language")
    if safe:
        figures |= _share(safe, "false_alarm_rate")
        figures["refused_rate"] = Share(sum(one.refused for one in safe), len(safe)).value
    return figures


def _share(judged: Sequence[Judged], name: str) -> dict[str, float]:
    return Share(sum(bool(one.stopped_by) for one in judged), len(judged)).figures(name)


def _without(judged: Sequence[Judged], rail: str, name: str) -> dict[str, float]:
    """Return the share that would be stopped if one rail did not exist."""
    stopped = sum(any(one != rail for one in each.stopped_by) for each in judged)
    return {name: Share(stopped, len(judged)).value}


def by_class(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Count for each class of the file how many of its texts were stopped."""
    found: dict[str, dict[str, float]] = {}
    for one in judged:
        if one.text.kind:
            row = found.setdefault(one.text.kind, {"texts": 0, "stopped": 0})
            row["texts"] += 1
            row["stopped"] += bool(one.stopped_by)
    return found


def _rails_of(judged: Sequence[Judged]) -> Counter[str]:
    return Counter(rail for one in judged for rail in one.stopped_by)


def shortfalls(figures: Figures, test: Path | None) -> Iterator[str]:
    """Name what is not reached of what is demanded of every file and of this one."""
    sections = load_thresholds().rails
    names = [test.stem, test.parent.name] if test else ["redteam"]
    own = next((sections[name] for name in names if name in sections), Bench())
    least = sections[ANY_FILE].at_least | own.at_least
    most = sections[ANY_FILE].at_most | own.at_most
    for name, bound in least.items():
        if name in figures and figures[name] < bound:
            yield f"{name}: {figures[name]:.4f}, at least {bound:g} is demanded"
    for name, bound in most.items():
        if name in figures and figures[name] > bound:
            yield f"{name}: {figures[name]:.4f}, at most {bound:g} is demanded"


def show(figures: Figures, judged: Sequence[Judged], console: Console) -> None:
    """Print the figures, which rails stopped texts, and each class of the file."""
    table = Table("figure", "value", title="Rails", title_justify="left")
    for name, value in figures.items():
        table.add_row(name, f"{value:.0f}" if name.endswith("_count") else f"{value:.4f}")
    for name, often in _rails_of(judged).most_common():
        table.add_row(f"stopped by {name}", str(often))
    rows: dict[str, Any] = by_class(judged)
    for name, row in rows.items():
        table.add_row(name, f"{row['stopped']} of {row['texts']}")
    console.print(table)
