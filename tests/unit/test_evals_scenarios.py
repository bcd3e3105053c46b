"""Scenario files: the shipped ones are sound, and a faulty one is told with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from evals.errors import ScenariosInvalid, ShopUnfit
from evals.house import DemoCustomer
from evals.suite.scenarios import load_scenarios
from evals.suite.shop import Casting, Order
from tests.unit.evals_records import NOW, an_order

PEOPLE = (
    DemoCustomer(id="C-1", name="Ada Alder", email="ada@example.com", tier="standard"),
    DemoCustomer(id="C-2", name="Ben Berg", email="ben@example.com", tier="platinum"),
    DemoCustomer(id="C-3", name="Cia Dahl", email="cia@example.com", tier="gold"),
)


def written(folder: Path, text: str, name: str = "some.yaml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ScenariosInvalid) as refused:
        load_scenarios(written(folder, text))
    return str(refused.value)


ONE = """\
scenarios:
  hello:
    about: A greeting.
    talk:
      - says: hello
"""


def test_shipped_scenarios_are_sound_and_enough() -> None:
    scenarios = load_scenarios()
    assert len(scenarios) >= 120
    for name in ("orders", "cancelling", "refunds", "partial_refunds", "returns", "exchanges", "invoices"):
        assert len(load_scenarios(only=name)) >= 10, name
    assert len(load_scenarios(only="delivery_problems")) >= 20


def test_one_file_is_a_suite_by_its_name() -> None:
    names = {scenario.file for scenario in load_scenarios(only="refunds")}
    assert names == {"scenarios/refunds.yaml"}


def test_fresh_scenarios_are_a_suite_of_their_own() -> None:
    fresh = {scenario.name for scenario in load_scenarios(only="fresh")}
    assert fresh
    assert not fresh & {scenario.name for scenario in load_scenarios()}


def test_every_step_knows_its_line(tmp_path: Path) -> None:
    (scenario,) = load_scenarios(written(tmp_path, ONE))
    assert (scenario.line, scenario.step_lines) == (2, (5,))


def test_suite_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ScenariosInvalid, match="Did you mean 'some'"):
        load_scenarios(written(tmp_path, ONE), only="sone")


def test_unknown_key_is_told_with_its_line(tmp_path: Path) -> None:
    told = refusal(tmp_path, ONE + "        expects: {intent: greeting}\n")
    assert "some.yaml:6:" in told
    assert "unknown key 'expects'" in told


def test_step_of_two_kinds_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, ONE + "        presses: affirm\n")
    assert "some.yaml:5:" in told
    assert "exactly one of" in told


def test_unknown_placeholder_is_told_with_its_line(tmp_path: Path) -> None:
    told = refusal(tmp_path, ONE + '      - says: "and order {order}?"\n')
    assert "some.yaml:6:" in told
    assert "there is no placeholder 'order'" in told


def test_order_at_the_end_must_have_been_given(tmp_path: Path) -> None:
    told = refusal(tmp_path, ONE + "    leaves:\n      order: {status: cancelled}\n")
    assert "there is no given order 'order'" in told


def test_name_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    written(tmp_path, ONE, "other.yaml")
    told = refusal(tmp_path, ONE)
    assert "some.yaml:2:" in told
    assert "other.yaml:2 already" in told


def casting(*orders: Order) -> Casting:
    return Casting(customers=PEOPLE, orders=orders, now=NOW)


WITH_ORDER = ONE + "    given:\n      order: {status: delivered, under: 100, delivered_within_days: 30}\n"


def test_customer_is_one_whose_order_fits(tmp_path: Path) -> None:
    (scenario,) = load_scenarios(written(tmp_path, WITH_ORDER))
    dear = an_order("0001", "C-1", total=250.0)
    fitting = an_order("0003", "C-3", total=59.0)
    cast = casting(dear, fitting).cast(scenario)
    assert cast.customer.id == "C-3"
    assert cast.fill("{order} for {order.money}, {customer.first_name}") == "0003 for €59.00, Cia"


def test_customers_of_the_highest_tier_are_left_out(tmp_path: Path) -> None:
    (scenario,) = load_scenarios(written(tmp_path, WITH_ORDER))
    with pytest.raises(ShopUnfit, match="hello"):
        casting(an_order("0002", "C-2", total=59.0)).cast(scenario)


def test_no_customer_plays_twice(tmp_path: Path) -> None:
    (scenario,) = load_scenarios(written(tmp_path, ONE))
    shared = casting()
    assert [shared.cast(scenario).customer.id for _ in range(2)] == ["C-1", "C-3"]


def test_somebody_elses_order_belongs_to_somebody_else(tmp_path: Path) -> None:
    text = ONE + "    given:\n      theirs: {of: another, status: delivered}\n"
    (scenario,) = load_scenarios(written(tmp_path, text))
    cast = casting(an_order("0001", "C-1"), an_order("0003", "C-3")).cast(scenario)
    assert (cast.customer.id, cast.orders["theirs"].customer_id) == ("C-1", "C-3")


def test_who_finds_no_customer_left_waits_for_a_fresh_house(tmp_path: Path) -> None:
    pair = ONE.replace("hello:", "first:") + ONE.replace("scenarios:\n", "").replace("hello:", "second:")
    wanted = load_scenarios(
        written(tmp_path, pair + ONE.replace("scenarios:\n", "").replace("hello:", "third:"))
    )

    casts = casting().cast_all(wanted)

    assert set(casts) == {"first", "second"}


def test_who_never_finds_a_customer_is_told(tmp_path: Path) -> None:
    impossible = ONE + "    given:\n      order: {over: 100000}\n"
    with pytest.raises(ShopUnfit, match="hello"):
        casting().cast_all(load_scenarios(written(tmp_path, impossible)))


def test_an_order_is_chosen_by_its_articles_and_by_how_late_it_is(tmp_path: Path) -> None:
    due = (NOW - timedelta(days=3)).date()
    orders = (
        an_order("0001", "C-1", second="Korn mugs", lines=2),
        an_order("0002", "C-3", status="shipped", due=due, delivered_at=None),
    )
    several = ONE + "    given:\n      order: {lines: 2, product: throw}\n"
    late = ONE.replace("hello:", "late:") + "    given:\n      order: {late: true}\n"

    (first,) = load_scenarios(written(tmp_path, several))
    assert casting(*orders).cast(first).words["order.second"] == "Korn mugs"
    (second,) = load_scenarios(written(tmp_path, late))
    assert casting(*orders).cast(second).words["order"] == "0002"
