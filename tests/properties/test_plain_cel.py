"""Conditions decided without the interpreter mean what they mean with it, whatever they say."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from policies.expressions import CelExpression, ExpressionFailed, ExpressionInvalid, compile_expression
from policies.facts import Fact, Known
from policies.plain_nodes import Unsure
from policies.samples import facts as nested
from policies.samples import gather
from tests.unit.books.altered import shop_book

KNOWN: Known = {
    "order": Fact(whole="any"),
    "args": Fact(fields={"amount": "number", "note": "text", "sure": "truth", "thing": "any"}, gaps=True),
    "value": Fact(whole="text", fields={}),
}
NAMES = ("order.total", "order.status", "order.left", "args.amount", "args.note", "args.sure", "args.thing")
LITERALS = ("true", "false", "null", "0", "1", "2.5", "-1", "-0.5", "'shipped'", '"a b"', "''", "'é'")
TERMS = st.sampled_from((*NAMES, "value", *LITERALS))
LISTS = st.lists(st.sampled_from(("'shipped'", "''", "1", "2.5")), max_size=3).map(
    lambda items: f"[{', '.join(items)}]"
)
COMPARISONS = st.one_of(
    st.tuples(TERMS, st.sampled_from(("==", "!=", "<", "<=", ">", ">=")), TERMS).map(" ".join),
    st.tuples(TERMS, LISTS).map(" in ".join),
    TERMS,
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("&&", "||")), inner).map(" ".join),
        inner.map(lambda one: f"!({one})"),
        inner.map(lambda one: f"({one})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]}) ? ({three[1]}) : ({three[2]})"),
    ),
    max_leaves=5,
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, 1, -1, 2.5, 1.0, 2**62, 2**63, -(2**63), "shipped", "", "a b", "é", "\x00", "\ud800"]
    ),
    st.floats(allow_nan=True),
    st.just([1, "x"]),
    st.just({"a": 1}),
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "order": st.fixed_dictionaries({}, optional=dict.fromkeys(("total", "status", "left"), VALUES)),
        "args": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("amount", "note", "sure", "thing"), VALUES)
        ),
        "value": VALUES,
    },
)
FAILED = "it fails"
BOOK = shop_book()
SAMPLES = gather(BOOK)


def meant(expression: CelExpression, facts: dict[str, Any]) -> object:
    """What an expression comes to; a number and a truth are told apart, two that are no numbers are not."""
    try:
        value = expression.evaluate(facts)
    except (ExpressionFailed, UnicodeEncodeError, OverflowError, TypeError):
        return FAILED
    return type(value).__name__, "no number" if value != value else value


@settings(max_examples=200, deadline=None)
@given(source=EXPRESSIONS, facts=FACTS)
@example(source="args.thing == 1", facts={"args": {"thing": True}})
@example(source="args.thing == false", facts={"args": {"thing": 0}})
@example(source="args.thing < 1", facts={"args": {"thing": True}})
@example(source="order.total in [1]", facts={"order": {"total": True}})
@example(source="args.amount == args.amount", facts={"args": {"amount": float("nan")}})
@example(source="args.thing == 'x' || args.sure", facts={"args": {"thing": [1], "sure": True}})
@example(source="args.note < 'shipped'", facts={"args": {"note": None}})
def test_a_condition_means_the_same_with_and_without_the_interpreter(
    source: str, facts: dict[str, Any]
) -> None:
    try:
        expression = compile_expression(source, KNOWN)
    except ExpressionInvalid:
        assume(False)
        return
    assert meant(expression, facts) == meant(replace(expression, plain=None), facts)


def test_what_a_book_says_mostly_is_decided_without_the_interpreter() -> None:
    facts: dict[str, Any] = {
        "order": {"status": "shipped", "total": 20.0, "left": None},
        "args": {"amount": 3},
        "value": "x",
    }
    for source, value in {
        "order.status == 'shipped' && args.amount > 2": True,
        "!(order.total <= 20) || order.left != null": False,
        "value in ['x', 'y'] ? order.total : 0.0": 20.0,
    }.items():
        plain = compile_expression(source, KNOWN).plain
        assert plain is not None
        assert plain.decide(facts) == value


@settings(max_examples=100, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_every_rule_of_the_book_means_the_same_with_and_without_the_interpreter(chance: Random) -> None:
    facts = nested({name: chance.choice(SAMPLES.of(name)) for name in SAMPLES.values})
    for action in BOOK.actions.values():
        for rule in action.rules:
            assert isinstance(rule.condition, CelExpression)
            assert meant(rule.condition, facts) == meant(replace(rule.condition, plain=None), facts)


def test_what_is_not_certain_is_left_to_the_interpreter() -> None:
    assert compile_expression("size(value) > 3", KNOWN).plain is None
    assert compile_expression("order.total + 1.0 > 3.0", KNOWN).plain is None
    plain = compile_expression("order.total > 3", KNOWN).plain
    assert plain is not None
    for total in (None, "3", [1], 2**70):
        try:
            plain.decide({"order": {"total": total}})
        except Unsure:
            continue
        raise AssertionError(f"{total!r} was compared with a number")
