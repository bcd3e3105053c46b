"""What every payment system promises."""

from decimal import Decimal

import pytest

from tests.contracts.companies import Company, a_key
from tests.contracts.wire import Deed, Failing, WireEffects, WireReads
from tools.errors import BackendRefused, NoSuchThing, VersionConflict
from tools.orders.port import Status
from tools.payments.port import Refund
from tools.spec import ActionKey

CENT = Decimal("0.01")


class PaymentsPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_a_refund_stands_in_the_ledger(self, company: Company) -> None:
        order = await company.order_in("delivered")
        part = order.total - Decimal("1.50")

        made = await company.payments.refund(order.id, part, "cracked", version=order.version, key=a_key())

        assert (made.order_id, made.amount, made.currency) == (order.id, part, "EUR")
        assert list(await company.payments.refunds_of(order.id)) == [made]

    async def test_more_than_was_paid_is_refused(self, company: Company) -> None:
        order = await company.order_in("delivered")

        with pytest.raises(BackendRefused) as refused:
            await company.payments.refund(
                order.id, order.total + CENT, "greedy", version=order.version, key=a_key()
            )

        assert refused.value.code == "more_than_paid"
        assert list(await company.payments.refunds_of(order.id)) == []

    async def test_two_refunds_together_never_exceed_what_was_paid(self, company: Company) -> None:
        order = await company.order_in("delivered")
        await company.payments.refund(
            order.id, order.total - CENT, "most", version=order.version, key=a_key()
        )
        after = await company.orders.get(order.id)

        with pytest.raises(BackendRefused) as refused:
            await company.payments.refund(order.id, CENT * 2, "more", version=after.version, key=a_key())

        assert refused.value.code == "more_than_paid"

    @pytest.mark.parametrize("status", ["processing", "cancelled"])
    async def test_without_a_payment_nothing_goes_back(self, company: Company, status: Status) -> None:
        order = await company.order_in(status)

        with pytest.raises(BackendRefused) as refused:
            await company.payments.refund(order.id, CENT, "early", version=order.version, key=a_key())

        assert refused.value.code == "nothing_paid"

    async def test_the_same_key_pays_once(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()

        first = await company.payments.refund(order.id, CENT, "once", version=order.version, key=key)
        again = await company.payments.refund(order.id, CENT, "once", version=order.version, key=key)

        assert again == first
        assert len(await company.payments.refunds_of(order.id)) == 1

    async def test_a_key_cannot_name_two_amounts(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()
        await company.payments.refund(order.id, CENT, "once", version=order.version, key=key)

        with pytest.raises(BackendRefused) as refused:
            await company.payments.refund(order.id, CENT * 2, "once", version=order.version, key=key)

        assert refused.value.code == "key_reused"

    async def test_an_unknown_order_gets_nothing_back(self, company: Company) -> None:
        with pytest.raises(NoSuchThing):
            await company.payments.refund("9999", CENT, "nothing", version=1, key=a_key())

    async def test_a_refund_can_be_looked_up_by_its_key(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()
        assert await company.payments.done_under(key, order.id) is None

        made = await company.payments.refund(order.id, CENT, "kept", version=order.version, key=key)

        assert await company.payments.done_under(key, order.id) == made

    async def test_a_refund_of_another_key_is_not_found(self, company: Company) -> None:
        order = await company.order_in("delivered")
        await company.payments.refund(order.id, CENT, "kept", version=order.version, key=a_key())

        assert await company.payments.done_under(a_key(), order.id) is None

    async def test_refunds_come_oldest_first(self, company: Company) -> None:
        order, made = await company.order_in("delivered"), []
        for cents in (1, 2, 3):
            version = (await company.orders.get(order.id)).version
            made.append(
                await company.payments.refund(order.id, CENT * cents, "part", version=version, key=a_key())
            )

        assert list(await company.payments.refunds_of(order.id)) == made


class PaymentsThatKnowVersions:
    """For systems that compare what was read with what is."""

    async def test_an_order_that_has_changed_since_it_was_read_is_not_paid_back(
        self, company: Company
    ) -> None:
        order = await company.order_in("delivered")
        await company.payments.refund(order.id, CENT, "first", version=order.version, key=a_key())

        with pytest.raises(VersionConflict):
            await company.payments.refund(order.id, CENT, "second", version=order.version, key=a_key())

        assert len(await company.payments.refunds_of(order.id)) == 1


class PaymentsInTheOrdersBook:
    """For systems whose orders show what was paid back."""

    async def test_a_refund_shows_on_the_order(self, company: Company) -> None:
        order = await company.order_in("delivered")
        part = order.total - Decimal("1.50")

        await company.payments.refund(order.id, part, "cracked", version=order.version, key=a_key())

        after = await company.orders.get(order.id)
        assert (after.status, after.refunded, after.refundable) == ("delivered", part, Decimal("1.50"))

    async def test_an_order_with_nothing_left_to_pay_back_is_refunded(self, company: Company) -> None:
        order = await company.order_in("delivered")

        await company.payments.refund(order.id, order.total, "all of it", version=order.version, key=a_key())

        after = await company.orders.get(order.id)
        assert (after.status, after.refundable) == ("refunded", 0)


class PaymentsOverTheWire(WireReads, WireEffects):
    """A refund of one euro."""

    @pytest.fixture
    async def read(self, company: Company) -> Failing:
        order = await company.order_in("delivered")
        return lambda: company.payments.refunds_of(order.id)

    @pytest.fixture
    async def deed(self, company: Company) -> Deed:
        order = await company.order_in("delivered")

        async def act(key: ActionKey) -> Refund:
            version = order.version
            return await company.payments.refund(order.id, Decimal(1), "lost", version=version, key=key)

        async def times() -> int:
            return len(await company.payments.refunds_of(order.id))

        return Deed(act, lambda key: company.payments.done_under(key, order.id), times)
