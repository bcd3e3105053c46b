"""The "why" of a reply: what was measured, decided and used in one turn."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from guardrails.verdict import RailReport
from policies.model import Place


@dataclass(kw_only=True)
class Stage:
    """One named part of a turn; milliseconds from the turn's start."""

    name: str
    start_ms: float
    ms: float


@dataclass(kw_only=True)
class Trace:
    """Written while the turn runs, stored with it, shown on request."""

    clock: Callable[[], float]
    """Seconds, monotonic."""
    began: float
    stages: list[Stage] = field(default_factory=list)
    understanding: dict[str, Any] = field(default_factory=dict)
    rails: dict[str, Any] = field(default_factory=dict)
    route: dict[str, Any] = field(default_factory=dict)
    flow: dict[str, Any] | None = None
    tools: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    answer_confidence: float = 0.0
    """How sure the best answer from the articles was."""
    decision: dict[str, Any] | None = None
    dialogue: dict[str, Any] = field(default_factory=dict)
    """The dialogue's state before and behind the turn, and its history."""
    withheld: list[str] = field(default_factory=list)
    planner: dict[str, Any] = field(default_factory=dict)
    """Who proposed the command, when a model was considered."""
    models: list[dict[str, Any]] = field(default_factory=list)
    """Calls to language models: what each used, cost, and how it ended."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside the block."""
        start = self.clock()
        try:
            yield
        finally:
            end = self.clock()
            self.stages.append(
                Stage(name=name, start_ms=(start - self.began) * 1000, ms=(end - start) * 1000)
            )

    def rail(self, side: str, report: RailReport) -> None:
        """Keep a rail report; of several on one side, all that ran and every objection."""
        known = self.rails.get(side)
        if known is None:
            self.rails[side] = {
                "passed": report.passed,
                "ran": list(report.ran),
                "ms": round(report.ms, 3),
                "hits": [dict(vars(hit)) for hit in report.hits],
            }
            return
        known["passed"] = known["passed"] and report.passed
        known["ran"] += [name for name in report.ran if name not in known["ran"]]
        known["ms"] = round(known["ms"] + report.ms, 3)
        known["hits"] += [dict(vars(hit)) for hit in report.hits if vars(hit) not in known["hits"]]

    def tool(
        self, name: str, args: Mapping[str, Any], outcome: str, ms: float, *, cached: bool = False
    ) -> None:
        """Keep one tool call with what came of it."""
        self.tools.append(
            {"name": name, "args": dict(args), "outcome": outcome, "ms": round(ms, 2), "cached": cached}
        )

    def decided(self, because: tuple[str, ...], places: tuple[Place, ...]) -> None:
        """Keep the rules that decided about an action, each with its line in the book."""
        self.decision = {
            "because": list(because),
            "places": [{"file": place.file, "line": place.line} for place in places],
        }
