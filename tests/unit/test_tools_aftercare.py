"""Tools for what follows an order: whose it is, which article is meant, and what is told of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.aftercare import TODAY, FakeAftercare
from tests.fakes.company import Books, FakeCrm, FakeOrders, FakePayments, FakeTickets, an_order
from tests.fakes.journal import FakeJournal
from tools.catalogue import Connections, build_registry
from tools.orders.port import Item
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, NotFound, Refused, Succeeded, ToolOutcome

LAMP = an_order("1", "delivered").items[0]
THROW = Item(name="Linen throw, oat", quantity=2, sku="LIN-O", unit_price=Decimal("59.00"))
OWNER = Caller(tenant_id="acme", conversation_id="cv_1", customer_id="C-1001", verified=True)
SOMEBODY = Caller(tenant_id="acme", conversation_id="cv_2", customer_id="C-1002", verified=True)
STRANGER = Caller(tenant_id="acme", conversation_id="cv_3", customer_id=None, verified=False)


class Desk:
    """The tools over one company, with a key of its own for each effect."""

    def __init__(self) -> None:
        late = an_order("1077", "shipped", expected_on=TODAY - timedelta(days=3))
        both = an_order("1055", "delivered", items=(LAMP, THROW))
        arrived, packed = an_order("1042", "delivered"), an_order("1090", "processing")
        self.books = Books(orders={one.id: one for one in (arrived, late, packed, both)})
        self.aftercare = FakeAftercare(self.books)
        systems = Connections(
            orders=FakeOrders(self.books),
            payments=FakePayments(self.books),
            crm=FakeCrm(self.books),
            tickets=FakeTickets(self.books),
            today=lambda: TODAY,
            aftercare=self.aftercare,
        )
        self.runner = ToolRunner(build_registry(systems), FakeJournal())
        self.keys = 0

    async def read(self, tool: str, caller: Caller = OWNER, **args: Any) -> dict[str, Any]:
        outcome = await self.runner.read(tool, caller, args)
        assert isinstance(outcome, Succeeded), outcome
        return dict(outcome.result)

    async def do(self, tool: str, caller: Caller = OWNER, **args: Any) -> ToolOutcome:
        self.keys += 1
        return await self.runner.effect(tool, caller, args, ActionKey(f"cv_1:a{self.keys}:run"))


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_an_article_is_found_by_a_part_of_its_name_when_only_one_has_it(desk: Desk) -> None:
    found = await desk.read("find_item", order_id="1055", item="linen throw")
    assert (found["name"], found["amount"]) == ("Linen throw, oat", 118.0)


@pytest.mark.parametrize("item", ["Riva glasses", "n"])
async def test_an_article_that_no_line_or_several_have_is_not_found(desk: Desk, item: str) -> None:
    outcome = await desk.runner.read("find_item", OWNER, {"order_id": "1055", "item": item})
    assert isinstance(outcome, NotFound)


async def test_what_may_be_had_instead_is_there_and_not_dearer(desk: Desk) -> None:
    found = await desk.read("find_item", order_id="1055", item="linen throw")
    assert (found["others"], found["not_now"]) == (["Linen throw, sand"], "Linen throw, white (sold out)")


@pytest.mark.parametrize("tool", ["find_return", "find_invoice"])
async def test_somebody_elses_order_looks_as_if_it_did_not_exist(desk: Desk, tool: str) -> None:
    assert isinstance(await desk.runner.read(tool, SOMEBODY, {"order_id": "1042"}), NotFound)


async def test_a_stranger_with_the_email_learns_where_the_parcel_is_but_not_who_signed(desk: Desk) -> None:
    told = await desk.read("track_parcel", STRANGER, order_id="1042", email="marta.lindqvist@example.com")
    assert (told["state"], told["left_with"]) == ("delivered", None)
    refused = await desk.runner.read("track_parcel", STRANGER, {"order_id": "1042"})
    assert isinstance(refused, Refused)


async def test_a_late_parcel_is_late_by_the_day_it_was_promised_for(desk: Desk) -> None:
    told = await desk.read("track_parcel", order_id="1077")
    assert (told["state"], told["days_late"], told["searched"]) == ("delayed", 3, False)
    await desk.do("trace_parcel", order_id="1077", problem="late", version=1)
    told = await desk.read("track_parcel", order_id="1077")
    assert (told["searched"], told["search_until"]) == (True, "28 November")


async def test_one_article_comes_back_and_the_order_is_not_done_with(desk: Desk) -> None:
    outcome = await desk.do(
        "return_items", order_id="1055", item="Linen throw, oat", reason="other", version=1
    )
    assert isinstance(outcome, Succeeded)
    told = await desk.read("find_return", order_id="1055")
    assert (told["complete"], told["label"], told["send_by"]) == (False, "1055-01", "5 December")
    assert (await desk.read("find_item", order_id="1055", item="throw"))["settled"] is True


async def test_nobody_returns_somebody_elses_order(desk: Desk) -> None:
    outcome = await desk.do("return_items", SOMEBODY, order_id="1042", reason="other", version=1)
    assert isinstance(outcome, NotFound)
    assert desk.aftercare.backs == []


async def test_an_exchange_takes_the_article_that_was_named(desk: Desk) -> None:
    outcome = await desk.do(
        "exchange_item", order_id="1055", item="throw", wanted="linen throw, sand", version=1
    )
    assert isinstance(outcome, Succeeded)
    assert outcome.result["wanted"] == "Linen throw, sand"


async def test_an_exchange_for_something_else_altogether_is_not_found(desk: Desk) -> None:
    outcome = await desk.do(
        "exchange_item", order_id="1055", item="throw", wanted="Ostra pendant, gold", version=1
    )
    assert isinstance(outcome, NotFound)


async def test_goods_that_changed_hands_are_not_sent_again(desk: Desk) -> None:
    await desk.do("return_items", order_id="1042", reason="damaged", condition="damaged", version=1)
    outcome = await desk.do("send_replacement", order_id="1042", problem="damaged", version=2)
    assert isinstance(outcome, Refused)
    assert outcome.code == "settled_already"


async def test_an_invoice_goes_to_the_address_that_the_company_knows(desk: Desk) -> None:
    outcome = await desk.do("send_invoice", order_id="1042")
    assert isinstance(outcome, Succeeded)
    assert outcome.result["sent_to"] == "marta.lindqvist@example.com"
    assert isinstance(await desk.do("send_invoice", order_id="1090"), NotFound)


async def test_an_invoice_that_is_not_written_yet_is_said_not_to_be(desk: Desk) -> None:
    told = await desk.read("find_invoice", order_id="1090")
    assert (told["written"], told["number"]) == (False, None)
    assert (await desk.read("find_invoice", order_id="1042"))["issued_text"] == "18 November"
