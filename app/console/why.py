"""The "why" of a reply: the stored trace of its turn beside the time budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.console.calls import calls
from app.console.repository import StoredTurn
from app.console.shapes import Stage, Why
from app.conversations.seal import Seal, open_json

BUDGETS_MS: Mapping[str, float] = {
    "understand": 50,
    "knowledge": 100,
    "plan": 500,
    "model plan": 1200,
    "model write": 1200,
    "tools": 800,
    "effect": 800,
    "rails in": 20,
    "rails out": 20,
    "route": 20,
    "claim": 10,
    "commit": 10,
}
"""What each stage of a turn may take."""


@dataclass(frozen=True, kw_only=True)
class TurnFacts:
    """What stands beside a trace."""

    seq: int
    thread_id: str
    why: str
    at: datetime
    ms: float | None
    cpu_ms: float | None
    book_version: str


def explain(vault: Seal, tenant_id: str, turn: StoredTurn, *, masked: bool = False) -> Why:
    """Open a turn's trace; `masked` hides what systems know of the customer."""
    trace = open_json(vault, tenant_id, turn.trace, f"turns:trace:{turn.thread_id}:{turn.seq}")
    facts = TurnFacts(
        seq=turn.seq,
        thread_id=turn.thread_id,
        why=turn.why,
        at=turn.committed_at,
        ms=round(turn.ms, 2),
        cpu_ms=round(turn.cpu_ms, 2),
        book_version=turn.book_version,
    )
    return told(trace, facts, masked=masked)


def told(trace: Mapping[str, Any], facts: TurnFacts, *, masked: bool = False) -> Why:
    """Tell of a trace; parts that a turn of its kind does not have are empty."""
    return Why(
        **vars(facts),
        stages=[_stage(stage) for stage in trace.get("stages") or ()],
        understanding=trace.get("understanding") or {},
        rails=trace.get("rails") or {},
        route=trace.get("route") or {},
        flow=trace.get("flow"),
        tools=calls(trace, masked=masked),
        sources=trace.get("sources") or (),
        decision=trace.get("decision"),
        dialogue=trace.get("dialogue") or {},
        replies=trace.get("replies") or (),
        withheld=trace.get("withheld") or (),
        planner=trace.get("planner") or {},
        models=trace.get("models") or (),
    )


def _stage(stage: Mapping[str, Any]) -> Stage:
    name = str(stage["name"])
    return Stage(
        name=name,
        start_ms=round(float(stage["start_ms"]), 3),
        ms=round(float(stage["ms"]), 3),
        budget_ms=BUDGETS_MS.get(name),
    )
