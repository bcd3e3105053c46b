"""Promises and ratings in the real database: kept once a key, and each customer's own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from app.db import Database
from app.feedback.box import DatabaseFeedback
from app.feedback.repository import since
from app.followups import repository
from app.followups.due import DueFollowUps
from app.followups.store import DatabaseFollowUps
from app.privacy.vault import Vault
from app.turns.hub import Hub
from tests.talk import shelf
from tools.errors import BackendRefused, NoSuchThing
from tools.followups.port import Plan
from tools.spec import ActionKey, Caller

MONDAY = datetime(2026, 11, 23, 9, 45, tzinfo=UTC)
CALL = Plan(
    kind="callback",
    due_at=MONDAY,
    ends_at=MONDAY + timedelta(hours=1),
    subject="Call back Marta Lindqvist",
    body="Call +49 170 5550123",
    told="Monday, 23 November, between 10:00 and 11:00",
)
MARTA = Caller(tenant_id="acme", conversation_id="cnv_1", customer_id="C-1001", verified=True)
MARTA_LATER = replace(MARTA, conversation_id="cnv_2")
IVO = replace(MARTA, conversation_id="cnv_3", customer_id="C-1002")
A_CONVERSATION = """insert into conversations (tenant_id, conversation_id, customer_id, channel, status_since,
  started_at, updated_at) values ('acme', %s, %s, 'web', now(), now(), now())"""
A_CUSTOMER = "insert into customers (tenant_id, customer_id, profile) values ('acme', %s, ''::bytea)"


@pytest.fixture(scope="module")
async def pool(database: str) -> AsyncIterator[Database]:
    """A pool over a database in which two customers have three conversations."""
    async with await psycopg.AsyncConnection.connect(database) as conn:
        for customer in ("cus_marta", "cus_ivo"):
            await conn.execute(A_CUSTOMER.encode(), [customer])
        for conversation, customer in (("cnv_1", "cus_marta"), ("cnv_2", "cus_marta"), ("cnv_3", "cus_ivo")):
            await conn.execute(A_CONVERSATION.encode(), [conversation, customer])
    pool = Database(database, most=4)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault.from_file(Path(tmp_path_factory.mktemp("keys")) / "master.key", create=True)


@pytest.fixture
async def followups(pool: Database, vault: Vault) -> DatabaseFollowUps:
    async with pool.tenant("acme") as conn:
        await conn.execute("delete from follow_ups")
    return DatabaseFollowUps(pool.tenant, vault)


async def test_the_same_key_promises_once(followups: DatabaseFollowUps) -> None:
    first = await followups.schedule(MARTA, CALL, key=ActionKey("k1"))
    again = await followups.schedule(MARTA, CALL, key=ActionKey("k1"))

    assert again == first
    assert [one.plan for one in await followups.open_of(MARTA)] == [CALL]


async def test_a_promise_is_found_in_every_conversation_of_its_customer_and_in_no_other(
    followups: DatabaseFollowUps,
) -> None:
    made = await followups.schedule(MARTA, CALL, key=ActionKey("k2"))

    assert [one.id for one in await followups.open_of(MARTA_LATER)] == [made.id]
    assert list(await followups.open_of(IVO)) == []
    with pytest.raises(NoSuchThing):
        await followups.cancel(IVO, made.id, key=ActionKey("k3"))


async def test_what_is_cancelled_is_not_due_and_cancelling_twice_is_once(
    followups: DatabaseFollowUps, pool: Database
) -> None:
    made = await followups.schedule(MARTA, CALL, key=ActionKey("k4"))

    gone = await followups.cancel(MARTA_LATER, made.id, key=ActionKey("k5"))
    again = await followups.cancel(MARTA_LATER, made.id, key=ActionKey("k5"))

    assert (gone.state, again) == ("cancelled", gone)
    assert (await followups.done_under(MARTA, ActionKey("k5"))) == gone
    async with pool.tenant("acme") as conn:
        assert await repository.due(conn, "acme", MONDAY) == []


async def test_what_has_begun_cannot_be_cancelled(followups: DatabaseFollowUps, pool: Database) -> None:
    made = await followups.schedule(MARTA, CALL, key=ActionKey("k6"))
    async with pool.tenant("acme") as conn:
        (row,) = await repository.due(conn, "acme", MONDAY)
        await repository.mark_begun(conn, "acme", row.follow_up_id)

    with pytest.raises(BackendRefused):
        await followups.cancel(MARTA, made.id, key=ActionKey("k7"))


async def test_two_engines_take_different_promises(followups: DatabaseFollowUps, pool: Database) -> None:
    await followups.schedule(MARTA, CALL, key=ActionKey("k8"))
    async with pool.tenant("acme") as one, pool.tenant("acme") as other:
        assert len(await repository.due(one, "acme", MONDAY)) == 1
        assert await repository.due(other, "acme", MONDAY) == []


async def test_nothing_of_a_promise_or_a_rating_is_stored_in_clear(
    followups: DatabaseFollowUps, pool: Database, vault: Vault, database: str
) -> None:
    await followups.schedule(MARTA, CALL, key=ActionKey("k9"))
    box = DatabaseFeedback(pool.tenant, vault)
    await box.put(MARTA, 2, "the parcel was wet", key=ActionKey("k10"))

    async with await psycopg.AsyncConnection.connect(database) as conn:
        rows = await (await conn.execute("select * from follow_ups")).fetchall()
        rows += await (await conn.execute("select * from feedback")).fetchall()
    cells = [cell for row in rows for cell in row]
    told = repr(rows) + "".join(cell.decode("latin-1") for cell in cells if isinstance(cell, bytes))
    assert "5550123" not in told
    assert "Marta" not in told
    assert "wet" not in told


async def test_the_same_key_rates_once_and_ratings_add_up(pool: Database, vault: Vault) -> None:
    box, before = DatabaseFeedback(pool.tenant, vault), datetime.now(UTC) - timedelta(minutes=1)
    async with pool.tenant("acme") as conn:
        await conn.execute("delete from feedback")

    first = await box.put(MARTA, 1, None, key=ActionKey("k11"))
    again = await box.put(MARTA, 1, None, key=ActionKey("k11"))
    await box.put(IVO, 5, "quick", key=ActionKey("k12"))

    assert again == first
    found = await box.done_under(IVO, ActionKey("k12"))
    assert found is not None
    assert found.comment == "quick"
    async with pool.tenant("acme") as conn:
        assert await since(conn, "acme", before) == (2, 3.0, 1)


def due_at(moment: datetime, pool: Database, vault: Vault, hub: Hub) -> DueFollowUps:
    """What looks for due promises, by this clock and the sample company's book."""
    return DueFollowUps(pool, vault, hub, shelf(), lambda: moment)


