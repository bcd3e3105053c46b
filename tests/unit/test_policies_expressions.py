"""Conditions: what they see, what they refuse when loaded, and how they fail when evaluated."""

from typing import Any

import pytest

from policies.expressions import CelExpression, ExpressionFailed, ExpressionInvalid, compile_expression
from policies.facts import EVERYWHERE, Fact, Known, slot_facts

KNOWN: Known = {
    **EVERYWHERE,
    "slots": slot_facts({"order_id": "order_number", "amount": "amount"}),
    "args": Fact(fields={"amount": "number", "version": "number"}, gaps=True),
    "order": Fact(whole="any"),
    "parcel": Fact(whole="any", fields={"weight": "number", "carrier": "text", "lost": "truth"}),
    "value": Fact(whole="text", fields={}),
}
FACTS: dict[str, Any] = {
    "slots": {"order_id": "1042"},
    "args": {"amount": 150, "version": 3},
    "order": {"status": "delivered", "total": 149.99, "items": [{"sku": "a", "count": 2}], "note": None},
    "parcel": {"weight": 2, "carrier": "Post", "lost": False},
    "customer": {"verified": True},
    "value": "1042",
}


def compiled(source: str, *, condition: bool = False) -> CelExpression:
    """Compile over the facts of this file."""
    return compile_expression(source, KNOWN, condition=condition)


def refused(source: str, *, condition: bool = False) -> ExpressionInvalid:
    """Give the refusal of a bad expression."""
    with pytest.raises(ExpressionInvalid) as caught:
        compiled(source, condition=condition)
    return caught.value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("order.status == 'delivered'", True),
        ("order.status in ['shipped', 'delivered']", True),
        ("order.total > 100 && order.total <= 149.99", True),
        ("!customer.verified", False),
        ("customer.verified != true", False),
        ("args.amount > 100", True),
        ("args.amount + 0.5", 150.5),
        ("size(order.items)", 1),
        ("order.items[0].count", 2),
        ("order.items.exists(item, item.sku == 'a')", True),
        ("order.items", [{"sku": "a", "count": 2}]),
        ("value.matches('^[0-9]{4}$')", True),
        ("'asked by the customer'", "asked by the customer"),
        ("order.status == 'delivered' ? 'yes' : 'no'", "yes"),
        ("'order.nothing' + slots.order_id", "order.nothing1042"),
        ("parcel.weight < 2.5", True),
        ("14", 14),
    ],
)
def test_an_expression_has_the_value_that_its_facts_give_it(source: str, value: object) -> None:
    assert compiled(source).evaluate(FACTS) == value


@pytest.mark.parametrize("source", ["slots.amount", "customer.tier", "conversation.intent", "order.note"])
def test_what_is_not_known_yet_is_null(source: str) -> None:
    assert compiled(source).evaluate(FACTS) is None
    assert compiled(f"{source} == null").evaluate(FACTS) is True


def test_fields_of_nothing_are_null() -> None:
    expression = compiled("order == null || order.status == 'lost'")
    assert expression.evaluate({"order": None}) is True
    assert expression.evaluate({"order": {"status": "lost"}}) is True
    assert expression.evaluate({"order": {"status": "here"}}) is False


def test_a_whole_number_stays_one_when_it_is_only_passed_on() -> None:
    passed_on = compiled("args.version").evaluate(FACTS)
    assert passed_on == 3
    assert isinstance(passed_on, int)


def test_whole_numbers_and_decimals_are_compared_and_added() -> None:
    assert compiled("args.amount >= order.total").evaluate(FACTS) is True
    assert compiled("args.amount - 50.5").evaluate({"args": {"amount": 100}}) == 49.5


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("slots.oder_id == 'x'", "'slots' has no field 'oder_id'", "Did you mean 'slots.order_id'?"),
        ("customer.verfied", "'customer' has no field 'verfied'", "Did you mean 'customer.verified'?"),
        ("parcel.wieght > 3", "'parcel' has no field 'wieght'", "Did you mean 'parcel.weight'?"),
        ("ordr.status == 'x'", "nothing here is called 'ordr'", "Did you mean 'order'?"),
        ("slots", "'slots' alone is not a value", "Known here: slots.amount, slots.order_id."),
        ("slots.order_id == 3", "'==' cannot take text and whole number", ""),
        ("args.amount > 'x'", "'>' cannot take number and text", ""),
        ("parcel.weight > parcel.carrier", "'>' cannot take number and text", ""),
        (
            "args.amount - 1",
            "'-' cannot take number and whole number",
            "Write numbers with a point beside amounts: `2.0`.",
        ),
        ("has(order.status)", "'has' is not used here", "Compare with null: `order.x != null`."),
    ],
)
def test_a_mistake_is_told_in_a_designers_words(source: str, message: str, hint: str) -> None:
    error = refused(source)
    assert (error.message, error.hint) == (message, hint)


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("order.total >", 1, 14),
        ("true && ordr.x", 1, 9),
        ("true &&\n  ordr.x", 2, 3),
        ("order.a = 3", 1, 9),
        ("order.a and order.b", 1, 9),
        ("", 1, 1),
    ],
)
def test_a_mistake_is_placed_where_it_stands(source: str, line: int, column: int) -> None:
    error = refused(source)
    assert (error.line, error.column) == (line, column)


@pytest.mark.parametrize("source", ["args.amount", "'yes'", "size(order.items)"])
def test_a_condition_must_be_true_or_false(source: str) -> None:
    assert refused(source, condition=True).message == "this condition is neither true nor false"


@pytest.mark.parametrize("source", ["customer.verified", "order.open", "order.total > 1"])
def test_a_truth_and_an_unknown_field_may_be_conditions(source: str) -> None:
    assert compiled(source, condition=True).source == source


@pytest.mark.parametrize(
    ("source", "facts", "message"),
    [
        ("order.statsu == 'x'", FACTS, "'order' has no field 'statsu'"),
        ("order.status == 'x'", {}, "needs 'order', which is not known here"),
        ("order.status == 'x'", {"order": 3}, "'order' in `order.status == 'x'` has no fields"),
        ("order.note > 3", FACTS, "has no value: No matching overloads"),
        ("order.items[7].sku", FACTS, "has no value"),
        ("slots.order_id == 'a'", {"slots": {"order_id": "a\x00b"}}, "holds a NUL character"),
        ("slots.order_id == 'a'", {"slots": {"order_id": "\ud800"}}, "was given a value"),
        ("order.total > 1", {"order": {"total": 2**70}}, "has no value"),
    ],
)
def test_what_cannot_be_evaluated_says_why(source: str, facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        compiled(source).evaluate(facts)
    assert message in str(caught.value)


def test_a_failure_never_repeats_what_the_customer_wrote() -> None:
    with pytest.raises(ExpressionFailed) as caught:
        compiled("value.contains('a') && order.total > 1").evaluate(
            {"value": "secret a", "order": {"total": "secret"}}
        )
    assert "secret" not in str(caught.value)


def test_words_inside_quotes_are_no_facts() -> None:
    assert compiled("slots.order_id == 'order.status'").needs == compiled("slots.order_id == 'x'").needs


def test_expressions_compare_by_their_text() -> None:
    assert compiled("order.total > 1") == compiled("order.total > 1")
    assert compiled("order.total > 1") != compiled("order.total > 2")
