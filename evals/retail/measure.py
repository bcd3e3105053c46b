"""`frontdesk eval retail`: do the cases' actions leave the same database behind, with us and without us?"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from app.db import Database as Pool
from app.db import migrate
from app.embedded.children import free_port
from app.embedded.lock import prepare_data_dir
from app.embedded.postgres import postgres_for
from app.embedded.supervisor import Supervisor
from app.privacy.vault import Vault
from app.settings import load_settings
from evals.figures import Figures, Measured, conclude
from evals.retail.cases import Cases, Task, read_cases
from evals.retail.direct import interpret
from evals.retail.replay import Replayed, RetailRules, read_rules, replay
from tools.journal.journal import DatabaseJournal
from tools.journal.port import Journal

EVERY = 2
"""Each second answer of the company gets lost on the way in the second round."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One task, replayed and interpreted."""

    task: Task
    replayed: Replayed
    refused_directly: Sequence[str]
    same: bool


def main(folder: Path | None, *, as_json: bool) -> int:
    """Replay every task, print what was found, and return 0 when all databases agree."""
    console, cases = Console(stderr=as_json), read_cases(folder or load_settings().retail_data)
    with tempfile.TemporaryDirectory(prefix="frontdesk-retail-", ignore_cleanup_errors=True) as state:
        calm, stormy = asyncio.run(_both(cases, Path(state)))
    idle = [task.id for task in cases.tasks if not task.actions]
    figures = figures_of(calm, stormy, idle)
    show(figures, [*calm, *stormy], idle, console)
    passed = figures["tasks_same_state_count"] == figures["tasks_replayed_count"] == len(calm)
    passed = passed and figures["lost_answers_same_state_count"] == len(stormy)
    measured = Measured(
        name="eval retail", figures=figures, passed=passed, notes={"tasks_without_actions": idle}
    )
    return conclude(measured, as_json=as_json)


async def _both(cases: Cases, state: Path) -> tuple[list[Compared], list[Compared]]:
    async with journal_of_our_own(state) as journal:
        rules = read_rules()
        calm = await compare(cases, rules, journal, lost_every=0)
        return calm, await compare(cases, rules, journal, lost_every=EVERY)


@contextlib.asynccontextmanager
async def journal_of_our_own(state: Path) -> AsyncIterator[Journal]:
    """Keep a real journal on a PostgreSQL in a temporary folder."""
    prepare_data_dir(state)
    supervisor = Supervisor(say=lambda line: None)
    server = postgres_for(state, free_port(), durable=False)
    try:
        await supervisor.start(server)
        await server.ensure_database()
        await migrate(server.url)
        pool = Pool(server.url, most=4)
        await pool.open()
        try:
            yield DatabaseJournal(pool.tenant, Vault({1: bytes(32)}))
        finally:
            await pool.close()
    finally:
        await supervisor.stop()


async def compare(cases: Cases, rules: RetailRules, journal: Journal, *, lost_every: int) -> list[Compared]:
    """Replay each task with actions on a fresh database, and interpret it on another."""
    return [await _compare(cases, task, rules, journal, lost_every) for task in cases.tasks if task.actions]


async def _compare(
    cases: Cases, task: Task, rules: RetailRules, journal: Journal, lost_every: int
) -> Compared:
    replayed = await replay(
        task,
        cases.database(),
        rules,
        journal,
        conversation=f"retail-{task.id}-{lost_every}",
        lose=lambda number: bool(lost_every) and number % lost_every == 1,
    )
    directly = cases.database()
    refused = interpret(directly, task.actions)
    return Compared(
        task=task, replayed=replayed, refused_directly=refused, same=directly == replayed.database
    )


def figures_of(calm: Sequence[Compared], stormy: Sequence[Compared], idle: Sequence[str]) -> Figures:
    """Count what was done; a task is the same when every record of its database is."""
    done = [one.replayed for one in calm]
    return {
        "tasks_count": len(calm) + len(idle),
        "tasks_replayed_count": len(calm),
        "tasks_without_actions_count": len(idle),
        "tasks_same_state_count": sum(one.same for one in calm),
        "reads_count": sum(one.reads for one in done),
        "effects_count": sum(one.succeeded for one in done),
        "refused_count": sum(len(one.refused) for one in done),
        "refused_directly_count": sum(len(one.refused_directly) for one in calm),
        "queued_count": sum(one.queued for one in done),
        "repeated_keys_count": sum(one.repeated for one in done),
        "lost_answers_count": sum(one.replayed.lost for one in stormy),
        "lost_answers_same_state_count": sum(one.same for one in stormy),
    }


def show(figures: Figures, compared: Sequence[Compared], idle: Sequence[str], console: Console) -> None:
    """Print the figures, what was refused, and every task whose databases differ."""
    for name, value in figures.items():
        console.print(f"{name}: {value:g}", highlight=False)
    if idle:
        console.print(f"without actions: tasks {', '.join(idle)}", highlight=False)
    for one in compared:
        for told in one.replayed.refused:
            console.print(f"task {one.task.id}: {told}", highlight=False)
        if not one.same:
            console.print(f"[bold red]task {one.task.id} ends in two states[/]", highlight=False)
