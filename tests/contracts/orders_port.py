"""What every order system promises."""

import pytest

from tests.contracts.companies import Company, a_key
from tests.contracts.wire import Deed, Failing, WireEffects, WireReads
from tools.errors import BackendRefused, NoSuchThing, VersionConflict
from tools.orders.port import Order, Status
from tools.spec import ActionKey

ELSEWHERE = "Storgatan 1, 411 08 Gothenburg, Sweden"


class OrdersPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_an_unknown_order_does_not_exist(self, company: Company) -> None:
        with pytest.raises(NoSuchThing):
            await company.orders.get("9999")

    @pytest.mark.parametrize("number", ["10/42", "../refunds", "1042?x=1", "ü"])
    async def test_a_strange_number_is_only_an_unknown_order(self, company: Company, number: str) -> None:
        with pytest.raises(NoSuchThing):
            await company.orders.get(number)

    async def test_a_delivered_order_says_when(self, company: Company) -> None:
        order = await company.order_in("delivered")

        assert order.delivered_at is not None
        assert order.refundable == order.total
        assert not order.cancellable

    async def test_a_customers_orders_are_theirs_and_the_newest_comes_first(self, company: Company) -> None:
        first, second = await company.order_in("shipped"), await company.order_in("processing")

        own = await company.orders.of_customer(second.customer_id)

        assert {order.customer_id for order in own} == {second.customer_id}
        assert second in own
        assert [order.id for order in own] == sorted((order.id for order in own), reverse=True)
        assert first in await company.orders.of_customer(first.customer_id)

    async def test_somebody_unknown_has_no_orders(self, company: Company) -> None:
        assert list(await company.orders.of_customer("C-0")) == []

    async def test_a_processing_order_can_be_cancelled(self, company: Company) -> None:
        order = await company.order_in("processing")

        cancelled = await company.orders.cancel(
            order.id, "changed my mind", version=order.version, key=a_key()
        )

        assert (cancelled.status, cancelled.cancellable) == ("cancelled", False)
        assert cancelled.version > order.version
        assert await company.orders.get(order.id) == cancelled

    @pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled"])
    async def test_a_closed_or_sent_order_cannot_be_cancelled(self, company: Company, status: Status) -> None:
        order = await company.order_in(status)

        with pytest.raises(BackendRefused) as refused:
            await company.orders.cancel(order.id, "too late", version=order.version, key=a_key())

        assert refused.value.code == "not_cancellable"
        assert await company.orders.get(order.id) == order

    async def test_a_processing_order_can_be_sent_elsewhere(self, company: Company) -> None:
        order, where = await company.order_in("processing"), ELSEWHERE

        moved = await company.orders.change_address(order.id, where, version=order.version, key=a_key())

        assert moved.address == where
        assert (await company.orders.get(order.id)).address == where

    async def test_the_address_of_a_sent_order_stays(self, company: Company) -> None:
        order = await company.order_in("shipped")

        with pytest.raises(BackendRefused) as refused:
            await company.orders.change_address(order.id, "Elsewhere 1", version=order.version, key=a_key())

        assert refused.value.code == "address_fixed"

    async def test_an_order_that_has_changed_since_it_was_read_is_left_alone(self, company: Company) -> None:
        order = await company.order_in("processing")
        await company.orders.change_address(order.id, ELSEWHERE, version=order.version, key=a_key())

        with pytest.raises(VersionConflict):
            await company.orders.cancel(order.id, "late", version=order.version, key=a_key())

        assert (await company.orders.get(order.id)).status == "processing"

    async def test_the_same_key_acts_once_and_gets_the_first_answer_again(
        self,
        company: Company,
    ) -> None:
        order, key = await company.order_in("processing"), a_key()

        first = await company.orders.cancel(order.id, "twice", version=order.version, key=key)
        again = await company.orders.cancel(order.id, "twice", version=first.version, key=key)

        assert again == first
        assert (await company.orders.get(order.id)).version == first.version

    async def test_a_key_cannot_name_two_things_on_an_order(self, company: Company) -> None:
        order, key = await company.order_in("processing"), a_key()
        moved = await company.orders.change_address(order.id, ELSEWHERE, version=order.version, key=key)

        with pytest.raises(BackendRefused) as refused:
            await company.orders.cancel(order.id, "second", version=moved.version, key=key)

        assert refused.value.code == "key_reused"
        assert (await company.orders.get(order.id)).status == "processing"

    async def test_what_was_done_under_a_key_can_be_looked_up(self, company: Company) -> None:
        order, key = await company.order_in("processing"), a_key()
        assert await company.orders.done_under(key, order.id) is None

        done = await company.orders.cancel(order.id, "look me up", version=order.version, key=key)

        assert await company.orders.done_under(key, order.id) == done

    async def test_a_changed_address_can_be_looked_up(self, company: Company) -> None:
        order, key = await company.order_in("processing"), a_key()

        moved = await company.orders.change_address(order.id, ELSEWHERE, version=order.version, key=key)
        again = await company.orders.change_address(order.id, ELSEWHERE, version=order.version, key=key)

        assert again == moved == await company.orders.done_under(key, order.id)

    async def test_a_refused_effect_leaves_its_key_unused(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()

        with pytest.raises(BackendRefused):
            await company.orders.cancel(order.id, "too late", version=order.version, key=key)

        assert await company.orders.done_under(key, order.id) is None


class OrdersUnderOneBookOfKeys:
    """For systems that keep keys of their own, whatever they were used for."""

    async def test_a_key_cannot_name_two_things(self, company: Company) -> None:
        one, other, key = await company.order_in("processing"), await company.order_in("processing"), a_key()
        await company.orders.cancel(one.id, "first", version=one.version, key=key)

        with pytest.raises(BackendRefused) as refused:
            await company.orders.cancel(other.id, "first", version=other.version, key=key)

        assert refused.value.code == "key_reused"
        assert (await company.orders.get(other.id)).status == "processing"


class OrdersWithProof:
    """For systems that know who took a parcel."""

    async def test_a_delivered_order_says_to_whom(self, company: Company) -> None:
        assert (await company.order_in("delivered")).signed_by


class OrdersOverTheWire(WireReads, WireEffects):
    """A cancellation, read anew before every attempt as the tool does it."""

    @pytest.fixture
    async def read(self, company: Company) -> Failing:
        order = await company.order_in("processing")
        return lambda: company.orders.get(order.id)

    @pytest.fixture
    async def deed(self, company: Company) -> Deed:
        order = await company.order_in("processing")

        async def act(key: ActionKey) -> Order:
            now = await company.orders.get(order.id)
            return await company.orders.cancel(order.id, "lost", version=now.version, key=key)

        async def times() -> int:
            return int((await company.orders.get(order.id)).status == "cancelled")

        return Deed(act, lambda key: company.orders.done_under(key, order.id), times)
