"""What the shop's book promises about orders, items, returns and refunds."""

import re
from collections import Counter

import pytest

from tests.unit.books.altered import shop_book

BOOK = shop_book()
NEEDS = {
    "orders": ("order_place", "order_track", "order_change", "order_cancel", "cancellation_fee", "reorder"),
    "items": ("item_missing", "item_wrong", "item_damaged", "warranty_question"),
    "returns": ("return_request", "exchange_request", "return_policy_question"),
    "refunds": ("refund_policy_question", "refund_request", "refund_status"),
}
EVERY = [(topic, name) for topic, names in NEEDS.items() for name in names]


def plain(example: str) -> str:
    return " ".join(re.findall(r"\w+", re.sub(r"\]\(\w+\)", "", example).lower()))


@pytest.mark.parametrize(("topic", "name"), EVERY)
def test_a_need_has_its_topic_and_enough_examples(topic: str, name: str) -> None:
    intent = BOOK.intents[name]

    assert intent.subcategory == topic
    assert len({plain(example) for example in intent.examples}) >= 45


def test_no_example_stands_under_two_needs() -> None:
    ours = {plain(example) for _, name in EVERY for example in BOOK.intents[name].examples}
    seen = Counter(text for need in BOOK.intents.values() for text in {plain(each) for each in need.examples})

    assert sorted(text for text in ours if seen[text] > 1) == []


@pytest.mark.parametrize(
    ("name", "flow"),
    [
        ("order_track", "order_status"),
        ("order_cancel", "cancel_order"),
        ("refund_request", "refund"),
        ("item_damaged", "refund"),
        ("return_request", "return_items"),
        ("exchange_request", "exchange"),
        ("item_missing", "replace_item"),
        ("item_wrong", "replace_item"),
        ("delivery_problem", "delivery_problem"),
        ("invoice_request", "invoice"),
    ],
)
def test_a_wish_about_an_order_begins_the_dialogue_that_meets_it(name: str, flow: str) -> None:
    assert BOOK.flow_of_intent[name] == flow


@pytest.mark.parametrize("name", ["item_missing", "item_wrong"])
def test_a_wrong_delivery_goes_to_a_person_who_knows_orders_if_to_anybody(name: str) -> None:
    assert BOOK.routing.skills[name] == ("orders",)
