"""`frontdesk eval escalations`: who is taken to ask for a person, by words alone and as customers meet it."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.table import Table

from app.settings import Settings, load_settings
from app.understanding.nlu_client import NluClient
from evals.bench.nlu_servers import our_server
from evals.errors import EvalError
from evals.figures import Figures, Measured, conclude
from evals.thresholds import Bench, load_thresholds
from graphs.persons import PERSON, from_words, read
from graphs.ports import Hints, InterpreterAway, Understood
from policies.fast_path import FastPath
from policies.loader import load_book
from policies.model import Book

OWN = Path(__file__).parent / "datasets" / "escalations_held_back.jsonl"
NOTHING_KNOWN = Hints(last_intents=(), entities={}, tier="", channel="", minutes=0.0)


class NotMeasured(EvalError):
    """The file cannot be used; the message says where and why."""


class Labelled(BaseModel):
    """One line of a test file."""

    text: str
    wants_person: bool


@dataclass(frozen=True)
class Judged:
    """A message with what was made of it."""

    wants: bool
    words: bool
    product: bool


def main(test: Path | None, *, as_json: bool, settings: Settings | None = None) -> int:
    """Measure, print what was found, and return 0 when it is good enough; no message is shown."""
    file, console = test or OWN, Console(stderr=as_json)
    lines = list(read_lines(file))
    chosen = settings or load_settings()
    with our_server(chosen) as server:
        judged = asyncio.run(judge(lines, load_book(chosen.book), server.url))
    figures = figures_of(judged)
    show(figures, console)
    demands = load_thresholds().escalations.get(file.stem, Bench())
    failed = [name for name, most in demands.at_most.items() if figures[name] > most]
    for name in failed:
        most = demands.at_most[name]
        console.print(f"not reached: {name} is {figures[name]:g}, at most {most:g} is demanded")
    measured = Measured(name="eval escalations", figures=figures, passed=not failed)
    return conclude(measured, as_json=as_json)


def read_lines(file: Path) -> Iterator[Labelled]:
    """Read a file of labelled messages; one that is broken is told with its line, not its text."""
    if not file.is_file():
        raise NotMeasured(f"{file} does not exist; give a .jsonl file with --test")
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            yield Labelled.model_validate_json(line)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise NotMeasured(
                f"{file.name}:{number}: {where or 'the line'}: {error.errors()[0]['msg']}"
            ) from None


async def judge(lines: Sequence[Labelled], book: Book, url: str) -> list[Judged]:
    """Judge every message as the first of a conversation."""
    fast_path = FastPath(book)
    async with aiohttp.ClientSession() as session:
        client = NluClient(session, url, time.monotonic)
        return [await _judge(line, fast_path, client, book) for line in lines]


async def _judge(line: Labelled, fast_path: FastPath, client: NluClient, book: Book) -> Judged:
    """Do with one message what a turn does before it routes."""

    async def parse(text: str) -> Understood:
        """Ask as one asks about the first message."""
        return await client.parse(text, NOTHING_KNOWN)

    match = fast_path.match(line.text)
    words = match is not None and match.intent == PERSON
    if match is not None and (match.plain or not words):
        understood = from_words(match, line.text)
    else:
        try:
            found = await read(line.text, match, fast_path, parse, book.thresholds)
        except InterpreterAway as why:
            raise NotMeasured(f"understanding did not answer: {why}") from why
        understood = found.understood
    return Judged(line.wants_person, words, understood.intent == PERSON)


def figures_of(judged: Sequence[Judged]) -> Figures:
    """Count what is missed and what is heard although nobody asked."""
    counts: Counter[str] = Counter()
    for one in judged:
        counts["asking_count" if one.wants else "look_alike_count"] += 1
        wrong = "misses" if one.wants else "false_alarms"
        counts[wrong] += one.product != one.wants
        counts[f"words_{wrong}"] += one.words != one.wants
    names = (
        "misses",
        "false_alarms",
        "words_misses",
        "words_false_alarms",
        "asking_count",
        "look_alike_count",
    )
    return {name: counts[name] for name in names}


def show(figures: Figures, console: Console) -> None:
    """Print the figures."""
    table = Table("figure", "value", title="Asking for a person", title_justify="left")
    for name, value in figures.items():
        table.add_row(name, f"{value:.0f}")
    console.print(table)
