"""Judging an action, and what two actions on one thing mean for each other."""

from collections.abc import Sequence
from typing import Any

import pytest

from policies.actions import judge
from policies.conflicts import conflict
from policies.expressions import ExpressionFailed, compile_expression
from policies.facts import Fact
from policies.model import ActionRule, ActionSpec, ApprovalNeed, Place
from tests.unit.books.altered import library_book

PLACE = Place(file="actions.yaml", line=1)
KNOWN = {"args": Fact(fields={"amount": "number"}, gaps=True), "order": Fact(whole="any")}
AGENT = ApprovalNeed(role="agent", up_to=500, expires_minutes=60)
SUPERVISOR = ApprovalNeed(role="supervisor", up_to=None, expires_minutes=120)


def rule(
    name: str,
    condition: str,
    *,
    refuse: str | None = None,
    confirm: bool = False,
    approval: ApprovalNeed | None = None,
) -> ActionRule:
    """Make a rule."""
    return ActionRule(
        id=name,
        condition=compile_expression(condition, KNOWN, condition=True),
        refuse=refuse,
        confirm=confirm,
        approval=approval,
        place=Place(file="actions.yaml", line=len(name)),
    )


def action(*rules: ActionRule, always_confirm: bool = False) -> ActionSpec:
    """Make an action with these rules."""
    return ActionSpec(
        name="pay",
        tool="pay",
        risk="money",
        label="Pay",
        subject=compile_expression("order.id", KNOWN),
        amount=None,
        always_confirm=always_confirm,
        ask="a",
        started="b",
        waiting="c",
        done="d",
        failed="e",
        rejected="f",
        editable=(),
        rules=tuple(rules),
        place=PLACE,
    )


def facts(amount: float) -> dict[str, Any]:
    """Facts for one amount."""
    return {"args": {"amount": amount}, "order": {"id": "1042", "open": True}}


def test_without_a_rule_that_holds_the_action_may_go_on() -> None:
    decision = judge(action(rule("big", "args.amount > 100", approval=AGENT)), facts(20))
    assert (decision.refused, decision.confirm, decision.approval, decision.because) == (
        None,
        False,
        None,
        (),
    )


def test_an_action_that_always_confirms_needs_no_rule_for_it() -> None:
    assert judge(action(always_confirm=True), facts(20)).confirm


def test_a_refusal_beats_everything_else() -> None:
    rules = (
        rule("big", "args.amount > 100", approval=AGENT),
        rule("closed", "order.open == true", refuse="closed_text"),
        rule("any", "args.amount > 0", confirm=True),
    )
    decision = judge(action(*rules, always_confirm=True), facts(200))
    assert decision.refused == "closed_text"
    assert decision.approval is None
    assert not decision.confirm
    assert decision.because == ("closed",)


def test_of_several_refusals_the_first_in_the_book_is_said_and_all_are_named() -> None:
    rules = (rule("one", "true", refuse="first"), rule("two", "true", refuse="second"))
    decision = judge(action(*rules), facts(1))
    assert decision.refused == "first"
    assert decision.because == ("one", "two")
    assert [place.line for place in decision.places] == [3, 3]


def test_an_approval_does_not_replace_the_customers_yes() -> None:
    decision = judge(action(rule("big", "true", approval=AGENT), always_confirm=True), facts(200))
    assert decision.confirm
    assert decision.approval == AGENT


def test_the_highest_role_decides_and_the_shortest_time_counts() -> None:
    rules = (rule("big", "true", approval=AGENT), rule("huge", "true", approval=SUPERVISOR))
    decision = judge(action(*rules), facts(900))
    assert decision.approval == ApprovalNeed(role="supervisor", up_to=None, expires_minutes=60)
    assert decision.because == ("big", "huge")


def test_of_limits_for_the_same_role_the_lowest_counts() -> None:
    lower = ApprovalNeed(role="agent", up_to=200, expires_minutes=90)
    decision = judge(action(rule("a", "true", approval=AGENT), rule("b", "true", approval=lower)), facts(150))
    assert decision.approval == ApprovalNeed(role="agent", up_to=200, expires_minutes=60)


def test_a_rule_that_cannot_be_read_stops_the_action() -> None:
    with pytest.raises(ExpressionFailed):
        judge(action(rule("odd", "order.missing == true", confirm=True)), facts(1))


def test_a_refusal_stands_even_where_another_rule_cannot_be_read() -> None:
    rules = (rule("odd", "order.missing == true", confirm=True), rule("no", "true", refuse="sorry"))
    assert judge(action(*rules), facts(1)).refused == "sorry"


@pytest.mark.parametrize(
    ("pending", "new", "subject", "verdict"),
    [
        ((), "extend_loan", "L001", "allow"),
        ((("extend_loan", "L001"),), "extend_loan", "L001", "block"),
        ((("extend_loan", "L002"),), "extend_loan", "L001", "allow"),
        ((("unheard_of", "L001"),), "extend_loan", "L001", "block"),
    ],
)
def test_actions_meet_only_on_the_same_thing(
    pending: Sequence[tuple[str, str]], new: str, subject: str, verdict: str
) -> None:
    assert conflict(library_book(), pending, new, subject) == verdict
