"""Flows that wait for another one: those that called it, and those that a newer wish interrupted."""

from typing import Any, cast

from graphs.propose import withdraw
from graphs.state import Call, ConversationState, Frame
from graphs.turn import Turn
from graphs.versions import speak
from policies.model import Book

MOST_PAUSED = 3
"""Flows kept for later; who interrupts more often than that has left the first one."""
KEPT = (
    *("flow", "step", "asked", "asks", "slots", "facts", "reads", "suggested", "book"),
    *("callers", "rounds", "skipped", "options", "wanted", "pending"),
)


def call(memory: ConversationState, flow: str) -> None:
    """Go into another flow; the running one goes on behind its step when that one has ended."""
    caller = Call(flow=memory.get("flow") or "", step=memory.get("step", 0) + 1, asks=memory.get("asks", {}))
    memory["callers"] = [*memory.get("callers", []), caller]
    memory["flow"], memory["step"], memory["asks"] = flow, 0, {}


def go_back(memory: ConversationState) -> bool:
    """Go on in the flow that called the one which has just ended; False when there is none."""
    callers = memory.get("callers") or []
    if not callers:
        return False
    *rest, caller = callers
    memory["callers"], memory["flow"] = rest, caller["flow"]
    memory["step"], memory["asks"] = caller["step"], dict(caller["asks"])
    return True


def outermost(memory: ConversationState) -> str:
    """Name the flow that the customer asked for, whatever it has called since."""
    callers = memory.get("callers") or []
    return callers[0]["flow"] if callers else memory.get("flow") or ""


def interrupt(turn: Turn, memory: ConversationState, flow: str, intent: str | None) -> None:
    """Keep what is open for later when another flow begins; what the new wish replaces is left."""
    before = memory.get("paused") or []
    again = [frame for frame in before if _outer(frame) == flow]
    paused = [frame for frame in before if _outer(frame) != flow]
    if memory.get("flow") and (memory.get("asked") or memory.get("pending")):
        replaced = outermost(memory) == flow or _contradicts(memory, intent, turn.rules.book)
        frame = cast("Frame", {name: cast("dict[str, Any]", memory).get(name) for name in KEPT})
        (again if replaced else paused).append(frame)
        memory["pending"] = None
    memory["paused"] = paused[-MOST_PAUSED:]
    for left in (*again, *paused[:-MOST_PAUSED]):
        withdraw(turn, left["pending"])


def _outer(frame: Frame) -> str:
    """Name the flow that a kept conversation began with."""
    return outermost(cast("ConversationState", frame))


def _contradicts(memory: ConversationState, intent: str | None, book: Book) -> bool:
    """Say whether the new wish and the open one cannot both be meant."""
    return frozenset((memory.get("wanted") or "", intent or "")) in book.contradictions


def take_up_again(turn: Turn, memory: ConversationState) -> bool:
    """Return to the newest interrupted flow once nothing else is open; False when there is none."""
    busy = memory.get("asked") or memory.get("pending") or memory.get("offered") or turn.draft.hand_off
    while (paused := memory.get("paused")) and not busy:
        *rest, frame = paused
        memory["paused"] = rest
        known = speak(turn, frame["book"] or turn.newest.book.version)
        flow = turn.rules.book.flows.get(frame["flow"] or "") if known else None
        if flow is None or frame["step"] >= len(flow.steps):
            withdraw(turn, frame["pending"])
            continue
        other = {name: value for name, value in memory.get("slots", {}).items() if name not in flow.slots}
        memory.update(cast("ConversationState", {**frame, "slots": {**other, **frame["slots"]}}))
        return True
    return False
