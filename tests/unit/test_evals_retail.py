"""The retail cases on a small company of our own: our machinery and a direct reading agree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from evals.errors import NothingToMeasure
from evals.retail.cases import Cases, read_cases
from evals.retail.direct import interpret
from evals.retail.measure import Compared, compare, figures_of
from evals.retail.replay import read_rules
from evals.retail.sums import reckon
from tests.fakes.journal import FakeJournal
from tools.errors import BackendRefused

HOME = {"address1": "1 Quay", "address2": "", "city": "Aros", "state": "AR", "country": "DK", "zip": "8000"}
AWAY = {**HOME, "address1": "9 Hill", "zip": "9000"}
CARD, GIFT = "credit_card_1", "gift_card_1"


def variant(item_id: str, price: float, *, available: bool = True) -> dict[str, Any]:
    return {"item_id": item_id, "options": {"size": item_id}, "available": available, "price": price}


def an_order(order_id: str, status: str, *items: str, paid_with: str = CARD) -> dict[str, Any]:
    held = [
        {"name": "Mug", "product_id": "mug", "item_id": item, "price": 10.0, "options": {"size": item}}
        for item in items
    ]
    payment = {"transaction_type": "payment", "amount": 10.0 * len(items), "payment_method_id": paid_with}
    return {
        "order_id": order_id,
        "user_id": "ada_1",
        "address": HOME,
        "items": held,
        "status": status,
        "fulfillments": [],
        "payment_history": [payment],
    }


DATABASE = {
    "products": {
        "mug": {
            "name": "Mug",
            "product_id": "mug",
            "variants": {
                "small": variant("small", 10.0),
                "large": variant("large", 14.5),
                "gone": variant("gone", 9.0, available=False),
            },
        }
    },
    "users": {
        "ada_1": {
            "user_id": "ada_1",
            "name": {"first_name": "Ada", "last_name": "Berg"},
            "address": HOME,
            "email": "ada@example.com",
            "payment_methods": {
                CARD: {"source": "credit_card", "id": CARD, "brand": "visa", "last_four": "1111"},
                GIFT: {"source": "gift_card", "id": GIFT, "balance": 20.0},
            },
            "orders": ["#W0000001", "#W0000002", "#W0000003", "#W0000004"],
        },
        "bo_1": {
            "user_id": "bo_1",
            "name": {"first_name": "Bo", "last_name": "Dahl"},
            "address": HOME,
            "email": "bo@example.com",
            "payment_methods": {},
            "orders": [],
        },
    },
    "orders": {
        "#W0000001": an_order("#W0000001", "pending", "small", "small"),
        "#W0000002": an_order("#W0000002", "delivered", "small", "large"),
        "#W0000003": an_order("#W0000003", "pending", "small", paid_with=GIFT),
        "#W0000004": an_order("#W0000004", "delivered", "small"),
    },
}
SWAP = {
    "order_id": "#W0000001",
    "item_ids": ["small", "small"],
    "new_item_ids": ["large", "small"],
    "payment_method_id": GIFT,
}
CANCEL = {"order_id": "#W0000003", "reason": "no longer needed"}
RETURN = {"order_id": "#W0000002", "item_ids": ["large"], "payment_method_id": GIFT}
EXCHANGE = {
    "order_id": "#W0000004",
    "item_ids": ["small"],
    "new_item_ids": ["large"],
    "payment_method_id": CARD,
}


def cases(tmp_path: Path, *tasks: Sequence[tuple[str, dict[str, Any]]]) -> Cases:
    """Lay the data out as the benchmark does, and read it."""
    told = [
        {
            "id": str(number),
            "evaluation_criteria": {
                "actions": [
                    {"action_id": f"{number}_{at}", "name": name, "arguments": args}
                    for at, (name, args) in enumerate(task)
                ]
            },
        }
        for number, task in enumerate(tasks)
    ]
    (tmp_path / "db.json").write_bytes(orjson.dumps(DATABASE))
    (tmp_path / "tasks.json").write_bytes(orjson.dumps(told))
    return read_cases(tmp_path)


async def replayed(tmp_path: Path, *actions: tuple[str, dict[str, Any]], lost_every: int = 0) -> Compared:
    """Replay one task on the small company."""
    (found,) = await compare(cases(tmp_path, actions), read_rules(), FakeJournal(), lost_every=lost_every)
    return found


EVERYTHING = (
    ("find_user_id_by_email", {"email": "ada@example.com"}),
    ("get_order_details", {"order_id": "#W0000001"}),
    ("calculate", {"expression": "14.5 - (10 + 1.5) * 2"}),
    ("modify_pending_order_address", {"order_id": "#W0000001", **AWAY}),
    ("modify_pending_order_items", SWAP),
    ("cancel_pending_order", CANCEL),
    ("return_delivered_order_items", RETURN),
    ("exchange_delivered_order_items", EXCHANGE),
    ("modify_user_address", {"user_id": "ada_1", **AWAY}),
)


@pytest.mark.parametrize("lost_every", [0, 1, 2, 3])
async def test_all_actions_leave_the_database_that_a_direct_reading_leaves(
    tmp_path: Path, lost_every: int
) -> None:
    found = await replayed(tmp_path, *EVERYTHING, lost_every=lost_every)
    assert found.same
    assert found.replayed.succeeded == 6
    assert found.replayed.refused == found.refused_directly == []
    assert (found.replayed.lost > 0) is (lost_every > 1)
    gift = found.replayed.database.users["ada_1"]["payment_methods"][GIFT]["balance"]
    assert gift == 20.0 - 4.5 + 10.0
    assert found.replayed.database.orders["#W0000001"]["status"] == "pending (item modified)"


async def test_paying_another_way_moves_the_money_once(tmp_path: Path) -> None:
    change = {"order_id": "#W0000001", "payment_method_id": GIFT}
    found = await replayed(tmp_path, ("modify_pending_order_payment", change), lost_every=2)
    assert found.same
    assert found.replayed.database.users["ada_1"]["payment_methods"][GIFT]["balance"] == 0.0


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("cancel_pending_order", {**CANCEL, "order_id": "#W0000002"}),
        ("cancel_pending_order", {**CANCEL, "reason": "too slow"}),
        ("return_delivered_order_items", {**RETURN, "order_id": "#W0000001"}),
        ("return_delivered_order_items", {**RETURN, "item_ids": ["large", "large"]}),
        ("exchange_delivered_order_items", {**EXCHANGE, "new_item_ids": ["gone"]}),
        ("exchange_delivered_order_items", {**EXCHANGE, "payment_method_id": "paypal_1"}),
        ("modify_pending_order_items", {**SWAP, "new_item_ids": ["large"]}),
        ("modify_pending_order_payment", {"order_id": "#W0000001", "payment_method_id": CARD}),
    ],
)
async def test_what_policy_forbids_is_refused_on_both_sides(
    tmp_path: Path, name: str, args: dict[str, Any]
) -> None:
    found = await replayed(tmp_path, (name, args))
    assert found.same
    assert found.replayed.succeeded == 0
    assert len(found.replayed.refused) == len(found.refused_directly) == 1


async def test_nobody_changes_somebody_elses_order(tmp_path: Path) -> None:
    actions = (("get_user_details", {"user_id": "bo_1"}), ("cancel_pending_order", CANCEL))
    found = await replayed(tmp_path, *actions)
    assert found.replayed.database.orders["#W0000003"]["status"] == "pending"
    assert not found.same, "a direct reading asks nobody who they are"


async def test_actions_of_one_order_wait_for_one_another_and_others_do_not(tmp_path: Path) -> None:
    address = ("modify_pending_order_address", {"order_id": "#W0000001", **AWAY})
    assert (await replayed(tmp_path, address, ("modify_pending_order_items", SWAP))).replayed.queued == 1
    apart = (("return_delivered_order_items", RETURN), ("exchange_delivered_order_items", EXCHANGE))
    assert (await replayed(tmp_path, *apart)).replayed.queued == 0


async def test_tasks_without_actions_are_counted_apart(tmp_path: Path) -> None:
    told = cases(tmp_path, (("cancel_pending_order", CANCEL),), ())
    found = await compare(told, read_rules(), FakeJournal(), lost_every=0)
    figures = figures_of(found, found, ["1"])
    assert (figures["tasks_count"], figures["tasks_replayed_count"]) == (2, 1)
    assert figures["tasks_same_state_count"] == 1


def test_a_direct_reading_changes_nothing_when_it_refuses(tmp_path: Path) -> None:
    told = cases(tmp_path, (("exchange_delivered_order_items", {**EXCHANGE, "new_item_ids": ["gone"]}),))
    database = told.database()
    assert interpret(database, told.tasks[0].actions)
    assert database == told.database()


@pytest.mark.parametrize(("folder", "says"), [(None, "FRONTDESK_RETAIL_DATA"), ("here", "no db.json")])
def test_missing_data_is_asked_for(tmp_path: Path, folder: str | None, says: str) -> None:
    with pytest.raises(NothingToMeasure, match=says):
        read_cases(tmp_path if folder else None)


def test_only_sums_are_reckoned() -> None:
    assert reckon("14.5 - (10 + 1.5) * 2") == -8.5
    for other in ("__import__('os')", "2 ** 99", "1 / 0", "x + 1", "(1"):
        with pytest.raises(BackendRefused):
            reckon(other)
