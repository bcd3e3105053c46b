"""`check`, `schema` and `train`: the rule book, and the model that learns its intents."""

import asyncio
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.settings import Settings
    from policies.facts import Tools
    from policies.problems import Problem


def training_text(folder: Path) -> str:
    """The rule book's intents and catalogue as NLU's training text."""
    from policies.loader import load_book
    from policies.nlu_data import compile_book

    return compile_book(load_book(folder))


def train(
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")
    ] = None,
) -> None:
    """Train the NLU model from the rule book, unless nothing it depends on has changed."""
    from app.embedded.lock import prepare_data_dir
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    if settings.nlu_url:
        print(f"NLU is configured at {settings.nlu_url}; its model is unchanged.")
        return
    prepare_data_dir(settings.state)
    print(asyncio.run(_learn(settings)))


async def _learn(settings: "Settings") -> str:
    """Train for the next start, or for the service that runs, which then takes the model over."""
    from app.embedded.addresses import running_addresses
    from app.embedded.errors import NothingRuns
    from app.embedded.learning import runs_here
    from app.embedded.training import train as learn

    log = settings.state / "log" / "training.log"
    try:
        url = running_addresses(settings.state).nlu_url
    except NothingRuns:
        url = None
    if url is not None and runs_here(settings.state, url):
        return await _taught(settings, url)
    model = await learn(training_text(settings.book), settings.state / "nlu", print, log=log)
    return f"NLU model {model.fingerprint} in {model.folder}" + ("" if model.fresh else " (unchanged)")


async def _taught(settings: "Settings", url: str) -> str:
    """Teach the service that runs."""
    import time

    import aiohttp

    from app.embedded.learning import Kept, Learner
    from app.understanding.nlu_client import NluClient
    from policies.loader import load_book

    async with aiohttp.ClientSession() as session:
        nlu = NluClient(session, url, time.monotonic)
        outcome = await Learner(state=settings.state, nlu=nlu, say=print).learn(load_book(settings.book))
    if isinstance(outcome, Kept):
        return f"The NLU model that serves stays: {outcome.why}."
    return f"NLU model {outcome.model.fingerprint} in {outcome.model.folder} serves"


def check(
    book: Annotated[
        Path | None, typer.Argument(help="Folder of a rule book; FRONTDESK_BOOK otherwise.")
    ] = None,
) -> None:
    """Check a rule book; every problem is told with file, line and remedy."""
    from app.settings import load_settings
    from policies.check import check as examine

    folder = book or load_settings().book
    tools, faults = asyncio.run(tools_and_faults(folder))
    report = examine(folder, tools)
    report = replace(report, problems=tuple(sorted({*report.problems, *faults})))
    for problem in report.problems:
        print(problem)
    for note in report.notes:
        print(f"note: {note}")
    print(f"{folder}: {report.summary}")
    if not report.passed:
        sys.exit(1)


def schema(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write; `schemas` in the data folder otherwise.")
    ] = None,
) -> None:
    """Write a JSON Schema for every file of a rule book, so that editors complete and check as one types."""
    import orjson

    from app.settings import load_settings
    from policies.schema import json_schemas, schema_file

    target = folder or load_settings().state / "schemas"
    target.mkdir(parents=True, exist_ok=True)
    for pattern, content in json_schemas().items():
        written = target / schema_file(pattern)
        written.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        print(f"{pattern}  {written}")


async def known_tools(book: Path | None = None) -> "Tools":
    """The shapes of all tools, so that a wrong name or argument in the book is found; none is called."""
    from app.settings import load_settings

    tools, _ = await tools_and_faults(book or load_settings().book)
    return tools


async def tools_and_faults(book: Path) -> "tuple[Tools, tuple[Problem, ...]]":
    """The shapes of all tools, those that a book declares included, and what is wrong with the declared."""
    import aiohttp

    from app.declared import checked_tools
    from app.rulebooks import tool_shapes
    from policies.connections import read_connections
    from tools.catalogue import build_registry, rest_connections

    async with aiohttp.ClientSession() as session:
        own = tool_shapes(build_registry(rest_connections(session, "", "", date.today)))
    declared = await checked_tools(book, own)
    return {**read_connections(book).shapes(), **own}, declared.problems
