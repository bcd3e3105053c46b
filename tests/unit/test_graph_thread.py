"""Graphs of places: one LangGraph step as far as nobody waits."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END
from langgraph.types import Command, interrupt

from graphs.thread import Graph, Place, compiled

THREAD: Any = {"configurable": {"thread_id": "t"}}


def shop(done: list[str], way_after_waiting: str = "tell") -> Graph:
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

    graph = compiled(
        (
            Place(name="prepare", node=prepare, ways=("wait",)),
            Place(name="wait", node=wait, ways=("act",), waits=True),
            Place(name="act", node=act, ways=("tell",)),
            Place(name="tell", node=tell, ways=(END,)),
        )
    )
    return graph.copy({"checkpointer": InMemorySaver()})


async def test_a_resumed_thread_repeats_nothing_that_stood_before_its_wait() -> None:
    done: list[str] = []
    graph = shop(done)
    stopped = await graph.ainvoke({"memory": {"seq": 1}}, THREAD)
    (waiting,) = stopped["__interrupt__"]
    assert done == ["prepared"]

    ended = await graph.ainvoke(Command(resume={waiting.id: True}), THREAD)

    assert done == ["prepared", "acted", "told ['acted', 'prepared', 'seq']"]
    assert ended["memory"] == {"seq": 1, "prepared": True, "acted": True}


async def test_what_follows_a_wait_is_one_step() -> None:
    graph = shop([])
    stopped = await graph.ainvoke({"memory": {}}, THREAD)
    (waiting,) = stopped["__interrupt__"]
    steps = [
        list(step)
        async for step in graph.astream(Command(resume={waiting.id: True}), THREAD, stream_mode="updates")
    ]
    assert steps == [["wait"]]


async def test_a_way_that_is_not_declared_is_an_error() -> None:
    graph = shop([], way_after_waiting="prepare")
    stopped = await graph.ainvoke({"memory": {}}, THREAD)
    (waiting,) = stopped["__interrupt__"]
    with pytest.raises(ValueError, match="act leads to"):
        await graph.ainvoke(Command(resume={waiting.id: True}), THREAD)
