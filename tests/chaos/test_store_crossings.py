"""Transactions that meet: none waits for another in a circle, and of two that exclude each other one wins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest
from psycopg import AsyncConnection

from app.handoff import approvals
from app.handoff.approval_request import DecisionBody
from app.handoff.approvals import Approval, Decider, Expired
from app.turns.claim import RETRIES
from app.turns.store import Committed
from app.turns.sweep import Sweep
from graphs.draft import ActionChange, Confirmation, Draft, Reply
from graphs.events import ApprovalExpires, PersonDecides
from graphs.turn import TurnFailed
from tests.chaos.house import until
from tests.chaos.inbox import TENANT, Clock, Inbox, open_inbox, refund, reply

TOVE = Decider(decider_id="tove", name="Tove Aaltonen", above_limit=True)
AN_HOUR_S = 3600.0
WAITING_FOR_LOCKS = "select count(*) from pg_locks where not granted"


@pytest.fixture
async def inbox(database: str, tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(database, tmp_path) as opened:
        yield opened


async def queued(inbox: Inbox, count: int) -> None:
    """Return once so many transactions wait for a lock."""

    async def waiting() -> bool:
        return await inbox.row(WAITING_FOR_LOCKS) == (count,)

    await until(waiting, 10.0, f"{count} transactions do not wait")


async def in_this_order(inbox: Inbox, conversation: str, *steps: Awaitable[Any]) -> list[Any]:
    """Hold a conversation's row until all steps wait for it in their order, then let them go."""
    tasks: list[asyncio.Future[Any]] = []
    async with inbox.database.tenant(TENANT) as conn:
        await hold(conn, conversation)
        for number, step in enumerate(steps, start=1):
            tasks.append(asyncio.ensure_future(step))
            await queued(inbox, number)
    return list(await asyncio.gather(*tasks))


async def hold(conn: AsyncConnection, conversation: str) -> None:
    await conn.execute("select from conversations where conversation_id = %s for update", [conversation])


async def test_a_yes_and_the_start_of_the_action_it_is_for_do_not_block_each_other(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Refund my order")).conversation_id
    action = f"{conversation}:action:1"
    asked = Draft(replies=[Reply(text="Shall I?")], proposals=[refund(action)])
    await inbox.commits(await inbox.takes(conversation), asked)
    await inbox.writes("yes")
    yes, start = await inbox.takes(conversation), await inbox.takes(action)
    confirmed = Draft(replies=[Reply(text="I do.")], confirmations=[Confirmation(action_id=action, yes=True)])
    begun = Draft(changes=[ActionChange(action_id=action, state="confirming")])

    outcomes = await in_this_order(
        inbox, conversation, inbox.commits(yes, confirmed), inbox.commits(start, begun, "int-1")
    )

    assert [type(outcome) for outcome in outcomes] == [Committed, Committed]


async def test_an_actions_last_failure_and_a_turn_of_its_conversation_do_not_block_each_other(
    inbox: Inbox,
) -> None:
    conversation = (await inbox.writes("Refund my order")).conversation_id
    action = f"{conversation}:action:1"
    await inbox.commits(await inbox.takes(conversation), Draft(proposals=[refund(action)]))
    for _ in range(RETRIES):
        await inbox.failures.record(await inbox.takes(action), TurnFailed("refund_order:http_500"))
        inbox.clock.passes(64)
    failing = await inbox.takes(action)
    await inbox.writes("Hello?")
    talking = await inbox.takes(conversation)

    await in_this_order(
        inbox,
        conversation,
        inbox.failures.record(failing, TurnFailed("refund_order:http_500")),
        inbox.commits(talking, reply("Hello!")),
    )

    assert await inbox.status(conversation) == "escalating"
    assert "assistant: Hello!" in await inbox.said(conversation)


async def test_an_approval_expires_once_and_then_nobody_decides(inbox: Inbox) -> None:
    action = await inbox.asks_approval((await inbox.writes("Refund my order")).conversation_id)
    inbox.clock.passes(AN_HOUR_S - 1)
    await inbox.sweep.sweep(TENANT)
    assert await inbox.claims(action) is None
    inbox.clock.passes(1)

    await asyncio.gather(*(inbox.sweep.sweep(TENANT) for _ in range(4)))

    (name,) = await inbox.row("select approval_id from approvals where thread_id = %s", action)
    decided = await approvals.decide(inbox.handoff, TENANT, str(name), DecisionBody(type="accept"), TOVE)
    assert isinstance(decided, Expired)
    expiry = await inbox.takes(action)
    assert isinstance(expiry.event, ApprovalExpires)
    assert isinstance(await inbox.commits(expiry, Draft()), Committed)


async def test_what_was_decided_in_time_does_not_expire(inbox: Inbox) -> None:
    action = await inbox.asks_approval((await inbox.writes("Refund my order")).conversation_id)
    (name,) = await inbox.row("select approval_id from approvals where thread_id = %s", action)
    decided = await approvals.decide(inbox.handoff, TENANT, str(name), DecisionBody(type="accept"), TOVE)
    inbox.clock.passes(AN_HOUR_S)
    await inbox.sweep.sweep(TENANT)

    assert isinstance(decided, Approval)
    decision = await inbox.takes(action)
    assert isinstance(decision.event, PersonDecides)
    assert isinstance(await inbox.commits(decision, Draft()), Committed)


async def test_a_decision_and_an_expiry_that_meet_do_not_block_each_other(inbox: Inbox) -> None:
    """The sweeper's clock is a moment ahead, as another machine's may be."""
    action = await inbox.asks_approval((await inbox.writes("Refund my order")).conversation_id)
    (name,) = await inbox.row("select approval_id from approvals where thread_id = %s", action)
    inbox.clock.passes(AN_HOUR_S - 0.001)
    late = Clock(inbox.clock())
    late.passes(0.002)
    sweep = Sweep(inbox.database, inbox.vault, inbox.hub, late)

    async with inbox.database.tenant(TENANT) as conn:
        await conn.execute("select from threads where thread_id = %s for update", [action])
        accept = DecisionBody(type="accept")
        deciding = asyncio.ensure_future(approvals.decide(inbox.handoff, TENANT, str(name), accept, TOVE))
        await queued(inbox, 1)
        sweeping = asyncio.ensure_future(sweep.sweep(TENANT))
        await queued(inbox, 2)

    decided, _ = await asyncio.gather(deciding, sweeping)
    inbox.clock.passes(1)
    first = await inbox.takes(action)
    assert isinstance(first.event, PersonDecides if isinstance(decided, Approval) else ApprovalExpires)
    assert isinstance(await inbox.commits(first, Draft()), Committed)
    assert await inbox.claims(action) is None
