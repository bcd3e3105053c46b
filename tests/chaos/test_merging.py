"""Two customers become one while something is going on: nothing is lost, doubled or left behind."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.customers import merging
from app.customers.repository_holding import hold
from app.privacy.erasing import Erased, erase
from app.turns.claim import Profile
from app.turns.store import Committed
from graphs.draft import ActionChange, Draft
from tests.chaos.inbox import TENANT, Inbox, open_inbox, refund, reply, thought


@pytest.fixture
async def inbox(database: str, tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(database, tmp_path) as opened:
        yield opened


async def somebody(inbox: Inbox, channel: str = "sms") -> tuple[str, str, str]:
    """A stranger who wrote and was answered: address, conversation, customer."""
    address = secrets.token_hex(5)
    conversation = await writes(inbox, address, channel)
    await inbox.commits(await inbox.takes(conversation), reply("Hello."))
    return address, conversation, await owner(inbox, conversation)


async def writes(inbox: Inbox, address: str, channel: str = "sms") -> str:
    came = replace(inbox.inbound("And?"), channel=channel, address=address, customer_id=None, verified=False)
    return (await inbox.store.accept(came)).conversation_id


async def owner(inbox: Inbox, conversation: str) -> str:
    found = await inbox.row("select customer_id from conversations where conversation_id = %s", conversation)
    return str(found[0])


async def merge(inbox: Inbox, kept: str, gone: str) -> str:
    async with inbox.database.tenant(TENANT) as conn:
        return await merging.merge(conn, inbox.vault, TENANT, kept, gone, inbox.clock())


async def part(inbox: Inbox, merge_id: str) -> None:
    async with inbox.database.tenant(TENANT) as conn:
        await merging.part(conn, inbox.vault, TENANT, merge_id, inbox.clock())


async def test_a_turn_under_way_is_committed_whole_beside_a_merge(inbox: Inbox) -> None:
    for _ in range(12):
        address, conversation, gone = await somebody(inbox)
        _, _, kept = await somebody(inbox)
        await writes(inbox, address)
        claim = await inbox.takes(conversation)
        learnt = replace(
            thought(reply("It leaves today.")),
            profile=Profile(external_id=None, name="Ana", email="", tier="gold", language="de"),
        )

        committed, _ = await asyncio.gather(inbox.store.commit(claim, learnt), merge(inbox, kept, gone))

        assert isinstance(committed, Committed)
        assert await owner(inbox, conversation) == kept
        assert (await inbox.said(conversation))[-1] == "assistant: It leaves today."


async def test_messages_that_come_during_a_merge_come_to_the_customer_who_is_kept(inbox: Inbox) -> None:
    for _ in range(6):
        address, _, gone = await somebody(inbox)
        _, _, kept = await somebody(inbox)

        conversations, _ = await asyncio.gather(
            asyncio.gather(*(writes(inbox, address) for _ in range(5))), merge(inbox, kept, gone)
        )

        assert {await owner(inbox, one) for one in conversations} == {kept}
        assert await owner(inbox, await writes(inbox, address)) == kept


async def test_merges_of_the_same_people_in_every_direction_end_with_one(inbox: Inbox) -> None:
    people = [await somebody(inbox) for _ in range(3)]
    one, two, three = (customer for _, _, customer in people)

    await asyncio.gather(
        *(merge(inbox, kept, gone) for kept, gone in ((one, two), (two, one), (two, three), (three, two))),
        return_exceptions=True,
    )

    merged = [
        await inbox.row("select merged_into from customers where customer_id = %s", customer)
        for customer in (one, two, three)
    ]
    arrived = {await owner(inbox, await writes(inbox, address)) for address, _, _ in people}
    assert len(arrived) == merged.count((None,)) < 3


async def test_an_erasure_that_begins_in_the_middle_of_a_merge_waits_for_it(inbox: Inbox) -> None:
    (_, one, kept), (_, other, gone) = await somebody(inbox), await somebody(inbox)

    async def erases() -> object:
        async with inbox.database.tenant(TENANT) as conn:
            return await erase(conn, inbox.vault, TENANT, gone)

    async with inbox.database.tenant(TENANT) as conn:
        await hold(conn, TENANT, [kept, gone])
        erasing = asyncio.create_task(erases())
        await until_one_waits(inbox)
        await merging.merge(conn, inbox.vault, TENANT, kept, gone, inbox.clock())
    erased = await erasing

    assert isinstance(erased, Erased)
    assert erased.customers == (gone,)
    assert [await owner(inbox, conversation) for conversation in (one, other)] == [kept, kept]


async def until_one_waits(inbox: Inbox) -> None:
    """Return once another transaction waits for a lock."""
    waiting = "select count(*) from pg_locks where not granted"
    while (await inbox.row(waiting))[0] == 0:  # noqa: ASYNC110 - the database says so
        await asyncio.sleep(0.01)


async def test_after_a_merge_two_open_actions_on_one_thing_take_turns(inbox: Inbox) -> None:
    (_, first, kept), (address, second, gone) = await somebody(inbox), await somebody(inbox)
    before = [await proposes(inbox, conversation) for conversation in (first, second)]

    merge_id = await merge(inbox, kept, gone)
    together = [await lane(inbox, action) for action in before]
    claim = await inbox.takes(await writes(inbox, address))
    await inbox.commits(claim, reply("Both are being looked at."))
    await part(inbox, merge_id)
    apart = [await lane(inbox, action) for action in before]

    assert together[0] == together[1]
    assert {action.action_id for action in claim.open_actions} == set(before)
    assert apart[0] != apart[1]


async def test_an_action_that_waits_begins_when_the_other_customers_action_has_ended(inbox: Inbox) -> None:
    (_, first, kept), (address, _, gone) = await somebody(inbox), await somebody(inbox)
    running = await proposes(inbox, first)
    await inbox.takes(running)
    await merge(inbox, kept, gone)
    inbox.clock.passes(1)
    conversation = await writes(inbox, address)
    waiting = f"{conversation}:action:9"
    again = replace(refund(waiting), waits_for=("refund_order",))
    await inbox.commits(await inbox.takes(conversation), Draft(proposals=[again]))
    queued = await status(inbox, waiting)
    inbox.clock.passes(7)
    ended = ActionChange(action_id=running, state="done")
    await inbox.commits(await inbox.takes(running), Draft(changes=[ended]))

    assert queued == "queued"
    assert await status(inbox, waiting) == "proposed"
    await inbox.takes(waiting)


async def proposes(inbox: Inbox, conversation: str) -> str:
    """Let a turn begin a refund of order 1042; returns the action."""
    action = f"{conversation}:action:1"
    came = replace(inbox.inbound("My money back."), conversation_id=conversation, customer_id=None)
    await inbox.store.accept(came)
    await inbox.commits(await inbox.takes(conversation), Draft(proposals=[refund(action)]))
    return action


async def lane(inbox: Inbox, action: str) -> object:
    return (await inbox.row("select lane from actions where action_id = %s", action))[0]


async def status(inbox: Inbox, action: str) -> object:
    return (await inbox.row("select status from actions where action_id = %s", action))[0]
