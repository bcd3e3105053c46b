"""Slow systems: the customer is told at once that it goes on, and gets the answer when it is there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from app.turns.progress import Progress
from app.turns.run import Thinker
from app.turns.worker import Workers
from tests.chaos.counter import Counter
from tests.chaos.house import until
from tests.talk import Talk, registry_over, shelf
from tools.registry import AnyTool, Registry
from tools.runner import ToolRunner

PROGRESS = "still working on this"
SOON_S = 0.05
WITHIN_S = 10.0


def slow(spec: AnyTool, names: tuple[str, ...], answers: asyncio.Event) -> AnyTool:
    """Let a tool answer only when the test says so."""

    async def run(*given: Any) -> Any:
        await answers.wait()
        return await spec.run(*given)

    return replace(spec, run=run) if spec.name in names else spec


@asynccontextmanager
async def engine(
    counter: Counter, slow_tool: str, answers: asyncio.Event, *, budget_s: float = SOON_S
) -> AsyncIterator[None]:
    """Let an engine's workers serve this customer over a company with one slow tool."""
    registry = Registry(slow(one, (slow_tool,), answers) for one in registry_over(counter.books).values())
    tools = ToolRunner(registry, counter.journal)
    thinker = Thinker(replace(Talk(books=counter.books).desk, tools=tools), shelf(), counter.inbox.clock)
    inbox = counter.inbox
    progress = Progress(inbox.database, inbox.vault, shelf(), inbox.clock)
    workers = Workers(
        *(inbox.store, thinker, inbox.hub, inbox.failures),
        limit=2,
        clock=inbox.clock,
        progress=progress,
        budget_s=budget_s,
    )
    workers.start()
    yield
    await workers.stop()


async def reads(counter: Counter, part: str) -> None:
    """Wait until the customer reads something."""

    async def there() -> bool:
        return any(part in entry.text for entry in await counter.timeline())

    await until(there, WITHIN_S, f"the customer does not read {part!r}")


async def test_a_slow_read_is_announced_and_answered_late_by_itself(counter: Counter) -> None:
    answers = asyncio.Event()
    async with engine(counter, "find_order", answers):
        await counter.says("where is 1077?")
        counter.inbox.hub.nudge("acme", counter.conversation("web"))

        await reads(counter, PROGRESS)
        answers.set()
        await reads(counter, "#1077")

    texts = [entry.text for entry in await counter.timeline()]
    assert sum(PROGRESS in text for text in texts) == 1
    assert not any("trying again" in text for text in texts)


async def test_a_slow_effect_is_announced_and_reported_when_it_is_done(counter: Counter) -> None:
    answers = asyncio.Event()
    await counter.serves("I want my money back for 1011")
    async with engine(counter, "refund_order", answers):
        await counter.says("yes", payload="/affirm")
        counter.inbox.hub.nudge("acme", counter.conversation("web"))

        await reads(counter, PROGRESS)
        assert counter.refunds("1011") == []
        answers.set()
        await reads(counter, "is on its way")

    assert counter.refunds("1011") == [50.0]
    assert sum(PROGRESS in entry.text for entry in await counter.timeline()) == 1


async def test_what_is_done_in_time_is_not_announced(counter: Counter) -> None:
    answers = asyncio.Event()
    answers.set()
    async with engine(counter, "find_order", answers, budget_s=60.0):
        await counter.says("where is 1077?")
        counter.inbox.hub.nudge("acme", counter.conversation("web"))
        await reads(counter, "#1077")

    assert not any(PROGRESS in entry.text for entry in await counter.timeline())
