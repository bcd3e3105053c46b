"""Every adapter over a line that fails, and systems that refuse, stall and answer nonsense."""

from collections import Counter
from decimal import Decimal

import pytest

from tests.contracts.companies import MARTA_ID, Company
from tests.contracts.conftest import served_by
from tests.contracts.wire import Deed, Failing, WireEffects, WireReads
from tools.orders.port import Order
from tools.payments.port import Refund
from tools.spec import ActionKey
from tools.tickets.port import Ticket

SHOP = "rest over a bad line"


@served_by(SHOP, "shopify")
class TestOrders(WireReads, WireEffects):
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


@served_by(SHOP, "stripe")
class TestPayments(WireReads, WireEffects):
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


@served_by(SHOP, "hubspot")
class TestCrm(WireReads):
    """A customer by id."""

    @pytest.fixture
    async def read(self, company: Company) -> Failing:
        return lambda: company.crm.get(MARTA_ID)


@served_by(SHOP, "hubspot", "zendesk")
class TestTickets(WireEffects):
    """A ticket; every one that was ever seen counts."""

    @pytest.fixture
    async def deed(self, company: Company) -> Deed:
        seen: Counter[str] = Counter()

        async def act(key: ActionKey) -> Ticket:
            ticket = await company.tickets.create(MARTA_ID, "Lost", "Is it there?", key=key)
            seen[ticket.id] += 1
            return ticket

        async def look_up(key: ActionKey) -> Ticket | None:
            ticket = await company.tickets.done_under(key)
            seen.update([ticket.id] if ticket else [])
            return ticket

        async def times() -> int:
            return len(seen)

        return Deed(act, look_up, times)
