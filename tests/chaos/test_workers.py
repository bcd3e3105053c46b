"""The workers of one engine: nothing stops them, and nothing that is due is left lying."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.turns.worker import Workers
from tests.chaos.house import until
from tests.chaos.inbox import TENANT, Inbox, open_inbox
from tests.talk import Talk

FORGOTTEN = 5
PAUSE_S = 0.1
SETTLED_WITHIN_S = 15.0
UNREADABLE = "update inbox set payload = 'nonsense' where thread_id = %s returning seq"
LEFT = "select count(*) from inbox where state = 'waiting' and thread_id = any(%s)"


@pytest.fixture
async def inbox(database: str, tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(database, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def working(inbox: Inbox) -> AsyncIterator[Workers]:
    """Let an engine's workers answer with the real graphs over a company in memory."""
    workers = Workers(inbox.store, Talk().thinker, inbox.hub, inbox.failures, limit=4, clock=inbox.clock)
    workers.start()
    yield workers
    await workers.stop()


async def stranger_writes(inbox: Inbox) -> str:
    """Let somebody new write, without telling the workers."""
    return (await replace(inbox, customer=secrets.token_hex(4)).writes("hello")).conversation_id


async def answered(inbox: Inbox, conversations: list[str]) -> bool:
    """Whether none of these waits any more."""
    return await inbox.row(LEFT, conversations) == (0,)


async def test_an_event_that_cannot_be_read_does_not_stop_the_others(inbox: Inbox) -> None:
    broken = await stranger_writes(inbox)
    await inbox.row(UNREADABLE, broken)
    inbox.clock.passes(1)

    async with working(inbox):
        others = [await stranger_writes(inbox) for _ in range(3)]
        for conversation in others:
            inbox.hub.nudge(TENANT, conversation)
        await until(lambda: answered(inbox, others), SETTLED_WITHIN_S, "events are left")

    assert await inbox.said(broken) == []


async def test_events_that_no_signal_told_of_are_found_while_signals_keep_coming(inbox: Inbox) -> None:
    written: list[str] = []

    async def traffic() -> None:
        while True:
            written.append(await stranger_writes(inbox))
            inbox.hub.nudge(TENANT, written[-1])
            await asyncio.sleep(PAUSE_S)

    async with working(inbox):
        busy = asyncio.create_task(traffic())
        await until(lambda: answered(inbox, written), SETTLED_WITHIN_S, "the traffic is not answered")
        forgotten = [await stranger_writes(inbox) for _ in range(FORGOTTEN)]
        try:
            await until(
                lambda: answered(inbox, [*forgotten, *written]), SETTLED_WITHIN_S, "somebody always waits"
            )
        finally:
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)


async def test_a_message_that_meets_a_free_worker_is_answered_without_a_signal(inbox: Inbox) -> None:
    async with working(inbox) as workers:
        first = await workers.accept(inbox.inbound("hello", "m-1"))
        again = await workers.accept(inbox.inbound("hello", "m-1"))
        await until(
            lambda: answered(inbox, [first.conversation_id]), SETTLED_WITHIN_S, "nobody answered the message"
        )

    assert (first.begun, again.begun, again.duplicate) == (True, False, True)
    assert len(await inbox.said(first.conversation_id)) == 2


async def test_a_message_behind_one_that_cannot_be_read_is_stored_all_the_same(inbox: Inbox) -> None:
    broken = await inbox.writes("hello")
    await inbox.row(UNREADABLE, broken.conversation_id)
    inbox.clock.passes(1)

    async with working(inbox) as workers:
        accepted = await workers.accept(inbox.inbound("are you there?"))

    assert (accepted.conversation_id, accepted.seq) == (broken.conversation_id, broken.seq + 1)
    assert not accepted.begun
