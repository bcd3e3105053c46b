"""A call that is moved: the new one stands before the old one goes, and is taken back where that fails."""

from dataclasses import replace

import pytest

from app.followups import repository
from app.followups.store import DatabaseFollowUps
from app.turns.run import Thinker
from tests.chaos.counter import PATIENCE, Counter
from tests.chaos.inbox import TENANT
from tests.talk import Talk, connections_over, shelf
from tools.catalogue import build_registry
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.service import Service

PROMISED = """select f.state from follow_ups f join conversations c using (tenant_id, conversation_id)
  where f.conversation_id like %s order by f.due_at"""


@pytest.fixture
async def caller(counter: Counter) -> Counter:
    """A customer whom a colleague calls on Monday, and who wants to be called on Tuesday instead."""
    followups = DatabaseFollowUps(counter.inbox.database.tenant, counter.inbox.vault)
    service = Service(followups=followups, now=counter.inbox.clock)
    registry = build_registry(replace(connections_over(counter.books), service=service))
    tools = ToolRunner(
        Registry(counter.faults.wrap(spec) for spec in registry.values()), counter.journal, patience=PATIENCE
    )
    talk = Talk(books=counter.books)
    talk.interpreter.meanings["call me back"] = "callback_request"
    counter.thinker = Thinker(replace(talk.desk, tools=tools), shelf(), counter.inbox.clock)
    for said in ("call me back", "+49 170 5550123", "monday at 11", "no"):
        await counter.serves(said)
    await counter.serves("yes", payload="/affirm")
    for said in ("call me back", "another time", "+49 170 5550123", "tuesday at 14", "no"):
        await counter.serves(said)
    return counter


async def promised(counter: Counter) -> list[str]:
    """The states of the calls, the earlier one first."""
    return [state for (state,) in await counter.rows(PROMISED, counter.conversation("") + "%")]


async def test_the_old_call_stands_until_the_yes_and_only_the_new_one_behind_it(caller: Counter) -> None:
    assert await promised(caller) == ["scheduled"]

    said = await caller.serves("yes", payload="/affirm")

    assert "The call is moved" in said[-1]
    assert await promised(caller) == ["cancelled", "scheduled"]
    assert await caller.states() == ["done", "done"]


async def test_a_call_that_began_in_between_is_not_moved_and_the_new_one_does_not_stand(
    caller: Counter,
) -> None:
    """It begins behind the check and behind the new one: exactly where only taking back helps."""
    caller.faults.next["cancel_followup"] = ["down"] * 2
    await caller.serves("yes", payload="/affirm")
    assert await promised(caller) == ["scheduled", "scheduled"]
    async with caller.inbox.database.tenant(TENANT) as conn:
        (old, _) = await repository.open_of(conn, TENANT, caller.conversation("web"))
        await repository.mark_begun(conn, TENANT, old.follow_up_id)

    await caller.retries()

    assert await promised(caller) == ["begun", "cancelled"]
    assert await caller.states() == ["done", "failed"]
    (task,) = await caller.tasks()
    assert task.kind == "failed_action"
    assert "The new time does not stand" in " ".join(entry.text for entry in await caller.timeline())
