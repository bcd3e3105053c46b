"""Conversations as they might have gone, to be judged."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from evals.house import DemoCustomer
from evals.suite.record import Citation, Exchange, Record, Reply, ToolUse, Why
from evals.suite.scenarios import Scenario
from evals.suite.schema import ScenarioYaml
from evals.suite.shop import Cast, Order

NOW = datetime(2026, 11, 21, 12, 0)
ADA = DemoCustomer(id="C-1", name="Ada Alder", email="ada@example.com", tier="standard")


def an_order(number: str = "0001", customer_id: str = "C-1", **changes: Any) -> Order:
    """Return an order that came three days ago."""
    order = Order(
        id=number,
        customer_id=customer_id,
        status="delivered",
        total=59.0,
        refunded=0.0,
        address="Mill Lane 1, Dublin",
        product="Linen throw, sand",
        delivered_at=NOW - timedelta(days=3),
    )
    return replace(order, **changes)


def a_reply(text: str, **changes: Any) -> Reply:
    """Return a reply of the assistant."""
    return replace(Reply(text=text, sender="assistant", seq=1), **changes)


def a_why(intent: str = "order_track", tools: tuple[ToolUse, ...] = (), **changes: Any) -> Why:
    """Return the trace of a turn that went well."""
    why = Why(
        seq=1,
        path="nlu",
        intent=intent,
        confidence=0.97,
        route="automate",
        rule=12,
        passed_input=True,
        tools=tools,
        passages=(),
    )
    return replace(why, **changes)


FOUND = ToolUse(name="find_order", args={"order_id": "0001"}, outcome="succeeded")
SOURCE = Citation(number=1, url="/help/returns#when")


def a_record(
    expect: dict[str, Any],
    *replies: Reply,
    why: Why | None = None,
    status: str = "active",
    leaves: dict[str, Any] | None = None,
    after: Order | None = None,
    broke: str | None = None,
    pending: int = 0,
    later: tuple[Reply, ...] = (),
) -> Record:
    """Return a conversation of one message, with what was wanted of it."""
    script = ScenarioYaml.model_validate(
        {
            "about": "One message.",
            "given": {"order": {}},
            "talk": [{"says": "where is 0001", "expect": expect}],
            "leaves": leaves or {},
        }
    )
    scenario = Scenario(
        name="one_message", file="scenarios/some.yaml", line=2, step_lines=(5,), script=script
    )
    exchange = Exchange(
        line=5,
        who="customer",
        said="where is 0001",
        expect=script.talk[0].expect,
        replies=replies,
        later=later,
        why=why or a_why(),
        status=status,
        approvals_pending=pending,
    )
    cast = Cast(
        customer=ADA,
        orders={"order": an_order()},
        words={"order": "0001", "order.total": "59.00", "order.product": "Linen throw, sand"},
    )
    return Record(
        scenario=scenario,
        cast=cast,
        conversation_id="cnv_1",
        exchanges=(exchange,),
        orders_after={"order": after or an_order()},
        broke=broke,
    )
