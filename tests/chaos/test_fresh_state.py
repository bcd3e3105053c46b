"""What the customer agreed to, held against a world that has changed since."""

from decimal import Decimal

from tests.chaos.counter import Counter

CHANGED = "Something has changed"


async def test_a_stale_version_is_read_again_and_done_once(counter: Counter) -> None:
    await counter.serves("cancel 1090")
    counter.touches("1090", signed_by=None)

    said = await counter.serves("yes", payload="/affirm")

    assert "is cancelled" in said[-1]
    assert counter.books.orders["1090"].status == "cancelled"
    assert not counter.failed


async def test_a_change_between_check_and_effect_costs_one_more_look(counter: Counter) -> None:
    """The order changes after the rules were asked, just before the backend is: they are asked again."""
    await counter.serves("cancel 1090")
    original, looks = counter.books.order, []

    def order(order_id: str):  # type: ignore[no-untyped-def]
        looks.append(order_id)
        found = original(order_id)
        if len(looks) == 1:
            counter.touches(order_id, signed_by=None)
        return found

    counter.books.order = order  # type: ignore[method-assign]
    said = await counter.serves("yes", payload="/affirm")

    assert "is cancelled" in said[-1]
    assert not counter.failed


async def test_what_is_no_longer_allowed_is_refused_and_told(counter: Counter) -> None:
    await counter.serves("cancel 1090")
    counter.touches("1090", status="shipped", cancellable=False)

    said = await counter.serves("yes", payload="/affirm")

    assert "has left our workshop" in said[-1]
    assert counter.books.orders["1090"].status == "shipped"
    assert await counter.states() == ["rejected"]


async def test_a_changed_amount_is_asked_about_again(counter: Counter) -> None:
    await counter.serves("I want my money back for 1011")
    counter.touches("1011", refundable=Decimal("20.00"))

    said = await counter.serves("yes", payload="/affirm")

    assert CHANGED in said[-2]
    assert "€20.00" in said[-1]
    assert counter.refunds("1011") == []
    assert await counter.states() == ["confirming"]
    await counter.serves("yes", payload="/affirm")
    assert counter.refunds("1011") == [20.0]
    assert await counter.states() == ["done"]


async def test_a_no_to_the_changed_amount_ends_it(counter: Counter) -> None:
    await counter.serves("I want my money back for 1011")
    counter.touches("1011", refundable=Decimal("20.00"))
    await counter.serves("yes", payload="/affirm")

    await counter.serves("no", payload="/deny")

    assert counter.refunds("1011") == []
    assert await counter.states() == ["cancelled"]


async def test_an_amount_that_changed_after_its_approval_is_agreed_to_and_approved_again(
    counter: Counter,
) -> None:
    await counter.serves("I want my money back for 1042")
    await counter.serves("yes", payload="/affirm")
    (approval,) = await counter.pending()
    counter.touches("1042", refundable=Decimal("120.00"))

    await counter.decides(approval.approval_id)
    await counter.works()

    assert counter.refunds("1042") == []
    await counter.serves("yes", payload="/affirm")
    (again,) = await counter.pending()
    assert again.request.amount == 120.0
    await counter.decides(again.approval_id)
    await counter.works()
    assert counter.refunds("1042") == [120.0]


async def test_a_lower_amount_of_the_approver_is_told_and_not_asked_about(counter: Counter) -> None:
    await counter.serves("I want my money back for 1042")
    await counter.serves("yes", payload="/affirm")
    (approval,) = await counter.pending()

    await counter.decides(approval.approval_id, "edit", {"amount": 101.0})
    await counter.works()

    assert counter.refunds("1042") == [101.0]
    assert "approved a refund of €101.00" in (await counter.timeline())[-1].text
