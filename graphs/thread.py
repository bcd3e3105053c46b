"""A thread's memory in one LangGraph channel, and its steps only where a thread waits for somebody.

LangGraph keeps versions, writes and triggers for each channel at each step, and
makes tasks, ids and callbacks for each step. A turn is one unit of work (ADR 2),
so only a node that waits has to begin a step; the others follow one another,
and a walk that meets none that waits needs no step at all (ADR 8).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.turn import Turn, Walked

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


class Course:
    """The places of a thread in their order; made once, used by every turn."""

    def __init__(self, places: Sequence[Place], rest: Rest = lambda turn, before, after: {}) -> None:
        self._places = {place.name: place for place in places}
        self._first = places[0]
        self._rest = rest
        self.graph = self._compiled()
        """The places as LangGraph's: whoever waits there is drawn, stored and resumed by it."""

    async def walk(self, before: Memory, turn: Turn) -> Walked:
        """Go from the first place up to the end, or to one that waits; returns which, and what changed."""
        return await self._walk_from(self._first, before, Runtime(context=turn))

    def arriving(self, changes: Memory, *, again: bool) -> Any:
        """Return what makes LangGraph take a turn that has walked to the place where it arrived.

        A thread that LangGraph knows is entered at its first place: plain input would go through a step
        of its own that only leads there.
        """
        return Command(goto=self._first.name, update={"memory": changes}) if again else {"memory": changes}

    async def _walk_from(self, place: Place, before: Memory, runtime: Runtime[Turn]) -> Walked:
        memory, changes = before, Memory()
        while True:
            command = await place.node(memory, runtime)
            update: Memory = command.update or {}
            memory, changes = {**memory, **update}, {**changes, **update}
            way = str(command.goto)
            if way not in place.ways:
                raise ValueError(f"{place.name} leads to {place.ways}, not to {way!r}")
            if way == END or self._places[way].waits:
                return way, changes | self._rest(runtime.context, before, memory)
            place = self._places[way]

    def _compiled(self) -> Graph:
        graph = StateGraph(Thread, context_schema=Turn)
        for place in self._places.values():
            graph.add_node(place.name, self._step_from(place), destinations=place.ways)
        graph.add_edge(START, self._first.name)
        return graph.compile()

    def _step_from(self, place: Place) -> Any:
        """Make the step that begins at a place."""

        async def run(state: Thread, runtime: Runtime[Turn]) -> Command[Any]:
            walked, runtime.context.walked = runtime.context.walked, None
            way, changes = walked or await self._walk_from(place, state.get("memory") or {}, runtime)
            return Command(goto=way, update={"memory": changes} if changes else None)

        return run
