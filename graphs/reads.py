"""Reading facts through tools, with every call in the trace."""

from collections.abc import Mapping
from typing import Any

from graphs.turn import Turn, TurnFailed
from tools.spec import Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown


async def read_fact(turn: Turn, tool: str, args: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a tool found, or None when there is no such thing (or it is somebody else's).

    Raises `TurnFailed` when the system did not answer: the event is then tried again later.
    """
    with turn.trace.stage("tools"):
        outcome = await turn.desk.tools.read(tool, turn.caller, args)
    note(turn, tool, args, outcome)
    match outcome:
        case Succeeded(result=result):
            return dict(result)
        case NotFound() | Refused():
            return None
        case Failed(code=code) | Unknown(code=code):
            raise TurnFailed(f"{tool}:{code}")


def note(turn: Turn, tool: str, args: Mapping[str, Any], outcome: ToolOutcome) -> None:
    """Keep a call in the trace."""
    cached = isinstance(outcome, Succeeded) and outcome.cached
    turn.trace.tool(tool, args, type(outcome).__name__.lower(), outcome.ms, cached=cached)
