"""What a suite found, counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.metrics.score import ASPECTS, Score
from evals.suite.record import Record
from evals.thresholds import Conversations


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One conversation with its scores."""

    record: Record
    scores: tuple[Score, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing at all was wrong."""
        return all(score.passed for score in self.scores)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One metric over all conversations."""

    metric: str
    promise: str
    conversations: int
    passed: int
    wanted: float

    @property
    def rate(self) -> float:
        """The share of conversations in which every check of the metric held."""
        return self.passed / self.conversations if self.conversations else 1.0

    @property
    def good(self) -> bool:
        """Whether the share is as high as demanded."""
        return self.rate >= self.wanted


@dataclass(frozen=True, kw_only=True)
class Results:
    """A whole run."""

    suite: str
    judged: tuple[Judged, ...]
    lines: tuple[Line, ...]
    least: int

    @property
    def good(self) -> bool:
        """Whether every demand is met."""
        return len(self.judged) >= self.least and all(line.good for line in self.lines)

    @property
    def figures(self) -> Mapping[str, float]:
        """The run in plain numbers."""
        whole = sum(one.passed for one in self.judged)
        return {
            "conversations_count": len(self.judged),
            "messages_count": sum(len(one.record.exchanges) for one in self.judged),
            "pass_rate": round(whole / len(self.judged), 4) if self.judged else 0.0,
            **{f"{line.metric}_pass_rate": round(line.rate, 4) for line in self.lines},
            "intent_accuracy": round(_share_of_checks(self.judged, "intent"), 4),
        }


def count(suite: str, judged: Sequence[Judged], demanded: Conversations, *, whole: bool) -> Results:
    """Count the scores per metric; the least number of conversations is demanded of the whole suite only."""
    return Results(
        suite=suite,
        judged=tuple(judged),
        lines=tuple(_line(metric, judged, demanded.pass_rate.get(metric, 1.0)) for metric in ASPECTS),
        least=demanded.least if whole else 0,
    )


def _line(metric: str, judged: Sequence[Judged], wanted: float) -> Line:
    found = [score for one in judged for score in one.scores if score.metric == metric]
    return Line(
        metric=metric,
        promise=ASPECTS[metric],
        conversations=len(found),
        passed=sum(score.passed for score in found),
        wanted=wanted,
    )


def _share_of_checks(judged: Sequence[Judged], metric: str) -> float:
    """The share of single checks that held, over all conversations."""
    checks = [c.passed for one in judged for s in one.scores if s.metric == metric for c in s.checks]
    return sum(checks) / len(checks) if checks else 1.0