async def begun(pool: Database) -> list[tuple[str, str, str]]:
    """The actions that wait to begin, with why."""
    async with pool.tenant("acme") as conn:
        found = await conn.execute(
            "select a.action, a.status, i.why from actions a join inbox i using (tenant_id, thread_id)"
            " where i.state = 'waiting' order by a.created_at"
        )
        return await found.fetchall()


async def test_what_is_due_begins_once_by_the_books_action_for_its_kind(
    followups: DatabaseFollowUps, pool: Database, vault: Vault
) -> None:
    await followups.schedule(MARTA, CALL, key=ActionKey("k20"))
    hub = Hub()
    early = due_at(MONDAY - timedelta(seconds=1), pool, vault, hub)
    engines = [due_at(MONDAY, pool, vault, hub) for _ in range(2)]

    assert await early.begin_due("acme") == 0
    assert await begun(pool) == []
    assert sorted(await asyncio.gather(*(engine.begin_due("acme") for engine in engines))) == [0, 1]

    assert await begun(pool) == [("callback_due", "proposed", "start")]
    assert hub.work.due == 1
    assert list(await followups.open_of(MARTA)) == []


async def test_a_promise_of_a_kind_that_the_book_does_not_know_stays_until_it_does(
    followups: DatabaseFollowUps, pool: Database, vault: Vault
) -> None:
    await followups.schedule(MARTA, replace(CALL, kind="visit"), key=ActionKey("k21"))

    assert await due_at(MONDAY, pool, vault, Hub()).begin_due("acme") == 0

    assert [one.plan.kind for one in await followups.open_of(MARTA)] == ["visit"]
