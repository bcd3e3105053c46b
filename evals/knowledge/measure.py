"""`frontdesk eval knowledge`: are questions answered rightly, and left open where nothing answers."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table

from app.settings import Settings, load_settings
from app.understanding.nlu_client import NluClient
from evals.bench.nlu_servers import our_server
from evals.bench.turn import shortfalls
from evals.figures import Measured, conclude
from evals.knowledge.asking import WAYS, Result, asking
from evals.knowledge.questions import HALVES, OWN, Question, read_questions
from evals.knowledge.shares import Share
from evals.knowledge.store import database_of_our_own
from evals.thresholds import load_thresholds
from policies.loader import load_book

DEVELOPMENT = "development"


def main(test: Path | None, *, as_json: bool) -> int:
    """Measure, print what was found, and return 0 when it is good enough."""
    console = Console(stderr=as_json)
    settings = load_settings()
    questions = read_questions(test or OWN)
    with our_server(settings) as server:
        results = asyncio.run(_results(settings, server.url, questions))
    halves: dict[str, Mapping[str, float]] = {
        half: figures_of([one for one in results if one.question.half == half]) for half in HALVES
    }
    figures = {
        **halves["held_back"],
        **{f"development_{name}": value for name, value in halves[DEVELOPMENT].items()},
    }
    failed = shortfalls(figures, {}, load_thresholds().knowledge)
    _show(console, halves)
    for result in results if test is None else ():
        if result.question.half == DEVELOPMENT and _wrong(result):
            console.print(f"[dim]{result.question.text}[/] → {result.said or 'left open'}", highlight=False)
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return conclude(Measured(name="eval knowledge", figures=figures, passed=not failed), as_json=as_json)


async def _results(settings: Settings, nlu_url: str, questions: Sequence[Question]) -> list[Result]:
    """Ask every question, one after the other."""
    floor = load_book(settings.book).thresholds.knowledge_confidence
    async with database_of_our_own() as store, aiohttp.ClientSession() as session:
        encoder = NluClient(session, nlu_url, time.monotonic)
        asked = await asking(store.database, encoder, settings.articles, questions, floor)
        return [await asked.result(question) for question in questions]


def figures_of(results: Sequence[Result]) -> dict[str, float]:
    """Sum up one half; every share comes with both ends of its 95 % interval."""
    answerable = [one for one in results if one.question.answerable]
    open_ones = [one for one in results if not one.question.answerable]
    answered = [one for one in answerable if one.answered]
    misspelt = [one for one in answerable if one.question.misspelt]
    shares = {
        **{f"{way}_recall_at_5": _share(one.found[way] for one in answerable) for way in WAYS},
        "answer_precision": _share(one.right for one in answered),
        "coverage": _share(one.answered for one in answerable),
        "unanswerable_refused": _share(not one.answered for one in open_ones),
        "misspelt_right": _share(one.right for one in misspelt),
    }
    figures = {name: value for known, share in shares.items() for name, value in share.figures(known).items()}
    return {**figures, "answerable_count": len(answerable), "unanswerable_count": len(open_ones)}


def _share(hits: Iterable[bool]) -> Share:
    told = list(hits)
    return Share(sum(told), len(told))


def _wrong(result: Result) -> bool:
    return not result.right if result.question.answerable else result.answered


def _show(console: Console, halves: Mapping[str, Mapping[str, float]]) -> None:
    """Print both halves side by side, each share with its interval."""
    table = Table("figure", *(half.replace("_", " ") for half in halves), box=None, header_style="bold")
    for name in halves[DEVELOPMENT]:
        if not name.endswith(("_low", "_high")):
            table.add_row(name, *(_cell(figures, name) for figures in halves.values()))
    console.print(table)


def _cell(figures: Mapping[str, float], name: str) -> str:
    if f"{name}_low" not in figures:
        return f"{figures[name]:g}"
    return f"{figures[name]:.1%} ({figures[f'{name}_low']:.1%} to {figures[f'{name}_high']:.1%})"
