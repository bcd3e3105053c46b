"""The runner: who may ask, what counts as an answer, and when an effect is called again."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from tests.fakes.journal import FakeJournal
from tests.fakes.tool import MARTA, STRANGER, Made, Script, Wish
from tools.errors import BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown, VersionConflict
from tools.registry import Registry
from tools.runner import Patience, ToolRunner
from tools.spec import (
    ActionKey,
    Caller,
    Compensation,
    Failed,
    NotFound,
    Refused,
    Succeeded,
    ToolOutcome,
    ToolSpec,
    Unknown,
)

KEY = ActionKey("cv_1:a1:run")
WISH = {"what": "a lamp"}
SILENCE = OutcomeUnknown("no_answer", "silence", answered=False)
ERROR = OutcomeUnknown("http_500", "down", answered=True)
DOWN = BackendFailed("unreachable", "no connection")


class Vanished(Exception):
    """Stands for a worker that was killed in the middle of a call."""


class Clock:
    """A clock that the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Scene:
    """A runner over one scripted tool that reads and acts."""

    def __init__(self, script: Script, **spec: Any) -> None:
        self.script, self.journal, self.clock = script, FakeJournal(), Clock()
        tools = [script.tool("look", "read", **spec), script.tool("make", "write", **spec)]
        patience = Patience(busy_s=0.0, read_attempts=1)
        self.runner = ToolRunner(Registry(tools), self.journal, patience=patience, clock=self.clock)

    async def look(self, caller: Caller = MARTA, **args: Any) -> ToolOutcome:
        return await self.runner.read("look", caller, args or WISH)

    async def make(self, caller: Caller = MARTA, key: ActionKey = KEY, **args: Any) -> ToolOutcome:
        return await self.runner.effect("make", caller, args or WISH, key)


async def test_a_read_gives_the_tools_answer_as_json() -> None:
    assert await Scene(Script([7])).look() == Succeeded(result={"number": 7}, ms=0.0)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NoSuchThing("lamp"), NotFound(ms=0.0)),
        (BackendRefused("no", "never"), Refused(code="no", detail="never", ms=0.0)),
        (DOWN, Failed(code="unreachable", detail="no connection", ms=0.0)),
        (SILENCE, Failed(code="no_answer", detail="silence", ms=0.0)),
    ],
)
async def test_a_failing_read_is_an_outcome(error: Exception, outcome: ToolOutcome) -> None:
    assert await Scene(Script([error])).look() == outcome


async def test_a_mistake_in_our_own_code_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await Scene(Script([ZeroDivisionError()])).look()


async def test_a_tool_is_not_called_for_somebody_unverified() -> None:
    scene = Scene(Script([7]))

    outcomes = [await scene.look(STRANGER), await scene.make(STRANGER)]

    assert [o.code for o in outcomes if isinstance(o, Refused)] == ["not_verified"] * 2
    assert scene.script.ran == 0
    assert scene.journal.lines == {}


async def test_arguments_that_do_not_fit_are_named_but_not_repeated() -> None:
    scene = Scene(Script([7]))

    outcome = await scene.make(wat="my secret")

    assert isinstance(outcome, Refused)
    assert outcome.code == "invalid_arguments"
    assert "what: Field required" in outcome.detail
    assert "wat: Extra inputs are not permitted" in outcome.detail
    assert "secret" not in outcome.detail
    assert scene.script.ran == 0


async def test_a_read_is_answered_from_memory_while_it_is_fresh() -> None:
    scene = Scene(Script([1, 2]), cache_s=10)
    await scene.look()

    assert await scene.look() == Succeeded(result={"number": 1}, ms=0.0, cached=True)
    scene.clock.now += 10
    assert await scene.look() == Succeeded(result={"number": 2}, ms=0.0)


async def test_an_effect_makes_its_customers_reads_stale() -> None:
    scene = Scene(Script([1, 2, 3]), cache_s=10)
    await scene.look()
    await scene.make()

    assert await scene.look() == Succeeded(result={"number": 3}, ms=0.0)


async def test_a_failure_is_not_remembered() -> None:
    scene = Scene(Script([DOWN, 2]), cache_s=10)

    assert isinstance(await scene.look(), Failed)
    assert isinstance(await scene.look(), Succeeded)


async def test_a_tool_that_kept_failing_rests_for_thirty_seconds() -> None:
    scene = Scene(Script([*[DOWN] * 5, 1]))
    for _ in range(5):
        await scene.look()

    resting = await scene.look()

    assert isinstance(resting, Failed)
    assert resting.code == "breaker_open"
    assert scene.script.ran == 5
    scene.clock.now += 30
    assert isinstance(await scene.look(), Succeeded)


