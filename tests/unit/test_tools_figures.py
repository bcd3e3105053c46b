"""How long, how often, how soon again: every figure of the runner, on a clock that jumps."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from tests.fakes.clockwork import by_clockwork, now
from tests.fakes.journal import FakeJournal
from tests.fakes.tool import MARTA, Made, Script
from tools.errors import BackendFailed, OutcomeUnknown
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, Failed, Succeeded, ToolOutcome, Unknown

WISH = {"what": "a lamp"}
DOWN = BackendFailed("unreachable", "no connection")
SILENCE = OutcomeUnknown("no_answer", "silence", answered=False)


@dataclass
class Slow:
    """A backend that takes its time; it notes when it was called."""

    takes_s: list[float]
    called: list[float] = field(default_factory=list)

    async def run(self, caller: Caller, args: BaseModel, key: ActionKey | None) -> Made:
        self.called.append(now())
        takes = self.takes_s.pop(0) if len(self.takes_s) > 1 else self.takes_s[0]
        await asyncio.sleep(takes)
        return Made(number=1)


def runner_over(backend: Any, **spec: Any) -> ToolRunner:
    """A runner by the loop's own clock, over one tool that reads and one that acts."""
    scripted = Script([1])
    tools = [
        replace(scripted.tool("look", "read"), run=backend.run, timeout_s=1.5, **spec),
        replace(scripted.tool("make", "write"), run=backend.run, settle=None, timeout_s=3.0, **spec),
    ]
    return ToolRunner(Registry(tools), FakeJournal(), clock=lambda: asyncio.get_running_loop().time())


async def timed(calls: list[Any]) -> tuple[list[ToolOutcome], float]:
    """Await all at once; also return how long that took."""
    began = now()
    outcomes = await asyncio.gather(*calls)
    return list(outcomes), round(now() - began, 6)


def test_a_read_is_left_after_its_second_and_a_half() -> None:
    async def scene() -> None:
        (outcome,), took = await timed([runner_over(Slow([60.0])).read("look", MARTA, WISH)])
        assert isinstance(outcome, Failed)
        assert (outcome.code, took) == ("timeout", 1.5)

    by_clockwork(scene())


def test_who_was_told_to_wait_gets_the_late_answer_within_five_seconds() -> None:
    async def scene() -> None:
        (late,), took = await timed([runner_over(Slow([4.9])).read("look", MARTA, WISH, budget_s=5.0)])
        assert isinstance(late, Succeeded)
        assert took == 4.9
        (never,), took = await timed([runner_over(Slow([60.0])).read("look", MARTA, WISH, budget_s=60.0)])
        assert isinstance(never, Failed)
        assert took == 5.0

    by_clockwork(scene())


def test_a_read_that_failed_is_asked_again_a_tenth_of_a_second_later_and_once_only() -> None:
    async def scene() -> None:
        script = Script([DOWN, 7])
        (outcome,), took = await timed([runner_over(script).read("look", MARTA, WISH)])
        assert outcome == Succeeded(result={"number": 7}, ms=0.0)
        assert (script.ran, took) == (2, 0.1)
        down = Script([DOWN])
        (outcome,), took = await timed([runner_over(down).read("look", MARTA, WISH)])
        assert isinstance(outcome, Failed)
        assert (down.ran, took) == (2, 0.1)

    by_clockwork(scene())


def test_a_read_is_not_asked_again_when_the_budget_is_used_up() -> None:
    async def scene() -> None:
        backend = Slow([1.45])

        async def fails_late(*given: Any) -> Made:
            await Slow.run(backend, *given)
            raise DOWN

        backend.run = fails_late  # type: ignore[method-assign]
        (outcome,), took = await timed([runner_over(backend).read("look", MARTA, WISH)])
        assert isinstance(outcome, Failed)
        assert (len(backend.called), round(took, 2)) == (1, 1.45)

    by_clockwork(scene())


def test_reads_at_once_take_as_long_as_the_slowest() -> None:
    async def scene() -> None:
        runner = runner_over(Slow([0.4, 1.2, 0.8]))
        outcomes, took = await timed([runner.read("look", MARTA, {"what": str(n)}) for n in range(3)])
        assert all(isinstance(outcome, Succeeded) for outcome in outcomes)
        assert took == 1.2

    by_clockwork(scene())


def test_an_answer_is_remembered_as_long_as_the_tool_allows() -> None:
    async def scene() -> None:
        backend = Slow([0.1])
        runner = runner_over(backend, cache_s=30.0)
        for pause in (0.0, 29.8, 0.2):
            await asyncio.sleep(pause)
            await runner.read("look", MARTA, WISH)
        assert len(backend.called) == 2

    by_clockwork(scene())


def test_five_failures_rest_thirty_seconds_and_three_successes_close_again() -> None:
    async def scene() -> None:
        script = Script([*[DOWN] * 5, 1, 2, DOWN, 3, 4, 5, *[DOWN] * 4, 6])
        runner = runner_over(script)
        key = iter(range(100))

        async def make() -> ToolOutcome:
            return await runner.effect("make", MARTA, WISH, ActionKey(f"k{next(key)}"))

        for _ in range(5):
            assert isinstance(await make(), Failed)
        opened = now()
        resting = await make()
        assert isinstance(resting, Failed)
        assert (resting.code, script.ran) == ("breaker_open", 5)
        await asyncio.sleep(opened + 29.999 - now())
        assert isinstance(await make(), Failed)
        assert script.ran == 5
        await asyncio.sleep(0.001)
        assert [type(await make()) for _ in range(3)] == [Succeeded, Succeeded, Failed]
        assert isinstance(await make(), Failed)
        assert script.ran == 8, "one failure on probation opened it again"
        await asyncio.sleep(30.0)
        assert [type(await make()) for _ in range(3)] == [Succeeded] * 3
        assert [type(await make()) for _ in range(5)] == [Failed] * 4 + [Succeeded], "it is closed"

    by_clockwork(scene())


def test_an_effect_that_takes_too_long_is_not_settled_after_eight_seconds() -> None:
    async def scene() -> None:
        script = Script([SILENCE], lookups=[None])
        spec = script.tool("make", "write")

        async def endless(*given: Any) -> Made:
            await asyncio.sleep(3600)
            raise AssertionError

        runner = ToolRunner(Registry([replace(spec, run=endless, timeout_s=60.0)]), FakeJournal(), clock=now)
        (outcome,), took = await timed([runner.effect("make", MARTA, WISH, ActionKey("k"))])
        assert outcome == Unknown(code="timeout", detail="not settled within 8 s", ms=8000.0)
        assert took == 8.0

    by_clockwork(scene())
