"""A thread's memory in one LangGraph channel, and its steps only where a thread may rest.

LangGraph keeps versions, writes and triggers for each channel at each step, and
makes tasks, ids and callbacks for each step: 0.45 ms of the 7.9 that a message
cost. A turn is one unit of work (ADR 2), so only a node that waits for somebody
has to begin a step; the others follow one another inside it (ADR 8).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.turn import Turn

Memory = dict[str, Any]
Node = Callable[[Any, Runtime[Turn]], Awaitable[Command[Any]]]
Graph = CompiledStateGraph[Any, Any, Any, Any]


def merged(old: Memory, new: Memory) -> Memory:
    """Lay a node's changes over what was known."""
    return {**old, **new}


class Thread(TypedDict):
    """The state of either graph."""

    memory: Annotated[Memory, merged]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A node, the ways on from it, and whether it waits for somebody before it does anything."""

    name: str
    node: Node
    ways: tuple[str, ...]
    waits: bool = False


Rest = Callable[[Turn, Any, Any], Any]
"""What is remembered besides when a thread comes to rest, from its memory before and behind the turn."""


def compiled(places: Sequence[Place], rest: Rest = lambda turn, before, after: {}) -> Graph:
    """Compile a graph that begins at its first place; do it once, a turn takes a copy of its own."""
    graph = StateGraph(Thread, context_schema=Turn)
    known = {place.name: place for place in places}
    for place in places:
        graph.add_node(place.name, _from(place, known, rest), destinations=place.ways)
    graph.add_edge(START, places[0].name)
    return graph.compile()


def _from(first: Place, known: dict[str, Place], rest: Rest) -> Any:
    """Run a place and those after it, up to the end or to one that waits."""

    async def run(state: Thread, runtime: Runtime[Turn]) -> Command[Any]:
        before: Memory = state.get("memory") or {}
        memory, changes, place = before, Memory(), first
        while True:
            command = await place.node(memory, runtime)
            update: Memory = command.update or {}
            memory, changes = {**memory, **update}, {**changes, **update}
            way = str(command.goto)
            if way not in place.ways:
                raise ValueError(f"{place.name} leads to {place.ways}, not to {way!r}")
            if way == END or known[way].waits:
                changes |= rest(runtime.context, before, memory)
                return Command(goto=way, update={"memory": changes} if changes else None)
            place = known[way]

    return run
