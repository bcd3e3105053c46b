"""Tools by name."""

from datetime import date

import pytest

from tests.fakes.company import Books, FakeCrm, FakeOrders, FakePayments, FakeTickets
from tools.catalogue import Connections, build_registry
from tools.errors import UnknownTool, WrongRisk
from tools.registry import Registry


@pytest.fixture
def registry() -> Registry:
    books = Books()
    return build_registry(
        Connections(
            orders=FakeOrders(books),
            payments=FakePayments(books),
            crm=FakeCrm(books),
            tickets=FakeTickets(books),
            today=lambda: date(2026, 11, 21),
        )
    )


def test_the_catalogue_holds_these_tools_with_these_risks(registry: Registry) -> None:
    assert {name: spec.risk for name, spec in registry.items()} == {
        "look_up_customer": "read",
        "find_order": "read",
        "list_orders": "read",
        "refund_status": "read",
        "cancel_order": "write",
        "refund_order": "money",
        "change_address": "write",
        "create_ticket": "write",
    }


def test_only_the_status_of_an_order_is_there_for_the_unverified(registry: Registry) -> None:
    assert [name for name, spec in registry.items() if not spec.needs_verified] == ["find_order"]


def test_every_effect_can_be_looked_up_afterwards(registry: Registry) -> None:
    assert all(spec.settle for spec in registry.values() if spec.risk != "read")


def test_a_misspelt_tool_is_answered_with_the_nearest_name(registry: Registry) -> None:
    with pytest.raises(UnknownTool, match="did you mean 'refund_order'"):
        registry["refund_oder"]
    assert "refund_oder" not in registry


def test_a_read_cannot_be_caused_and_an_effect_cannot_be_read(registry: Registry) -> None:
    with pytest.raises(WrongRisk):
        registry.acting("find_order")
    with pytest.raises(WrongRisk):
        registry.reading("refund_order")


def test_two_tools_cannot_share_a_name(registry: Registry) -> None:
    with pytest.raises(ValueError, match="two tools are named 'find_order'"):
        Registry([registry["find_order"], registry["find_order"]])
