"""Where a turn's time goes, beside the two budgets of the seed document "End-to-End Latency Budget"."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.request import Request, urlopen

from evals.bench.client import Answer
from evals.figures import percentile
from evals.house import House

SAMPLE = 400
"""How many turns are looked into."""


@dataclass(frozen=True, kw_only=True)
class Traced:
    """One turn: what the customer waited, and where the engine spent it."""

    waited_ms: float
    turn_ms: float
    stages: Mapping[str, float]

    @property
    def acts(self) -> bool:
        """Whether a tool was called."""
        return "tools" in self.stages


@dataclass(frozen=True, kw_only=True)
class Row:
    """One component of a budget with what was measured."""

    component: str
    budget_ms: float
    times: Sequence[float] = field(default=())

    @property
    def p50(self) -> float:
        """The median."""
        return round(percentile(list(self.times), 0.5), 2)

    @property
    def p95(self) -> float:
        """What all but one in twenty stay below."""
        return round(percentile(list(self.times), 0.95), 2)


def look_into(house: House, answers: Sequence[Answer]) -> list[Traced]:
    """Read the traces of turns spread evenly over the run."""
    known = [answer for answer in answers if answer.seq is not None]
    chosen = known[:: max(1, len(known) // SAMPLE)][:SAMPLE]
    return [_traced(house, answer) for answer in chosen]


def budget_of_simple(turns: Sequence[Traced]) -> list[Row]:
    """A message that is answered without a tool."""
    simple = [turn for turn in turns if not turn.acts]
    return [
        Row(component="Network, gateway, session, formatting", budget_ms=150, times=_around(simple)),
        Row(component="Intent detection", budget_ms=50, times=_stage(simple, "understand")),
        Row(component="Knowledge retrieval", budget_ms=100, times=_stage(simple, "knowledge")),
        Row(component="Response generation", budget_ms=200, times=_rest(simple)),
        Row(component="Total", budget_ms=500, times=[turn.waited_ms for turn in simple]),
    ]


def budget_of_action(turns: Sequence[Traced]) -> list[Row]:
    """A message for which a tool is called."""
    acting = [turn for turn in turns if turn.acts]
    planning = [max(0.0, turn.stages.get("plan", 0.0) - turn.stages["tools"]) for turn in acting]
    return [
        Row(component="Network, gateway, session, formatting", budget_ms=150, times=_around(acting)),
        Row(component="Intent detection", budget_ms=50, times=_stage(acting, "understand")),
        Row(component="Action planning", budget_ms=500, times=planning),
        Row(component="Action execution", budget_ms=800, times=_stage(acting, "tools")),
        Row(component="Response generation", budget_ms=300, times=_rest(acting)),
        Row(component="Total", budget_ms=1800, times=[turn.waited_ms for turn in acting]),
    ]


def stage_figures(turns: Sequence[Traced]) -> dict[str, float]:
    """P50 and P95 of every stage, of the whole turn, and of what is around it."""
    names = sorted({name for turn in turns for name in turn.stages})
    every: Iterator[tuple[str, list[float]]] = ((name, _stage(turns, name)) for name in names)
    found = dict(every) | {"turn": [turn.turn_ms for turn in turns], "around": _around(turns)}
    return {
        f"stage_{name.replace(' ', '_')}_{mark}_ms": round(percentile(times, share), 2)
        for name, times in found.items()
        for mark, share in (("p50", 0.5), ("p95", 0.95))
    }


def _stage(turns: Sequence[Traced], name: str) -> list[float]:
    return [turn.stages[name] for turn in turns if name in turn.stages]


def _around(turns: Sequence[Traced]) -> list[float]:
    """Everything that is not the turn itself: network, front door, claim and commit."""
    return [max(0.0, turn.waited_ms - turn.turn_ms) for turn in turns]


def _rest(turns: Sequence[Traced]) -> list[float]:
    """What a turn spends beside understanding, articles and tools: rails, route, wording, the graph."""
    inside = ("understand", "knowledge", "tools")
    return [max(0.0, turn.turn_ms - sum(turn.stages.get(name, 0.0) for name in inside)) for turn in turns]


def _traced(house: House, answer: Answer) -> Traced:
    url = f"{house.base_url}/api/v1/conversations/{answer.conversation_id}/turns/{answer.seq}/why"
    asked = Request(url, headers={"X-API-Key": house.api_key})  # noqa: S310 - our own engine's address
    with urlopen(asked, timeout=30) as told:  # noqa: S310
        why = json.loads(told.read())
    stages: dict[str, float] = {}
    for stage in why["stages"]:
        stages[stage["name"]] = stages.get(stage["name"], 0.0) + stage["ms"]
    return Traced(waited_ms=answer.ms, turn_ms=why["ms"], stages=stages)
