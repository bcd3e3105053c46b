"""The sample shop's book, tried against the tools as they are: its rules, flows and words."""

from datetime import date
from typing import Any, cast

import pytest

from app.rulebooks import tool_shapes
from policies.actions import judge
from policies.check import check
from policies.conflicts import conflict
from policies.loader import load_book
from policies.model import Act, ApprovalNeed, Decision, Link, Read, Say
from policies.template_values import ENGINE
from policies.templates import Reply
from tests.fakes.aftercare import FakeAftercare
from tests.fakes.company import Books
from tests.unit.books.altered import SHOP
from tools.catalogue import Connections, build_registry

NOWHERE = cast("Any", None)
TOOLS = tool_shapes(
    build_registry(
        Connections(
            orders=NOWHERE,
            payments=NOWHERE,
            crm=NOWHERE,
            tickets=NOWHERE,
            today=lambda: date(2026, 11, 20),
            aftercare=FakeAftercare(Books()),
        )
    )
)
BOOK = load_book(SHOP, TOOLS)
VERIFIED = {
    "id": "C-1001",
    "name": "Marta Lindqvist",
    "first_name": "Marta",
    "tier": "gold",
    "verified": True,
}
ORDER = {
    "order_id": "1042",
    "status": "delivered",
    "status_only": False,
    "product": "Ostra pendant, smoked glass",
    "items": "Ostra pendant, smoked glass",
    "total": 149.99,
    "currency": "EUR",
    "expected_text": "18 November",
    "delivered_at": "18 November at 14:05",
    "signed_by": "M. Lindqvist",
    "days_since_delivery": 2,
    "paid_with": "Visa ending 4417",
    "refunded": 0.0,
    "refundable": 149.99,
    "cancellable": False,
    "version": 3,
}


def decide(
    action: str, *, args: dict[str, Any] | None = None, verified: bool = True, **order: Any
) -> Decision:
    """Judge an action on order 1042 with these things different."""
    facts: dict[str, Any] = {
        "args": {"order_id": "1042", "amount": 149.99, "version": 3, **(args or {})},
        "order": {**ORDER, **order},
        "customer": {**VERIFIED, "verified": verified},
        "conversation": {"channel": "web"},
    }
    return judge(BOOK.actions[action], facts)


def test_the_book_passes_its_own_check_against_the_tools() -> None:
    report = check(SHOP, TOOLS)
    assert report.problems == ()
    assert report.notes == ()


def test_every_flow_and_action_of_the_shop_is_there() -> None:
    orders = {"order_status", "refund_status", "cancel_order", "refund", "partial_refund", "return_items"}
    orders |= {"exchange", "replace_item", "delivery_problem", "invoice", "change_address", "talk_to_person"}
    moving = {"cancel_order", "refund_order", "change_address", "return_items", "exchange_item"}
    assert orders <= set(BOOK.flows)
    assert moving | {"send_replacement", "trace_parcel", "send_invoice"} <= set(BOOK.actions)
    assert BOOK.flow_of_intent["refund_status"] == "order_status"
    assert BOOK.flow_of_intent["item_damaged"] == "refund"


@pytest.mark.parametrize(
    ("amount", "approval"),
    [
        (20.0, None),
        (100.0, None),
        (100.01, ApprovalNeed(role="agent", up_to=500, expires_minutes=60)),
        (500.0, ApprovalNeed(role="agent", up_to=500, expires_minutes=60)),
        (500.01, ApprovalNeed(role="supervisor", up_to=None, expires_minutes=60)),
    ],
)
def test_who_approves_a_refund_follows_its_amount(amount: float, approval: ApprovalNeed | None) -> None:
    decision = decide("refund_order", args={"amount": amount}, refundable=900.0)
    assert decision.refused is None
    assert decision.approval == approval
    assert decision.confirm


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"verified": False}, "unverified_no_effect"),
        ({"refundable": 0.0}, "refund_nothing_left"),
        ({"status": "shipped"}, "refund_not_delivered"),
        ({"status": "returned"}, "refund_not_delivered"),
        ({"days_since_delivery": 31}, "refund_too_late"),
        ({"args": {"amount": 150.0}}, "refund_too_much"),
        ({"args": {"amount": 0}}, "refund_amount_unclear"),
        ({"args": {"amount": -5.0}}, "refund_amount_unclear"),
        ({"args": {"amount": None}}, "refund_amount_unclear"),
        ({"days_since_delivery": 30}, None),
    ],
)
def test_when_a_refund_is_refused(changed: dict[str, Any], refused: str | None) -> None:
    assert decide("refund_order", **changed).refused == refused


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"status": "processing", "cancellable": True}, None),
        ({"status": "processing", "cancellable": True, "verified": False}, "unverified_no_effect"),
        ({"status": "processing", "cancellable": False}, "cancel_too_late"),
        ({"status": "shipped"}, "cancel_too_late"),
        ({"status": "cancelled"}, "cancel_already"),
    ],
)
def test_when_a_cancellation_is_refused(changed: dict[str, Any], refused: str | None) -> None:
    decision = decide("cancel_order", **changed)
    assert decision.refused == refused
    assert decision.confirm is (refused is None)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"status": "processing"}, None),
        ({"status": "shipped"}, "address_too_late"),
        ({"status": "processing", "verified": False}, "unverified_no_effect"),
    ],
)
def test_when_a_new_address_is_refused(changed: dict[str, Any], refused: str | None) -> None:
    assert decide("change_address", **changed).refused == refused


