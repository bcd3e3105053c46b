"""`/api/v1/tasks`: what only a person can settle, listed and settled once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from graphs.draft import ActionChange, Draft, Task
from graphs.events import PersonSettles
from tests.integration.front import TENANT, Front, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def in_doubt(front: Front, customer: str, kind: Any = "unknown_outcome") -> tuple[str, dict[str, Any]]:
    """Let an action's thread wait for what a person finds out; returns the thread and the task as listed."""
    conversation = await front.says("I want my money back", customer=customer)
    thread = await front.wants_approval(conversation)
    _, listed = await front.call("GET", "/api/v1/approvals?status=pending")
    approval = next(a for a in listed["items"] if a["conversation_id"] == conversation)
    await front.call("POST", f"/api/v1/approvals/{approval['approval_id']}", {"type": "accept"})
    task = Task(
        action_id=thread,
        kind=kind,
        label="Refund",
        subject="1042",
        args={"order_id": "1042", "amount": 149.99},
        reason="refund_order was called and its outcome is not known (timeout).",
    )
    changes = [ActionChange(action_id=thread, state="unknown")]
    await front.commit(await front.claim(thread), Draft(tasks=[task], changes=changes), interrupt="int-2")
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update threads set interrupted = true where thread_id = %s", [thread])
    _, listed = await front.call("GET", f"/api/v1/tasks?status=open&conversation_id={conversation}")
    return thread, listed["items"][0]


async def settle(front: Front, task: dict[str, Any], **said: Any) -> tuple[int, Any]:
    return await front.call("POST", f"/api/v1/tasks/{task['task_id']}", said)


async def test_a_task_says_all_that_settling_it_needs(front: Front) -> None:
    thread, task = await in_doubt(front, "C-1001")

    assert (task["kind"], task["status"], task["action_status"]) == ("unknown_outcome", "open", "unknown")
    assert (task["label"], task["subject"], task["customer"]) == ("Refund", "1042", "Marta Lindqvist")
    assert task["outcomes"] == ["happened", "did_not_happen"]
    assert task["reason"].endswith("(timeout).")
    assert task["args"]["amount"] == 149.99
    assert task["looks_again_at"] is not None
    _, shown = await front.call("GET", f"/api/v1/conversations/{task['conversation_id']}")
    assert [a["status"] for a in shown["actions"] if a["action_id"] == thread] == ["unknown"]
    assert shown["timeline"][-1]["text"].startswith("A person is needed: Refund.")


async def test_of_two_findings_at_once_the_first_counts_and_the_action_is_told_once(front: Front) -> None:
    thread, task = await in_doubt(front, "C-two")

    answers = await asyncio.gather(
        settle(front, task, outcome="happened", note="The bank has it."),
        settle(front, task, outcome="did_not_happen"),
    )

    assert sorted(status for status, _ in answers) == [200, 409]
    won = next(told for status, told in answers if status == 200)
    lost = next(told for status, told in answers if status == 409)
    assert lost["type"] == "/problems/settled-already"
    told = await front.claim(thread)
    assert told.event == PersonSettles(happened=won["status"] == "happened", by="the key all")
    _, listed = await front.call("GET", "/api/v1/tasks?status=settled")
    assert won["task_id"] in [one["task_id"] for one in listed["items"]]


async def test_a_finding_that_does_not_fit_names_what_does(front: Front) -> None:
    _, task = await in_doubt(front, "C-fit")

    status, problem = await settle(front, task, outcome="done")

    assert (status, problem["errors"][0]["field"]) == (422, "outcome")
    assert "happened, did_not_happen" in problem["errors"][0]["reason"]


async def test_what_failed_for_good_is_only_dealt_with(front: Front) -> None:
    _, task = await in_doubt(front, "C-failed", kind="failed_action")

    assert task["outcomes"] == ["done"]
    status, settled = await settle(front, task, outcome="done", note="Paid by bank transfer.")
    assert (status, settled["status"], settled["note"]) == (200, "done", "Paid by bank transfer.")
    _, shown = await front.call("GET", f"/api/v1/conversations/{task['conversation_id']}")
    assert "has dealt with it: Refund 1042. Paid by bank transfer." in shown["timeline"][-1]["text"]


async def test_an_unknown_task_is_not_found_and_a_strange_outcome_is_refused(front: Front) -> None:
    status, _ = await front.call("POST", "/api/v1/tasks/tsk_nothing", {"outcome": "done"})
    assert status == 404
    status, _ = await front.call("POST", "/api/v1/tasks/tsk_nothing", {"outcome": "perhaps"})
    assert status == 422
