"""The benchmark's mix, its arithmetic, and what it demands."""

import os
from collections import Counter
from pathlib import Path

import pytest

from evals.bench import NAMES, UnknownBench, Wish, main
from evals.bench.client import Answer, Outcome
from evals.bench.load import Load
from evals.bench.mix import Buyer, mixed, only, read_texts
from evals.bench.processes import Usage, read_stat, usage_of_tree
from evals.bench.stages import Traced, budget_of_action, budget_of_simple, stage_figures
from evals.bench.turn import cost, shortfalls
from evals.errors import NothingToMeasure
from evals.thresholds import Bench

BUYERS = [Buyer(customer_id=f"C-{n}", order_id=f"{1000 + n}") for n in range(30)]


def test_mix_is_four_three_three() -> None:
    kinds = Counter(line.kind for talk in mixed(BUYERS, 2000, seed=7) for line in talk.lines)
    assert kinds == {"fast": 800, "repeated": 600, "distinct": 600}


def test_distinct_texts_never_repeat() -> None:
    lines = [line for talk in mixed(BUYERS, 5000, seed=7) for line in talk.lines]
    texts = [line.text for line in lines if line.kind == "distinct"]
    assert len(set(texts)) == len(texts)


def test_same_seed_makes_the_same_mix() -> None:
    assert mixed(BUYERS, 300, seed=7) == mixed(BUYERS, 300, seed=7)
    assert mixed(BUYERS, 300, seed=7) != mixed(BUYERS, 300, seed=8)


def test_given_texts_take_the_place_of_our_own() -> None:
    given = [f"text number {n}" for n in range(200)]
    texts = {line.text for talk in mixed(BUYERS, 1000, seed=7, texts=given) for line in talk.lines}
    assert len(texts & set(given)) == 150


def test_every_customer_asks_about_an_order_of_theirs() -> None:
    for talk in mixed(BUYERS, 300, seed=7):
        number = f"{1000 + int(talk.customer_id.removeprefix('C-'))}"
        assert number in talk.lines[1].text


def test_run_of_one_kind_has_no_other() -> None:
    lines = [line for talk in only("repeated", BUYERS, 100, seed=7) for line in talk.lines]
    assert (len(lines), {line.kind for line in lines}) == (100, {"repeated"})


def test_texts_are_read_once_each_and_a_missing_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text('text,category\n"a, b",x\n"a, b",y\nc,z\n', "utf-8")
    assert read_texts(tmp_path) == ["a, b", "c"]
    (tmp_path / "test.csv").write_text("words\na\n", "utf-8")
    with pytest.raises(NothingToMeasure, match="column `text`"):
        read_texts(tmp_path)


def a_load(*answers: Answer, cpu_s: float = 0.02) -> Load:
    outcome = Outcome(answers=list(answers), wall_s=2.0, client_cpu_s=0.01)
    used = {"core": Usage(cpu_s=cpu_s, rss_mb=180.0), "postgres": Usage(cpu_s=0.01, rss_mb=90.0)}
    return Load(outcome=outcome, used=used)


def test_costs_are_for_one_message_and_the_client_is_counted_apart() -> None:
    load = a_load(*(Answer(kind="fast", ms=ms, status=200, replies=1) for ms in (10.0, 30.0)))
    figures = cost(load)
    assert figures["core_cpu_ms_per_message"] == 10.0
    assert figures["system_cpu_ms_per_message"] == 15.0
    assert figures["client_cpu_ms_per_message"] == 5.0
    assert load.times()["messages_per_second"] == 1.0


def test_errors_and_silence_are_counted() -> None:
    figures = cost(
        a_load(
            Answer(kind="fast", ms=1, status=503, replies=0),
            Answer(kind="fast", ms=1, status=200, replies=0),
            Answer(kind="fast", ms=1, status=200, replies=1),
        )
    )
    assert (figures["errors_count"], figures["unanswered_count"]) == (1, 2)


def test_process_counts_what_it_used_and_what_its_children_used() -> None:
    before = usage_of_tree(os.getpid())
    child = os.spawnlp(os.P_WAIT, "python3", "python3", "-c", "sum(range(3_000_000))")
    after = usage_of_tree(os.getpid())
    assert child == 0
    assert after.cpu_s > before.cpu_s
    assert after.rss_mb > 1


def test_process_that_is_gone_is_none() -> None:
    assert read_stat(2**22 + 1) is None


SIMPLE = Traced(waited_ms=20.0, turn_ms=12.0, stages={"understand": 5.0, "knowledge": 4.0, "plan": 4.5})
ACTING = Traced(waited_ms=30.0, turn_ms=18.0, stages={"understand": 5.0, "tools": 6.0, "plan": 7.0})


def test_stages_stand_beside_the_budget_they_belong_to() -> None:
    simple = {row.component: (row.budget_ms, row.p50) for row in budget_of_simple([SIMPLE, ACTING])}
    acting = {row.component: (row.budget_ms, row.p50) for row in budget_of_action([SIMPLE, ACTING])}
    assert simple["Knowledge retrieval"] == (100, 4.0)
    assert simple["Response generation"] == (200, 3.0)
    assert simple["Total"] == (500, 20.0)
    assert acting["Action planning"] == (500, 1.0)
    assert acting["Action execution"] == (800, 6.0)
    assert acting["Total"] == (1800, 30.0)


def test_budgets_add_up_to_their_totals() -> None:
    for rows in (budget_of_simple([SIMPLE]), budget_of_action([ACTING])):
        *parts, total = rows
        assert sum(row.budget_ms for row in parts) == total.budget_ms


def test_every_stage_is_a_figure() -> None:
    figures = stage_figures([SIMPLE, ACTING])
    assert figures["stage_tools_p50_ms"] == 6.0
    assert figures["stage_around_p95_ms"] == 12.0


def test_demands_that_are_not_met_are_said() -> None:
    demanded = Bench(at_most={"core": 6}, at_least={"per_second": 50}, times_less_than_rasa={"core": 5})
    good = shortfalls({"core": 5.0, "per_second": 90.0}, {"rasa": {"core": 30.0}}, demanded)
    poor = shortfalls({"core": 8.0, "per_second": 40.0}, {"rasa": {"core": 30.0}}, demanded)
    assert good == []
    assert len(poor) == 3
    assert "3.8 times" in poor[2]


def test_without_the_peer_nothing_is_compared_with_it() -> None:
    assert shortfalls({"core": 5.0}, {}, Bench(times_less_than_rasa={"core": 5})) == []


def test_without_a_name_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(None, Wish(), as_json=False) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in NAMES)


def test_unknown_benchmark_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownBench, match=r"no benchmark 'tunr'.*turn"):
        main("tunr", Wish(), as_json=False)