def test_every_decision_points_at_its_line_in_the_book() -> None:
    decision = decide("refund_order")
    assert decision.because == ("refund_over_100",)
    (place,) = decision.places
    lines = (SHOP / place.file).read_text(encoding="utf-8").splitlines()
    assert lines[place.line - 1].strip() == "- id: refund_over_100"


def test_a_refund_and_a_cancellation_of_one_order_never_race() -> None:
    assert conflict(BOOK, [("refund_order", "1042")], "cancel_order", "1042") == "block"
    assert conflict(BOOK, [("refund_order", "1042")], "refund_order", "1042") == "block"
    assert conflict(BOOK, [("refund_order", "1042")], "refund_order", "1043") == "allow"


def test_only_verified_customers_reach_an_action() -> None:
    stranger = {"verified": False}
    for name in ("refund_order", "cancel_order", "change_address", "return_items", "exchange_item"):
        assert decide(name, **stranger).refused == "unverified_no_effect"
    for name in ("refund", "cancel_order", "change_address", "return_items", "exchange", "replace_item"):
        first, second = BOOK.flows[name].steps[:2]
        assert getattr(first, "condition").source == "customer.verified != true"  # noqa: B009
        assert isinstance(second, Say)


def test_the_status_of_a_refund_has_its_own_flow() -> None:
    assert (
        Link(flow="refund_status", place=BOOK.flows["order_status"].steps[1].place)
        in BOOK.flows["order_status"].steps
    )


def test_someone_unverified_finds_an_order_by_number_and_email() -> None:
    reads = [step for step in BOOK.flows["order_status"].steps if isinstance(step, Read)]
    assert any("email" in read.args for read in reads)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "order_delivered",
            "Order #1042 (Ostra pendant, smoked glass) was delivered on 18 November at 14:05, "
            "signed by M. Lindqvist. If something is wrong with it, tell me and I will see to it.",
        ),
        ("refund_ask", "I can send €149.99 to your Visa ending 4417. Shall I?"),
        ("refund_checking", "A colleague is checking your refund of €149.99. You can go on writing."),
        ("greeting", "Hello Marta. How can I help?"),
        ("introduction", "Marta, I'm the assistant of Kessel & Birch, a program."),
        ("refund_rejected", "A colleague has decided against the refund of €149.99."),
    ],
)
def test_what_the_customer_reads(template: str, said: str) -> None:
    facts = {"args": {"amount": 149.99}, "order": ORDER, "customer": VERIFIED, "message": ""}
    assert BOOK.templates[template].render(facts) == said


def test_someone_unverified_is_told_a_status_and_nothing_else() -> None:
    hidden = dict.fromkeys(("product", "items", "total", "signed_by", "paid_with", "version"))
    order = {**ORDER, **hidden, "status_only": True}
    for status in ("processing", "shipped", "delivered", "cancelled", "refunded", "returned"):
        said = BOOK.templates[f"order_{status}"].render({"order": order})
        assert said.startswith("Order #1042 ")
        assert "Ostra" not in said
        assert "Lindqvist" not in said


def test_every_reply_can_be_said_with_the_facts_of_its_place() -> None:
    for template in BOOK.templates.values():
        assert isinstance(template, Reply)
        facts = facts_for(template)
        for tone in ("neutral", "friendly", "empathetic", "apologetic"):
            said = template.render(facts, tone=tone)
            assert said.strip()
            assert not {"{", "}", "[", "]"} & set(said), said


def facts_for(reply: Reply) -> dict[str, Any]:
    """A value for everything that a reply names."""
    facts: dict[str, Any] = {}
    for wording in reply.wordings:
        for one in wording.placeholders:
            value = 20.0 if one.filter == "money" else "something"
            root, *rest = one.path
            if rest:
                facts.setdefault(root, {})[rest[0]] = value
            else:
                facts[root] = value
    return facts


def test_the_engines_replies_stand_without_any_fact() -> None:
    for name in ENGINE:
        assert BOOK.templates[name].render({})


def test_no_reply_uses_words_that_customers_should_not_read() -> None:
    for name, template in BOOK.templates.items():
        assert isinstance(template, Reply)
        for wording in template.wordings:
            text = "".join(part for part in wording.parts if isinstance(part, str)).lower()
            for word in ("oops", "successfully", "please wait", "intent", "confidence", "ticket", "queue"):
                assert word not in text, f"{name} says '{word}'"


def test_a_confirmation_offers_yes_and_no() -> None:
    for action in BOOK.actions.values():
        payloads = {payload for _, payload in BOOK.templates[action.ask].buttons}
        assert payloads == {"/affirm", "/deny"}


def test_actions_use_the_order_number_that_was_read() -> None:
    for flow in BOOK.flows.values():
        for step in flow.steps:
            if isinstance(step, Act) and "order_id" in step.args:
                assert step.args["order_id"].source in ("order.order_id", "null")


def test_the_thresholds_are_the_ladders() -> None:
    numbers = BOOK.thresholds
    assert (numbers.sentiment_person, numbers.risk_person, numbers.drop_flagged) == (-0.6, 0.7, 0.3)
    assert (numbers.confidence_clarify, numbers.confidence_automate, numbers.vip_confidence) == (
        0.7,
        0.85,
        0.85,
    )
    assert (numbers.clarify_limit, numbers.attempts_limit, numbers.urgency_person) == (2, 3, 8)
