"""Our examinations as deepeval's metrics, and our records as its test cases."""

from typing import Any

from deepeval.metrics import BaseConversationalMetric
from deepeval.test_case import ConversationalTestCase, ToolCall, Turn

from evals.metrics.check import Check, Examine
from evals.metrics.forbidden import nothing_forbidden, read_forbidden
from evals.metrics.outcome import right_outcome
from evals.metrics.score import ASPECTS, Score
from evals.metrics.sources import well_cited
from evals.metrics.tools import right_tools
from evals.metrics.understanding import right_intent
from evals.metrics.voice import one_voice
from evals.suite.record import Exchange, Record


class ScriptMetric(BaseConversationalMetric):  # type: ignore[misc]
    """The share of a conversation's checks that hold; it passes when all do."""

    def __init__(self, name: str, examine: Examine) -> None:
        self.name = name
        self.examine = examine
        self.threshold = 1.0
        self.async_mode = False
        self.checks: tuple[Check, ...] = ()

    def measure(self, test_case: ConversationalTestCase, *_: Any, **__: Any) -> float:
        """Examine the record that the test case carries."""
        self.checks = tuple(self.examine(test_case.metadata["record"]))
        failed = [check for check in self.checks if not check.passed]
        self.score = 1 - len(failed) / len(self.checks) if self.checks else 1.0
        self.success = not failed
        self.reason = "; ".join(map(str, failed)) or f"{len(self.checks)} checks hold"
        return float(self.score)

    async def a_measure(self, test_case: ConversationalTestCase, *_: Any, **__: Any) -> float:
        """See `measure`; nothing here waits."""
        return self.measure(test_case)

    def is_successful(self) -> bool:
        """Whether every check held."""
        return bool(self.success)

    @property
    def __name__(self) -> str:
        return self.name


def metrics() -> list[ScriptMetric]:
    """Make all metrics, in the order of the table."""
    examinations: dict[str, Examine] = {
        "intent": right_intent,
        "tools": right_tools,
        "outcome": right_outcome,
        "cited": well_cited,
        "forbidden": nothing_forbidden(read_forbidden()),
        "voice": one_voice,
    }
    return [ScriptMetric(name, examinations[name]) for name in ASPECTS]


def test_case(record: Record) -> ConversationalTestCase:
    """Tell a record as deepeval reads conversations; the whole record travels along."""
    return ConversationalTestCase(
        name=record.scenario.name,
        scenario=record.scenario.script.about,
        turns=[turn for exchange in record.exchanges for turn in _turns(exchange)]
        or [Turn(role="user", content="(nothing was said)")],
        metadata={"record": record},
    )


def scores(record: Record, measured_by: list[ScriptMetric]) -> list[Score]:
    """Measure one conversation; a metric that has nothing to look at gives no score."""
    case = test_case(record)
    found = []
    for metric in measured_by:
        value = metric.measure(case)
        if metric.checks:
            found.append(
                Score(
                    metric=metric.name,
                    value=value,
                    passed=metric.is_successful(),
                    reason=metric.reason or "",
                    checks=metric.checks,
                )
            )
    return found


def _turns(exchange: Exchange) -> list[Turn]:
    calls = exchange.why.tools if exchange.why else ()
    spoken = [Turn(role="user", content=exchange.said)] if exchange.who == "customer" else []
    return spoken + [
        Turn(
            role="assistant",
            content=reply.text,
            tools_called=[ToolCall(name=call.name, input_parameters=dict(call.args)) for call in calls],
            retrieval_context=list(exchange.why.passages) if exchange.why else [],
        )
        for reply in (*exchange.replies, *exchange.later)
    ]
