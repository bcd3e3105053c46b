"""Reading facts through tools, with every call in the trace."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from graphs.turn import Turn, TurnFailed
from tools.spec import Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

LATE_S = 5.0
"""So long a turn waits for a slow read. Its budget is shorter: past that the customer is told to wait."""


async def read_together(
    turn: Turn, calls: Sequence[tuple[str, Mapping[str, Any]]]
) -> list[dict[str, Any] | None]:
    """Return what several tools found, asked at once; past the turn's budget the customer is told to wait.

    Raises `TurnFailed` when one of the systems did not answer; all have ended by then.
    """
    with turn.trace.stage("tools"):
        outcomes = await asyncio.gather(
            *(turn.desk.tools.read(tool, turn.caller, args, budget_s=LATE_S) for tool, args in calls)
        )
    for (tool, args), outcome in zip(calls, outcomes, strict=True):
        note(turn, tool, args, outcome)
    return [_found(tool, outcome) for (tool, _), outcome in zip(calls, outcomes, strict=True)]


async def read_fact(turn: Turn, tool: str, args: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a tool found, or None when there is no such thing (or it is somebody else's).

    Raises `TurnFailed` when the system did not answer: the event is then tried again later.
    """
    with turn.trace.stage("tools"):
        outcome = await turn.desk.tools.read(tool, turn.caller, args, budget_s=LATE_S)
    note(turn, tool, args, outcome)
    return _found(tool, outcome)


def _found(tool: str, outcome: ToolOutcome) -> dict[str, Any] | None:
    """Take the result out of an outcome; None when there is no such thing."""
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