async def test_a_refusal_is_an_answer_and_never_opens_the_breaker() -> None:
    scene = Scene(Script([BackendRefused("no", "never")]))

    outcomes = [await scene.look() for _ in range(8)]

    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    assert scene.script.ran == 8


async def test_an_effect_is_caused_once_per_key() -> None:
    scene = Scene(Script([1, 2]))

    first, again, other = await scene.make(), await scene.make(), await scene.make(key=ActionKey("other"))

    assert first == again == Succeeded(result={"number": 1}, ms=0.0)
    assert other == Succeeded(result={"number": 2}, ms=0.0)
    assert scene.script.ran == 2


async def test_a_refusal_is_recorded_and_not_asked_again() -> None:
    scene = Scene(Script([BackendRefused("no", "never"), 2]))

    first, again = await scene.make(), await scene.make()

    assert first == again == Refused(code="no", detail="never", ms=0.0)
    assert scene.script.ran == 1


async def test_a_key_for_other_arguments_is_refused() -> None:
    scene = Scene(Script([1, 2]))
    await scene.make(what="a lamp")

    outcome = await scene.make(what="two lamps")

    assert isinstance(outcome, Refused)
    assert outcome.code == "key_reused"
    assert scene.script.ran == 1


async def test_a_newer_version_is_still_the_same_effect() -> None:
    scene = Scene(Script([DOWN, 2]))
    await scene.make(what="a lamp", version=1)

    assert isinstance(await scene.make(what="a lamp", version=2), Succeeded)


async def test_a_failure_without_effect_is_tried_again_under_the_same_key() -> None:
    scene = Scene(Script([DOWN, 2]))

    assert isinstance(await scene.make(), Failed)
    assert isinstance(await scene.make(), Succeeded)
    assert scene.script.looked_up == 0


async def test_a_lost_answer_is_looked_up_and_not_asked_for_again() -> None:
    scene = Scene(Script([SILENCE], lookups=[5]))

    assert await scene.make() == Succeeded(result={"number": 5}, ms=0.0)
    assert (scene.script.ran, scene.script.looked_up) == (1, 1)


async def test_an_effect_that_the_backend_never_saw_is_called_again() -> None:
    scene = Scene(Script([SILENCE, 6], lookups=[None]))

    assert await scene.make() == Succeeded(result={"number": 6}, ms=0.0)
    assert (scene.script.ran, scene.script.looked_up) == (2, 1)


async def test_silence_that_a_look_up_cannot_settle_stays_unknown() -> None:
    scene = Scene(Script([SILENCE], lookups=[None]))

    assert await scene.make() == Unknown(code="no_answer", detail="silence", ms=0.0)


async def test_an_error_that_left_nothing_behind_is_a_failure() -> None:
    scene = Scene(Script([ERROR], lookups=[None]))

    assert await scene.make() == Failed(code="http_500", detail="down", ms=0.0)


async def test_after_a_lost_request_a_failure_would_promise_too_much() -> None:
    scene = Scene(Script([SILENCE, DOWN], lookups=[None]))

    assert await scene.make() == Unknown(code="unreachable", detail="no connection", ms=0.0)


async def test_while_the_look_up_fails_nothing_is_called_again() -> None:
    scene = Scene(Script([SILENCE, 6], lookups=[DOWN, 5]))

    first = await scene.make()
    assert isinstance(first, Unknown)
    assert scene.script.ran == 1
    assert await scene.make() == Succeeded(result={"number": 5}, ms=0.0)
    assert scene.script.ran == 1


async def test_an_effect_that_cannot_be_looked_up_is_never_repeated() -> None:
    scene = Scene(Script([SILENCE, 6]), blind=True)

    outcomes = [await scene.make(), await scene.make()]

    assert [o.code for o in outcomes if isinstance(o, Unknown)] == ["cannot_settle"] * 2
    assert scene.script.ran == 1


async def test_what_a_vanished_worker_began_is_looked_up_first() -> None:
    scene = Scene(Script([Vanished(), 6], lookups=[5]))
    with pytest.raises(Vanished):
        await scene.make()
    scene.journal.now += 10.0

    assert await scene.make() == Succeeded(result={"number": 5}, ms=0.0)
    assert (scene.script.ran, scene.script.looked_up) == (1, 1)


async def test_a_key_in_use_is_reported_as_such_and_not_called() -> None:
    scene = Scene(Script([Vanished()]))
    with pytest.raises(Vanished):
        await scene.make()

    outcome = await scene.make()

    assert isinstance(outcome, Unknown)
    assert outcome.code == "in_progress"
    assert scene.script.ran == 1


