"""Counting scores, judging them against the thresholds, and telling them."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from evals.errors import ScenariosInvalid
from evals.figures import Measured, percentile
from evals.run import judge, told
from evals.suite.page import write_report
from evals.suite.results import Results, count
from evals.suite.table import show
from evals.thresholds import Conversations, load_thresholds
from tests.unit.evals_records import a_record, a_reply

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
GOOD = a_record({"text": ["delivered"]}, a_reply("It was delivered."))
BAD = a_record({"text": ["<b>cancelled</b>"]}, a_reply("It was <delivered>."))
ALL = dict.fromkeys(("intent", "tools", "outcome", "cited", "forbidden", "voice"), 1.0)


def results(*records: object, least: int = 0, **rates: float) -> Results:
    demanded = Conversations(least=least, pass_rate=ALL | rates)
    return count("some", judge(records), demanded, whole=True)  # type: ignore[arg-type]


def test_suite_without_a_fault_is_good() -> None:
    assert results(GOOD, GOOD).good


def test_one_fault_is_too_many_when_all_are_demanded_and_few_enough_when_half_are() -> None:
    assert not results(GOOD, BAD).good
    assert results(GOOD, BAD, outcome=0.5).good


def test_too_few_conversations_are_not_good_however_well_they_went() -> None:
    assert not results(GOOD, least=36).good


def test_figures_are_plain_numbers_per_metric() -> None:
    figures = results(GOOD, BAD).figures
    assert figures["outcome_pass_rate"] == 0.5
    assert figures["voice_pass_rate"] == 1.0
    assert figures["conversations_count"] == 2


def test_last_line_has_the_shape_that_all_figures_have() -> None:
    line = json.loads(told(results(GOOD), AT))
    assert set(line) == {"name", "at", "commit", "machine", "figures", "peers", "passed"}
    assert set(line["machine"]) == {"cores", "memory_gb"}
    assert line["passed"] is True


def test_table_names_the_file_line_and_fault() -> None:
    out = StringIO()
    show(results(BAD), Console(file=out, width=160))
    assert "scenarios/some.yaml:2" in out.getvalue()
    assert "line 5: told at once" in out.getvalue()
    assert "too low" in out.getvalue()


def test_every_score_of_the_page_leads_to_its_conversation(tmp_path: Path) -> None:
    page = write_report(results(GOOD, BAD), tmp_path / "report", AT).read_text("utf-8")
    assert '<a href="#one_message">' in page
    assert page.count('<details id="one_message"') == 2
    assert "cnv_1" in page


def test_page_shows_texts_as_texts_never_as_markup(tmp_path: Path) -> None:
    page = write_report(results(BAD), tmp_path, AT).read_text("utf-8")
    assert "&lt;delivered&gt;" in page
    assert "<delivered>" not in page


def test_shipped_thresholds_demand_every_metric() -> None:
    demanded = load_thresholds().conversations
    assert set(demanded.pass_rate) == set(ALL)
    assert demanded.least >= 36


def test_faulty_threshold_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "thresholds.yaml"
    fine = "fresh: {least: 0, pass_rate: {}}\nbench: {}\n"
    file.write_text(f"conversations:\n  least: 3\n  pass_rate: {{intent: 7}}\n{fine}", "utf-8")
    with pytest.raises(ScenariosInvalid, match=r"thresholds.yaml:3: conversations.pass_rate.intent"):
        load_thresholds(file)


def test_peers_stand_under_the_same_names() -> None:
    measured = Measured(name="x", figures={"p50_ms": 1.0}, peers={"rasa": {"p50_ms": 2.0}}, passed=False)
    assert json.loads(measured.as_json(AT))["peers"]["rasa"]["p50_ms"] == 2.0


@pytest.mark.parametrize(("share", "wanted"), [(0.5, 50.0), (0.95, 95.0), (1.0, 100.0)])
def test_percentile_is_the_nearest_rank(share: float, wanted: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == wanted


def test_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.5) == 0.0
