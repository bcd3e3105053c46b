"""What every system promises for what follows an order."""

import pytest

from tests.contracts.companies import Company, a_key
from tests.contracts.wire import Deed, Failing, WireEffects, WireReads
from tools.errors import BackendRefused, NoSuchThing, VersionConflict
from tools.orders.port import Order
from tools.spec import ActionKey


async def an_order_to_exchange(company: Company) -> tuple[Order, str]:
    """A delivered order of one article, and another of its colours and sizes that is there and not dearer."""
    for _ in range(60):
        order = await company.order_in("delivered")
        line = order.items[0]
        for one in await company.care.variants(line.name) if len(order.items) == 1 else ():
            if one.sku != line.sku and one.available >= line.quantity and one.price <= line.unit_price:
                return order, one.sku
    raise AssertionError("nothing can be exchanged here")


class AftercarePort:
    """The suite; a subclass says which companies it runs against."""

    async def test_an_unknown_order_has_no_parcel_and_no_invoice(self, company: Company) -> None:
        for ask in (company.care.shipment, company.care.invoice):
            with pytest.raises(NoSuchThing):
                await ask("9999")

    async def test_a_parcel_is_where_its_order_is(self, company: Company) -> None:
        packed, arrived = await company.order_in("processing"), await company.order_in("delivered")

        assert (await company.care.shipment(packed.id)).state == "not_sent"
        parcel = await company.care.shipment(arrived.id)
        assert (parcel.state, parcel.days_late) == ("delivered", 0)
        assert parcel.tracking_number

    async def test_a_return_is_there_afterwards_with_its_label(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()

        made = await company.care.take_back(
            order.id, (), "damaged", "damaged", version=order.version, key=key
        )

        assert set(made.skus) == {line.sku for line in order.items}
        assert (made.wanted, made.fee, made.credit) == (None, 0, order.total)
        assert made.label
        assert list(await company.care.goods_back(order.id)) == [made]
        assert await company.care.goods_back_under(key) == made

    async def test_the_same_key_never_takes_back_twice(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()

        async def again() -> object:
            return await company.care.take_back(
                order.id, (), "other", "unused", version=order.version, key=key
            )

        assert await again() == await again()
        assert len(await company.care.goods_back(order.id)) == 1

    async def test_what_has_come_back_does_not_come_back_again(self, company: Company) -> None:
        order = await company.order_in("delivered")
        await company.care.take_back(order.id, (), "other", "unused", version=order.version, key=a_key())
        fresh = await company.orders.get(order.id)

        with pytest.raises(BackendRefused) as refused:
            await company.care.take_back(order.id, (), "other", "unused", version=fresh.version, key=a_key())

        assert refused.value.code == "settled_already"

    async def test_what_has_changed_since_it_was_read_is_left_alone(self, company: Company) -> None:
        order = await company.order_in("delivered")
        await company.care.search(order.id, "lost", version=order.version, key=a_key())

        with pytest.raises(VersionConflict):
            await company.care.take_back(order.id, (), "other", "unused", version=order.version, key=a_key())

    async def test_what_is_on_its_way_cannot_be_taken_back(self, company: Company) -> None:
        order = await company.order_in("shipped")

        with pytest.raises(BackendRefused) as refused:
            await company.care.take_back(order.id, (), "other", "unused", version=order.version, key=a_key())

        assert refused.value.code == "not_delivered"

    async def test_an_exchange_names_what_is_sent_instead(self, company: Company) -> None:
        order, wanted = await an_order_to_exchange(company)
        pair, key = (order.items[0].sku, wanted), a_key()

        made = await company.care.exchange(
            order.id, pair, "changed_mind", "unused", version=order.version, key=key
        )

        names = {one.sku: one.name for one in await company.care.variants(order.items[0].name)}
        assert made.wanted is not None
        assert names[wanted] in made.wanted
        assert await company.care.goods_back_under(key) == made

    async def test_goods_are_sent_again_once(self, company: Company) -> None:
        order, _ = await an_order_to_exchange(company)

        sent = await company.care.send_again(
            order.id, (), "missing_item", version=order.version, key=(key := a_key())
        )
        fresh = await company.orders.get(order.id)
        with pytest.raises(BackendRefused) as refused:
            await company.care.send_again(order.id, (), "missing_item", version=fresh.version, key=a_key())

        assert refused.value.code == "settled_already"
        assert list(await company.care.replacements(order.id)) == [sent]
        assert await company.care.replacement_under(key) == sent

    async def test_a_parcel_is_searched_for_once(self, company: Company) -> None:
        order, key = await company.order_in("shipped"), a_key()

        begun = await company.care.search(order.id, "late", version=order.version, key=key)
        fresh = await company.orders.get(order.id)
        with pytest.raises(BackendRefused) as refused:
            await company.care.search(order.id, "late", version=fresh.version, key=a_key())

        assert refused.value.code == "searched_already"
        assert list(await company.care.traces(order.id)) == [begun]
        assert await company.care.trace_under(key) == begun

    async def test_an_invoice_is_written_when_the_order_leaves(self, company: Company) -> None:
        packed, sent = await company.order_in("processing"), await company.order_in("shipped")

        assert await company.care.invoice(packed.id) is None
        invoice = await company.care.invoice(sent.id)
        assert invoice is not None
        assert (invoice.order_id, invoice.amount) == (sent.id, sent.total)

    async def test_an_invoice_goes_to_its_own_customer_only(self, company: Company) -> None:
        order, key = await company.order_in("delivered"), a_key()
        invoice, owner = await company.care.invoice(order.id), await company.crm.get(order.customer_id)
        assert invoice is not None

        with pytest.raises(BackendRefused) as refused:
            await company.care.send_invoice(invoice.number, "somebody@example.com", key=a_key())
        sent = await company.care.send_invoice(invoice.number, owner.email, key=key)

        assert refused.value.code == "another_address"
        assert (sent.number, sent.sent_to) == (invoice.number, owner.email)
        assert await company.care.invoice_sent_under(key) == sent

    async def test_nothing_stands_under_a_key_that_was_never_used(self, company: Company) -> None:
        key = a_key()
        assert await company.care.goods_back_under(key) is None
        assert await company.care.replacement_under(key) is None
        assert await company.care.trace_under(key) is None
        assert await company.care.invoice_sent_under(key) is None


class AftercareOverTheWire(WireReads, WireEffects):
    """What an adapter promises when the wire fails, shown with returns."""

    @pytest.fixture
    async def read(self, company: Company) -> Failing:
        """Ask what an order's parcel does."""
        order = await company.order_in("delivered")
        return lambda: company.care.shipment(order.id)

    @pytest.fixture
    async def deed(self, company: Company) -> Deed:
        """Take an order back."""
        order = await company.order_in("delivered")

        async def act(key: ActionKey) -> object:
            return await company.care.take_back(
                order.id, (), "other", "unused", version=order.version, key=key
            )

        async def times() -> int:
            return len(await company.care.goods_back(order.id))

        return Deed(act=act, look_up=company.care.goods_back_under, times=times)
