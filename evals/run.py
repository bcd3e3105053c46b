"""`frontdesk eval`: scripted conversations against a whole Frontdesk, judged without a model."""

import asyncio
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from rich.console import Console

from app.settings import load_settings
from evals.errors import NothingToMeasure, ShopUnfit
from evals.figures import Measured, now
from evals.house import House, house_at, house_of_our_own
from evals.peers.scripted_model import scripted_model, settings_for
from evals.suite.kept import keep as store
from evals.suite.page import write_report
from evals.suite.playing import play_all
from evals.suite.record import Record
from evals.suite.results import Judged, Results, count
from evals.suite.scenarios import FRESH, Scenario, load_scenarios
from evals.suite.table import show
from evals.thresholds import load_thresholds

WHOLE = "conversations"
"""The suite of all scenario files; any other name is one file's."""


def main(
    name: str = WHOLE,
    *,
    as_json: bool,
    url: str | None = None,
    report: Path | None = None,
    keep: Path | None = None,
    with_model: bool = False,
) -> int:
    """Run a suite, print what was found, and return 0 when quality holds."""
    scenarios = load_scenarios(only=None if name == WHOLE else name)
    thresholds = load_thresholds()
    demanded = thresholds.fresh if name == FRESH else thresholds.conversations
    console = Console(stderr=as_json)
    without: Mapping[str, str] = {}
    with _scripted_model(console, url) if with_model else nullcontext(without) as more:
        records = _play(scenarios, url, console, more)
    results = count(name, judge(records), demanded, whole=name in (WHOLE, FRESH))
    show(results, console)
    at = now()
    if report is not None:
        console.print(f"Report: {write_report(results, report, at)}", highlight=False)
    if keep is not None:
        console.print(f"Kept: {store(results, at, keep)}", highlight=False)
    if as_json:
        sys.stdout.write(told(results, at) + "\n")
    return 0 if results.good else 1


def judge(records: Sequence[Record]) -> list[Judged]:
    """Measure every conversation with every metric."""
    from evals.metrics import deep  # deepeval takes seconds to import: only once something was played

    measured_by = deep.metrics()
    return [Judged(record=record, scores=tuple(deep.scores(record, measured_by))) for record in records]


def told(results: Results, at: datetime) -> str:
    """The run as the last line of output."""
    measured = Measured(name=f"eval {results.suite}", figures=results.figures, passed=results.good)
    return measured.as_json(at)


@contextmanager
def _scripted_model(console: Console, url: str | None) -> Iterator[Mapping[str, str]]:
    """Serve a scripted model, give the variables that bring it in, and tell what it was asked for."""
    if url is not None:
        raise NothingToMeasure("The scripted model needs an engine of its own. Leave --url out.")
    with scripted_model() as (address, script):
        yield settings_for(address)
        console.print("What the scripted model did:", highlight=False)
        for what, times in sorted(script.done.items()):
            console.print(f"  {what}: {times}", highlight=False)


def _play(
    scenarios: Sequence[Scenario], url: str | None, console: Console, more: Mapping[str, str]
) -> list[Record]:
    settings = load_settings()
    records: list[Record] = []
    left = list(scenarios)
    while left:
        if url is None:
            console.print("Starting a Frontdesk of its own in a temporary folder", highlight=False)
        place = house_of_our_own(settings, more) if url is None else nullcontext(house_at(url, settings))
        with place as house:
            console.print(f"Playing {len(left)} conversations against {house.base_url}", highlight=False)
            played, left = asyncio.run(_played(house, left))
        if left and url is not None:
            names = ", ".join(scenario.name for scenario in left)
            raise ShopUnfit(f"{url} has no customers left for {names}. Leave --url out.")
        records += played
    order = {scenario.name: place for place, scenario in enumerate(scenarios)}
    return sorted(records, key=lambda record: order[record.scenario.name])


async def _played(house: House, scenarios: Sequence[Scenario]) -> tuple[list[Record], list[Scenario]]:
    # The shop writes local times without a zone.
    return await play_all(house, scenarios, secrets.token_hex(4), datetime.now())
