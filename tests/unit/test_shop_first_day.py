"""The invented shop: the same for the same seed, and true to itself."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest

from examples.shop.company import Company
from examples.shop.problems import Refusal
from examples.shop.repository import Repository
from examples.shop.seed import FirstDay, first_day

TODAY = date(2026, 11, 21)
DAYS = [TODAY, date(2027, 1, 1), date(2028, 2, 29)]


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> FirstDay:
    return first_day(7, request.param)


def test_the_same_seed_and_day_invent_the_same_shop() -> None:
    assert first_day(7, TODAY) == first_day(7, TODAY)
    assert first_day(8, TODAY) != first_day(7, TODAY)


def test_there_are_200_customers_and_600_orders_all_different(day: FirstDay) -> None:
    assert len({customer.id for customer in day.customers}) == 200
    assert len({customer.email for customer in day.customers}) == 200
    assert len({order.id for order in day.orders}) == 600
    assert {order.customer_id for order in day.orders} <= {customer.id for customer in day.customers}


def test_order_numbers_have_four_digits_and_follow_the_days_they_were_placed(day: FirstDay) -> None:
    assert all(len(order.id) == 4 and order.id.isdigit() for order in day.orders)
    assert [order.placed_at for order in day.orders] == sorted(order.placed_at for order in day.orders)


def test_there_is_enough_of_every_fate(day: FirstDay) -> None:
    fates = Counter(order.status for order in day.orders)

    assert fates["processing"] >= 50
    assert fates["delivered"] >= 300
    assert min(fates[status] for status in ("shipped", "cancelled", "refunded", "returned")) >= 10


def test_money_adds_up(day: FirstDay) -> None:
    ledger = Counter[str]()
    for refund in day.refunds:
        ledger[refund.order_id] += refund.cents
    for order in day.orders:
        assert order.total == sum(item.cents * item.quantity for item in order.items)
        assert order.refunded == ledger[order.id]
        assert order.refundable + order.refunded in (0, order.total)


def test_dates_follow_each_other_and_nothing_was_delivered_in_the_future() -> None:
    day, midnight = first_day(7, TODAY), datetime.combine(TODAY + timedelta(days=1), datetime.min.time())
    for order in day.orders:
        way = [when for when in (order.placed_at, order.shipped_at, order.delivered_at) if when]
        assert way == sorted(way), order
        assert way[-1] < midnight, order
        assert order.expected_on is None or order.status == "shipped" or order.expected_on > TODAY, order
        assert (order.delivered_at is None) == (order.signed_by is None), order
        arrived = order.status in ("delivered", "refunded", "returned")
        assert arrived == (order.delivered_at is not None), order


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_demos_orders_keep_their_distance_from_today(today: date) -> None:
    orders = {order.id: order for order in first_day(7, today).orders if order.customer_id == "C-1001"}

    lamp, throw, board = orders["1042"], orders["1077"], orders["1090"]
    assert lamp.delivered_at == datetime.combine(today - timedelta(days=2), datetime.min.time()).replace(
        hour=14, minute=5
    )
    assert (lamp.total, lamp.items[0].name) == (14999, "Ostra pendant, smoked glass")
    assert (lamp.signed_by, lamp.paid_with) == ("M. Lindqvist", "Visa ending 4417")
    assert (throw.status, throw.expected_on) == ("shipped", today + timedelta(days=2))
    assert (board.status, board.total) == ("processing", 5900)
    assert set(orders) == {"0987", "1042", "1077", "1090"}


def test_a_shop_of_another_seed_gives_nobody_somebody_elses_orders() -> None:
    books = Repository(None)
    books.open_shop(first_day(7, TODAY))
    noon = datetime.combine(TODAY, time(12))
    company = Company(books, now=lambda: noon, first_day_on=partial(first_day, 8))
    before = books.orders(customer_id=None, status=None, limit=1000)

    with pytest.raises(Refusal, match="another_seed"):
        company.start_over("C-1002")

    assert books.orders(customer_id=None, status=None, limit=1000) == before
    books.close()


def test_some_parcels_under_way_are_late_and_none_was_due_before_it_left() -> None:
    ways = [(o.shipped_at, o.expected_on) for o in first_day(7, TODAY).orders if o.status == "shipped"]
    parcels = [(shipped.date(), due) for shipped, due in ways if shipped and due]

    assert len(parcels) == len(ways)
    assert all(due > shipped for shipped, due in parcels)
    assert 5 <= sum(due < TODAY for _, due in parcels) < len(parcels) - 5
