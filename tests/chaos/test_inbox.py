"""LangGraph's own client, unchanged, before a whole engine: it lists what waits and resumes it, edited."""

from random import Random

from langgraph_sdk import get_client

from tests.chaos.accounts import until_quiet
from tests.chaos.house import House
from tests.chaos.orders import Held, Orders, held
from tests.chaos.people import Customer
from tests.chaos.test_approvals import wants_refund


async def test_a_foreign_inbox_pays_back_less_than_was_asked_once(house: House, orders: Orders) -> None:
    order = orders.take("big refund")
    customer = Customer(house, order["customer_id"], Random(5))
    await wants_refund(house, customer, order["id"])
    inbox = get_client(url=house.engines[0].url, api_key=house.key, headers={"X-Agent-Id": "tove"})

    (thread,) = await inbox.threads.search(
        status="interrupted", metadata={"conversation_id": customer.conversation_id}
    )
    state = await inbox.threads.get_state(thread["thread_id"])
    ((interrupt,),) = thread["interrupts"].values()
    request = interrupt["value"][0]["action_request"]
    args = {**request["args"], "amount": 101.5}
    edit = [{"type": "edit", "args": {"action": request["action"], "args": args}}]
    values = await inbox.runs.wait(thread["thread_id"], "action", command={"resume": edit})
    await until_quiet(house)

    assert (state["next"], state["values"]["action"]) == (["approve"], request["action"])
    assert isinstance(values, dict)
    assert values["outcome"] == "done"
    assert await held(house, order["id"]) == Held(refunds=(101.5,), cancelled=False)
    (run,) = await inbox.runs.list(thread["thread_id"])
    assert (run["status"], run["metadata"]["decision"], run["metadata"]["by"]) == (
        "success",
        "edited",
        "Tove Aaltonen",
    )
    history = await inbox.threads.get_history(thread["thread_id"])
    assert [one["next"] for one in history][:2] == [[], ["approve"]]
