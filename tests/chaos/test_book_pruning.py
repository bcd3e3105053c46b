"""Older versions of the book in the archive: kept as long as a flow, an action or a fresh turn needs them."""

from datetime import timedelta

import pytest

from app.commands.versions import told
from app.db.repository import add_tenant
from app.rulebooks.pruning import Pruning
from app.rulebooks.repository import put_in_force
from tests.chaos.counter import Counter
from tests.chaos.inbox import TENANT
from tests.talk import shelf

OURS, NEWER = shelf().book.version, "f" * 16
DAY_S = 86_400.0


@pytest.fixture
async def pruning(counter: Counter) -> Pruning:
    """The version that the customers here talk to was in force once; another one has been since."""
    async with counter.inbox.database.anyone() as conn:
        await add_tenant(conn, TENANT, "Acme")
    now = counter.inbox.clock()
    async with counter.inbox.database.tenant(TENANT) as conn:
        await conn.execute("delete from books")
        await put_in_force(conn, TENANT, OURS, b"", now - timedelta(days=1))
        await put_in_force(conn, TENANT, NEWER, b"", now)
    return Pruning(
        database=counter.inbox.database,
        vault=counter.inbox.vault,
        owner=TENANT,
        clock=counter.inbox.clock,
        kept_days=90,
    )


async def reasons(pruning: Pruning) -> list[str]:
    """What `frontdesk book versions` says of each."""
    return [line.split("  ", 2)[2] for line in told(await pruning.versions(), pruning.since)]


async def test_a_version_is_kept_for_an_open_flow_then_for_its_turns_and_then_no_more(
    counter: Counter, pruning: Pruning
) -> None:
    await counter.serves("please cancel my order")
    counter.inbox.clock.passes(91 * DAY_S)

    assert await pruning.prune() == []
    assert await reasons(pruning) == ["in force", "1 open flows, 0 actions under way"]

    await counter.serves("stop")
    assert await pruning.prune() == []
    assert (await reasons(pruning))[1].startswith("a turn of ")

    counter.inbox.clock.passes(91 * DAY_S)
    assert await pruning.prune() == [OURS]
    assert await reasons(pruning) == ["in force"]


async def test_an_action_under_way_keeps_the_version_of_its_conversation(
    counter: Counter, pruning: Pruning
) -> None:
    await counter.serves("I want my money back for 1042")
    await counter.serves("yes", payload="/affirm")
    counter.inbox.clock.passes(91 * DAY_S)

    assert await pruning.prune() == []
    assert "1 actions under way" in (await reasons(pruning))[1]


async def test_the_version_in_force_and_one_just_replaced_stay(counter: Counter, pruning: Pruning) -> None:
    async with counter.inbox.database.tenant(TENANT) as conn:
        await put_in_force(conn, TENANT, "a" * 16, b"", counter.inbox.clock() - timedelta(days=200))
        await put_in_force(conn, TENANT, "b" * 16, b"", counter.inbox.clock() - timedelta(days=150))

    assert await pruning.prune() == ["a" * 16]
    counter.inbox.clock.passes(500 * DAY_S)
    assert "b" * 16 in await pruning.prune()
    assert (await reasons(pruning))[0] == "in force"
