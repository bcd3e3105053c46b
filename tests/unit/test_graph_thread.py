"""Graphs of places: one LangGraph step as far as nobody waits."""

from copy import copy
from typing import Any, cast

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END
from langgraph.types import Command, interrupt

from app.turns.saver import TurnSaver
from graphs.thread import Course, Graph, Place
from graphs.turn import Turn

THREAD: Any = {"configurable": {"thread_id": "t"}}


class Somebody:
    """Stands for a turn in places that ask nothing of it."""

    walked: Any = None


def shop(done: list[str], way_after_waiting: str = "tell") -> Graph:
    """Return LangGraph's graph of the course below."""
    return course(done, way_after_waiting).graph.copy({"checkpointer": InMemorySaver()})


def course(done: list[str], way_after_waiting: str = "tell") -> Course:
    """Prepare, wait for somebody, act, tell."""

    async def prepare(memory: Any, runtime: Any) -> Command[Any]:
        done.append("prepared")
        return Command(goto="wait", update={"prepared": True})

    async def wait(memory: Any, runtime: Any) -> Command[Any]:
        interrupt({"kind": "wait"})
        return Command(goto="act")

    async def act(memory: Any, runtime: Any) -> Command[Any]:
        done.append("acted")
        return Command(goto=way_after_waiting, update={"acted": memory["prepared"]})

    async def tell(memory: Any, runtime: Any) -> Command[Any]:
        done.append(f"told {sorted(memory)}")
        return Command(goto=END)

    return Course(
        (
            Place(name="prepare", node=prepare, ways=("wait",)),
            Place(name="wait", node=wait, ways=("act",), waits=True),
            Place(name="act", node=act, ways=("tell",)),
            Place(name="tell", node=tell, ways=(END,)),
        )
    )


async def test_a_resumed_thread_repeats_nothing_that_stood_before_its_wait() -> None:
    done: list[str] = []
    graph = shop(done)
    stopped = await graph.ainvoke({"memory": {"seq": 1}}, THREAD, context=Somebody())
    (waiting,) = stopped["__interrupt__"]
    assert done == ["prepared"]

    ended = await graph.ainvoke(Command(resume={waiting.id: True}), THREAD, context=Somebody())

    assert done == ["prepared", "acted", "told ['acted', 'prepared', 'seq']"]
    assert ended["memory"] == {"seq": 1, "prepared": True, "acted": True}


async def test_what_follows_a_wait_is_one_step() -> None:
    graph = shop([])
    stopped = await graph.ainvoke({"memory": {}}, THREAD, context=Somebody())
    (waiting,) = stopped["__interrupt__"]
    steps = [
        list(step)
        async for step in graph.astream(
            Command(resume={waiting.id: True}), THREAD, context=Somebody(), stream_mode="updates"
        )
    ]
    assert steps == [["wait"]]


async def test_a_way_that_is_not_declared_is_an_error() -> None:
    graph = shop([], way_after_waiting="prepare")
    stopped = await graph.ainvoke({"memory": {}}, THREAD, context=Somebody())
    (waiting,) = stopped["__interrupt__"]
    with pytest.raises(ValueError, match="act leads to"):
        await graph.ainvoke(Command(resume={waiting.id: True}), THREAD, context=Somebody())


async def test_a_walk_ends_at_a_place_that_waits_and_tells_what_changed() -> None:
    done: list[str] = []

    assert await course(done).walk({"seq": 1}, cast("Turn", Somebody())) == ("wait", {"prepared": True})
    assert done == ["prepared"]


async def test_a_thread_that_came_to_rest_by_itself_waits_and_is_resumed_as_any_other() -> None:
    done: list[str] = []
    through = course(done)
    first = TurnSaver("t", None)
    first.rest({"seq": 1, "name": "Runa"})
    second = TurnSaver("t", first.snapshot())
    second.rest({**second.remembered(), "seq": 2})

    third = TurnSaver("t", second.snapshot())
    graph = await _arrives(through, third)
    (waiting,) = third.open_interrupts()
    assert (await graph.aget_state(THREAD)).next == ("wait",)
    assert done == ["prepared"]

    fourth = TurnSaver("t", third.snapshot())
    assert [one.id for one in fourth.open_interrupts()] == [waiting.id]
    await _goes_on(through, Command(resume={waiting.id: True}), fourth, Somebody())

    assert done == ["prepared", "acted", "told ['acted', 'name', 'prepared', 'seq']"]
    fifth = TurnSaver("t", fourth.snapshot())
    assert fifth.remembered() == {"seq": 3, "name": "Runa", "prepared": True, "acted": True}
    fifth.rest({"seq": 4})
    assert TurnSaver("t", fifth.snapshot()).open_interrupts() == []


async def test_what_a_turn_leaves_follows_what_it_found() -> None:
    first = TurnSaver("t", None)
    first.rest({"seq": 1})
    found = first.snapshot()
    second = TurnSaver("t", found)
    await _arrives(course([]), second)
    left = second.snapshot()
    assert found is not None
    assert left is not None
    assert left.parent_id == found.checkpoint_id < left.checkpoint_id


async def _arrives(through: Course, saver: TurnSaver) -> Graph:
    """Walk to the place that waits, and let LangGraph take the thread there."""
    turn, new = Somebody(), {"seq": 3}
    turn.walked = await through.walk({**saver.remembered(), **new}, cast("Turn", turn))
    return await _goes_on(through, through.arriving(new, again=saver.found is not None), saver, turn)


async def _goes_on(through: Course, given: Any, saver: TurnSaver, turn: Somebody) -> Graph:
    graph = copy(through.graph)
    graph.checkpointer = saver
    go_on: Any = graph.ainvoke
    await go_on(given, THREAD, context=turn, durability="exit", stream_mode=[])
    return graph
