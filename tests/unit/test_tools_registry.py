"""Tools by name."""

from datetime import date

import pytest

from tests.fakes.company import Books, FakeCrm, FakeOrders, FakePayments, FakeTickets
from tests.fakes.journal import FakeJournal
from tools.catalogue import Connections, build_registry
from tools.errors import UnknownTool, WrongRisk
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import Caller, Failed


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
        "look_up_account": "read",
        "change_account_address": "write",
        "change_phone": "write",
        "change_email": "write",
        "set_newsletter": "write",
        "close_account": "write",
        "send_account_link": "write",
        "look_up_subscription": "read",
        "find_pause_end": "read",
        "cancel_subscription": "write",
        "pause_subscription": "write",
        "resume_subscription": "write",
        "look_up_payment_attempt": "read",
        "retry_payment": "money",
        "send_payment_link": "write",
        "send_document": "write",
        "find_time": "read",
        "own_follow_up": "read",
        "schedule_followup": "write",
        "cancel_followup": "write",
        "record_feedback": "write",
        "send_contact_code": "write",
    }


def test_the_unverified_see_a_status_and_cause_nothing_but_what_goes_to_an_owner_and_a_rating(
    registry: Registry,
) -> None:
    open_to_all = {name for name, spec in registry.items() if not spec.needs_verified}

    assert {name for name in open_to_all if registry[name].risk == "read"} == {
        "find_order",
        "find_pause_end",
        "find_time",
    }
    assert {name for name in open_to_all if registry[name].risk != "read"} == {
        "send_account_link",
        "send_contact_code",
        "record_feedback",
    }


async def test_a_system_that_is_not_connected_fails_without_an_effect(registry: Registry) -> None:
    caller = Caller(tenant_id="acme", conversation_id="cnv", customer_id="C-1001", verified=True)

    found = await ToolRunner(registry, FakeJournal()).read("look_up_account", caller, {})

    assert isinstance(found, Failed)
    assert found.code == "not_connected"


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
