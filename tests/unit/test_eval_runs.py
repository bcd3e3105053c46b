"""Runs of evals as they are kept, and two of them beside each other."""

from datetime import UTC, datetime
from pathlib import Path

from app.evaluations.comparing import changes, figure_changes, passed_in_both
from app.evaluations.shapes import Played, Run
from evals.metrics.score import Score
from evals.suite.kept import keep, run_of
from evals.suite.results import Judged, count
from evals.thresholds import Conversations
from tests.unit.evals_records import a_record, a_reply, a_why

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def played(name: str, *, passed: bool) -> Played:
    return Played(name=name, conversation_id=f"cnv_{name}", passed=passed, scores=[], exchanges=[])


def run(figures: dict[str, float] | None = None, **conversations: bool) -> Run:
    return Run(
        suite="conversations",
        at=NOON,
        passed=all(conversations.values()),
        figures=figures or {},
        metrics=[],
        conversations=[played(name, passed=passed) for name, passed in conversations.items()],
    )


def test_what_broke_comes_first_and_what_passed_twice_not_at_all() -> None:
    old = run(fine=True, breaks=True, mends=False, stays=False, gone=True)
    new = run(fine=True, breaks=False, mends=True, stays=False, fresh=True)

    assert [(one.what, one.name) for one in changes(old, new)] == [
        ("broken", "breaks"),
        ("still_failing", "stays"),
        ("mended", "mends"),
        ("added", "fresh"),
        ("removed", "gone"),
    ]
    assert passed_in_both(old, new) == 1


def test_only_figures_that_moved_are_shown() -> None:
    old, new = run({"pass_rate": 0.9, "same": 1.0}), run({"pass_rate": 0.8, "same": 1.0, "new": 2})
    moved = figure_changes(old, new)
    assert [(one.name, one.old, one.new) for one in moved] == [("new", None, 2.0), ("pass_rate", 0.9, 0.8)]


def test_a_kept_run_holds_what_was_said_and_why_it_failed(tmp_path: Path) -> None:
    record = a_record({"intent": "refund"}, a_reply("It leaves today."), why=a_why())
    wrong = Score(metric="intent", value=0.0, passed=False, reason="understood as order_track", checks=())
    demanded = Conversations(least=1, pass_rate={})
    results = count("conversations", [Judged(record=record, scores=(wrong,))], demanded, whole=True)

    keep(results, NOON, tmp_path / "runs" / "one.json")
    kept = Run.model_validate_json((tmp_path / "runs" / "one.json").read_bytes())
    assert kept == run_of(results, NOON)
    assert kept.conversations[0].scores[0].reason == "understood as order_track"
    assert kept.conversations[0].exchanges[0].replies == ["It leaves today."]
    assert kept.figures["pass_rate"] == 0.0
