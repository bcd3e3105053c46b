"""Effects whose outcome is not known: looked up, or a person's task, never guessed and never repeated."""

import pytest

from app.handoff.tasks import NotThisWay, SettledAlready, Task
from app.turns.claim import Claim
from app.turns.store import Thought
from tests.chaos.counter import Counter

NEXT_TRY = "select due_at from inbox where thread_id like %s and state = 'waiting'"
IN_DOUBT = "A person is checking it"


async def refund_in_doubt(counter: Counter, happened: bool) -> Task:
    """Let a refund's answer be lost and nobody be able to look it up, until it is a person's task."""
    counter.faults.blind = True
    counter.faults.next["refund_order"] = ["lost after" if happened else "lost before"]
    await counter.serves("I want my money back for 1011")
    await counter.serves("yes", payload="/affirm")
    await counter.retries()
    (task,) = await counter.tasks()
    return task


@pytest.mark.parametrize("happened", [True, False])
async def test_what_cannot_be_looked_up_is_a_persons_task_and_told(counter: Counter, happened: bool) -> None:
    task = await refund_in_doubt(counter, happened)

    assert (task.kind, task.subject, task.action_status) == ("unknown_outcome", "1011", "unknown")
    assert counter.refunds("1011") == ([50.0] if happened else [])
    assert [entry.text for entry in await counter.timeline() if IN_DOUBT in entry.text]


@pytest.mark.parametrize("happened", [True, False])
async def test_a_persons_finding_ends_it_as_it_was(counter: Counter, happened: bool) -> None:
    task = await refund_in_doubt(counter, happened)

    first = await counter.finds(task.task_id, "happened" if happened else "did_not_happen")
    second = await counter.finds(task.task_id, "happened", by="tove")
    await counter.works()

    assert isinstance(first, Task)
    assert isinstance(second, SettledAlready)
    assert await counter.states() == ["done" if happened else "failed"]
    assert counter.refunds("1011") == ([50.0] if happened else [])
    said = [entry.text for entry in await counter.timeline() if entry.direction == "outbound"][-1]
    assert ("is on its way" if happened else "no money has moved") in said


@pytest.mark.parametrize("happened", [True, False])
async def test_a_backend_that_answers_again_settles_it_without_a_person(
    counter: Counter, happened: bool
) -> None:
    await refund_in_doubt(counter, happened)
    counter.faults.blind = False

    await counter.waits(121)

    (task,) = [one for one in await counter.tasks("settled") if one.kind == "unknown_outcome"]
    assert (task.status, task.settled_by) == ("happened" if happened else "did_not_happen", "look-up")
    assert await counter.states() == ["done" if happened else "failed"]
    assert counter.refunds("1011") == ([50.0] if happened else [])


async def test_in_doubt_nothing_else_on_the_same_thing_is_begun(counter: Counter) -> None:
    task = await refund_in_doubt(counter, happened=False)

    again = await counter.serves("I want my money back for 1011", to="mail")

    assert "under way" in again[0]
    await counter.finds(task.task_id, "did_not_happen")
    await counter.works()
    assert "€50.00" in (await counter.serves("I want my money back for 1011", to="mail"))[0]


async def test_a_finding_that_does_not_fit_the_task_is_refused(counter: Counter) -> None:
    task = await refund_in_doubt(counter, happened=False)

    assert await counter.finds(task.task_id, "done") == NotThisWay(fitting=("happened", "did_not_happen"))


async def test_what_certainly_failed_is_told_and_listed_for_a_person(counter: Counter) -> None:
    counter.faults.next["refund_order"] = ["down"] * 20
    await counter.serves("I want my money back for 1011")
    await counter.serves("yes", payload="/affirm")

    await counter.retries()

    assert await counter.states() == ["failed"]
    (task,) = await counter.tasks()
    assert (task.kind, task.subject) == ("failed_action", "1011")
    assert "no money has moved" in (await counter.timeline())[-2].text
    await counter.finds(task.task_id, "done")
    assert await counter.tasks() == []


async def test_a_worker_that_dies_after_the_effect_leaves_it_done_once(counter: Counter) -> None:
    counter.faults.next["refund_order"] = ["dies after"]
    await counter.serves("I want my money back for 1011")
    await counter.serves("yes", payload="/affirm")
    assert await counter.states() == ["proposed"]

    await counter.waits(10)

    assert counter.refunds("1011") == [50.0]
    assert await counter.states() == ["done"]


async def test_a_turn_that_breaks_each_time_leaves_its_action_to_a_person_who_ends_it(
    counter: Counter,
) -> None:
    await counter.serves("I want my money back for 1011")
    think = counter.thinker.think

    async def breaks(claim: Claim) -> Thought:
        if claim.kind == "action":
            raise RuntimeError("a mistake of ours")
        return await think(claim)

    counter.thinker.think = breaks  # type: ignore[method-assign]
    await counter.serves("yes", payload="/affirm")
    await counter.retries()

    assert await counter.states() == ["unknown"]
    (task,) = await counter.tasks()
    assert not task.waits
    await counter.finds(task.task_id, "did_not_happen")
    assert await counter.states() == ["failed"]


async def test_a_failed_effect_is_tried_again_after_twice_as_long_each_time_and_five_times(
    counter: Counter,
) -> None:
    counter.faults.next["refund_order"] = ["down"] * 20
    await counter.serves("I want my money back for 1011")
    await counter.serves("yes", payload="/affirm")
    pauses = []
    while (due := await counter.rows(NEXT_TRY, counter.conversation("web") + "%")) != []:
        ((at,),) = due
        pauses.append((at - counter.inbox.clock()).total_seconds())
        await counter.waits(pauses[-1] - 0.001)
        assert await counter.states() == ["proposed"], "not a moment sooner"
        await counter.waits(0.001)

    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0]
    assert await counter.states() == ["failed"]
    told = [entry.text for entry in await counter.timeline() if "trying again" in entry.text]
    assert len(told) == 1, "of the delay the customer hears once"