async def test_a_breaker_that_opens_in_doubt_leaves_the_outcome_unknown() -> None:
    scene = Scene(Script([*[SILENCE] * 5, 6], lookups=[None]))
    for number in range(3):
        await scene.make(key=ActionKey(f"{number}"))

    outcome = await scene.make(key=ActionKey("2"))

    assert isinstance(outcome, Unknown)
    assert outcome.code == "breaker_open"


async def test_a_tool_that_hangs_is_left_when_its_time_is_over() -> None:
    async def hang(caller: Caller, args: BaseModel, key: ActionKey | None) -> Made:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    spec = ToolSpec(
        name="hang", description="Hangs.", args=Wish, result=Made, risk="read", run=hang, timeout_s=0.01
    )
    runner = ToolRunner(Registry([spec]), FakeJournal())

    outcome = await runner.read("hang", MARTA, WISH)

    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.detail) == ("timeout", "no answer within 0.01 s")


async def test_what_takes_no_keys_is_never_sent_twice() -> None:
    scene = Scene(Script([SILENCE, 6], lookups=[None]), idempotent=False)

    outcomes = [await scene.make(), await scene.make()]

    assert [o.code for o in outcomes if isinstance(o, Unknown)] == ["no_answer", "not_repeatable"]
    assert scene.script.ran == 1


async def test_what_takes_no_keys_is_tried_again_when_it_certainly_did_not_happen() -> None:
    scene = Scene(Script([DOWN, 6]), idempotent=False)

    assert isinstance(await scene.make(), Failed)
    assert isinstance(await scene.make(), Succeeded)


async def test_what_has_changed_since_it_was_read_is_no_final_answer() -> None:
    scene = Scene(Script([VersionConflict("version_conflict", "read it again"), 6]))

    stale = await scene.make(what="a lamp", version=1)

    assert isinstance(stale, Failed)
    assert stale.code == "version_conflict"
    assert isinstance(await scene.make(what="a lamp", version=2), Succeeded)


@pytest.mark.parametrize("found", [5, None])
async def test_a_look_up_settles_for_ever_without_another_call(found: int | None) -> None:
    scene = Scene(Script([SILENCE, 6], lookups=[None, found]), idempotent=False)
    await scene.make()

    looked = await scene.runner.look_up("make", MARTA, WISH, KEY)

    assert isinstance(looked, Succeeded if found else Refused)
    assert await scene.make() == looked
    assert scene.script.ran == 1


async def test_a_look_up_that_fails_leaves_the_matter_open() -> None:
    scene = Scene(Script([SILENCE], lookups=[DOWN]))
    await scene.make()

    assert isinstance(await scene.runner.look_up("make", MARTA, WISH, KEY), Unknown)


@pytest.mark.parametrize("happened", [True, False])
async def test_a_persons_word_settles_for_ever_without_another_call(happened: bool) -> None:
    scene = Scene(Script([SILENCE], lookups=[DOWN]))
    await scene.make()

    settled = await scene.runner.settle("make", MARTA, WISH, KEY, happened=happened)
    again = await scene.runner.settle("make", MARTA, WISH, KEY, happened=not happened)

    assert isinstance(settled, Succeeded if happened else Refused)
    assert again == settled == await scene.make()
    assert scene.script.ran == 1


async def test_an_effect_is_taken_back_once_per_key_by_the_tool_it_names() -> None:
    back = Compensation(
        tool="make", args=lambda asked, made: {"what": f"not {asked['what']} {made['number']}"}
    )
    scene = Scene(Script([1, 2, 3]), compensation=back)
    done = await scene.make()
    assert isinstance(done, Succeeded)

    first, again = [
        await scene.runner.undo("make", MARTA, WISH, done, ActionKey("cv_1:a1:undo")) for _ in range(2)
    ]

    assert first == again == Succeeded(result={"number": 2}, ms=0.0)
    assert scene.journal.lines["demo", ActionKey("cv_1:a1:undo")].call.args == {"what": "not a lamp 1"}


async def test_an_effect_that_nothing_takes_back_says_so() -> None:
    scene = Scene(Script([1]))
    done = await scene.make()
    assert isinstance(done, Succeeded)

    outcome = await scene.runner.undo("make", MARTA, WISH, done, ActionKey("cv_1:a1:undo"))

    assert isinstance(outcome, Refused)
    assert outcome.code == "no_compensation"


def test_arguments_that_only_say_what_was_read_are_known_by_name() -> None:
    assert Scene(Script([1])).runner.preconditions("make") == {"version"}
