"""Orders in words."""

from datetime import date, datetime

import pytest

from tests.fakes.company import an_order
from tools.orders.port import Item
from tools.orders.reading import listed
from tools.orders.wording import day_text, days_since, described, items_text, moment_text, status_of

TODAY = date(2026, 11, 21)


def test_a_delivered_order_carries_all_that_rules_and_templates_need() -> None:
    assert described(an_order("1042", "delivered"), TODAY).model_dump() == {
        "order_id": "1042",
        "status": "delivered",
        "status_only": False,
        "expected_on": None,
        "expected_text": None,
        "delivered_on": "2026-11-19",
        "delivered_at": "19 November at 14:05",
        "days_since_delivery": 2,
        "days_late": 0,
        "placed_on": "2026-11-15",
        "placed_text": "15 November",
        "product": "Ostra pendant, smoked glass",
        "items": "Ostra pendant, smoked glass",
        "item_names": ["Ostra pendant, smoked glass"],
        "line_count": 1,
        "total": 149.99,
        "currency": "EUR",
        "refunded": 0.0,
        "refundable": 149.99,
        "cancellable": False,
        "paid_with": "Visa ending 4417",
        "signed_by": "M. Lindqvist",
        "address_line": "Amiralsgatan 12, 211 55 Malmö, Sweden",
        "version": 1,
    }


def test_an_order_on_its_way_says_when_it_should_arrive() -> None:
    order = described(an_order("1077", "shipped"), TODAY)

    assert (order.expected_on, order.expected_text) == ("2026-11-23", "on 23 November")
    assert (order.delivered_at, order.days_since_delivery) == (None, None)


def test_a_status_names_neither_goods_nor_money_nor_people() -> None:
    told = status_of(an_order("1042", "delivered"), TODAY).model_dump(exclude_defaults=True)

    assert told.keys() == {
        *("order_id", "status", "status_only", "expected_on", "expected_text"),
        *("delivered_on", "delivered_at", "days_since_delivery"),
    }
    assert told["status_only"] is True


@pytest.mark.parametrize(
    ("delivered", "days"),
    [(datetime(2026, 11, 21, 9), 0), (datetime(2026, 11, 20, 23, 59), 1), (datetime(2026, 11, 22, 1), 0)],
)
def test_days_are_counted_by_the_calendar_and_never_below_zero(delivered: datetime, days: int) -> None:
    assert days_since(delivered, TODAY) == days


def test_the_year_is_said_only_when_it_is_another_one() -> None:
    assert day_text(date(2026, 1, 5), TODAY) == "5 January"
    assert moment_text(datetime(2025, 12, 31, 8, 5), TODAY) == "31 December 2025 at 08:05"


@pytest.mark.parametrize(
    ("quantities", "text"),
    [((), ""), ((1,), "A"), ((2, 1), "2 x A and B"), ((1, 1, 4), "A, B and 4 x C")],
)
def test_items_read_as_one_phrase(quantities: tuple[int, ...], text: str) -> None:
    items = [Item(name=name, quantity=n) for name, n in zip("ABC", quantities, strict=False)]

    assert items_text(items) == text


def test_the_only_open_order_is_named() -> None:
    closed, shipped = an_order("1042", "delivered"), an_order("1077", "shipped")

    assert listed([shipped, closed], TODAY).only_open == "1077"
    assert listed([an_order("1090", "processing"), shipped], TODAY).only_open is None
    assert listed([closed], TODAY).only_open is None
    assert listed([], TODAY).newest is None
