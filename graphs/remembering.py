"""A thread's memory in one LangGraph channel.

LangGraph keeps versions, writes and triggers for each channel at each step; with
a channel for each of twenty keys that is a tenth of a turn's time in it.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypedDict

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.turn import Turn

Memory = dict[str, Any]
Node = Callable[[Any, Runtime[Turn]], Awaitable[Command[Any]]]


def merged(old: Memory, new: Memory) -> Memory:
    """Lay a node's changes over what was known."""
    return {**old, **new}


class Thread(TypedDict):
    """The state of either graph."""

    memory: Annotated[Memory, merged]


def remembering(node: Node) -> Any:
    """Give a node the memory itself, and lay what it returns over it; LangGraph has no name for its type."""

    async def run(state: Thread, runtime: Runtime[Turn]) -> Command[Any]:
        command = await node(state.get("memory") or {}, runtime)
        return Command(goto=command.goto, update={"memory": command.update} if command.update else None)

    return run
