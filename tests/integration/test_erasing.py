"""Erasing a customer: nothing that is theirs stays in any table, and nothing of anybody else goes."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from app.conversations.feed.repository import newest_cursor
from app.search.indexing import SearchIndex
from app.search.repository import IndexLine, add, progress
from app.turns.store import LostFence
from graphs.draft import Draft, Reply
from tests.integration.front import TENANT, Front, give_key, open_front

URL = "/api/v1/customers"
FILLERS = {
    "text": lambda: secrets.token_hex(6),
    "bytea": lambda: secrets.token_bytes(6),
    "bigint": lambda: secrets.randbelow(10**9),
    "integer": lambda: secrets.randbelow(10**6),
    "smallint": lambda: 1,
    "real": lambda: 0.5,
    "boolean": lambda: False,
    "timestamp with time zone": lambda: "2026-01-01T00:00:00Z",
    "date": lambda: "2026-01-01",
    "ARRAY": list,
    "jsonb": lambda: "{}",
    "xid8": lambda: "1",
}
# Wider than what the code looks for: a column that is named otherwise is noticed here.
WHOSE = """select table_name, column_name from information_schema.columns
  where table_schema = 'public' and (data_type = 'text'
      and (column_name ~ '(conversation|thread|customer)' or column_name ~ '^(kept|gone|one|other)_id$')
    or data_type = 'bytea' and column_name ~ '^(address|party)_index$')"""
NEEDED = """select column_name, data_type from information_schema.columns
  where table_schema = 'public' and table_name = %s and is_nullable = 'NO' and column_default is null
    and is_identity = 'NO' and is_generated = 'NEVER'"""
CHECKS = """select conrelid::regclass::text, conname from pg_constraint
  where contype in ('c', 'f') and connamespace = 'public'::regnamespace"""


ADDRESSES: dict[str, bytes] = {}
"""The blind index of each customer's address."""


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        scopes = ("messages:write", "conversations:read", "conversations:act", "customers:read", "audit:read")
        opened.key = await give_key(opened, "eraser", (*scopes, "customers:manage", "customers:erase"))
        yield opened


async def customer_of(front: Front, conversation: str) -> str:
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    return str(shown["profile"]["customer_id"])


async def erase(front: Front, customer: str) -> tuple[int, Any]:
    return await front.call("DELETE", f"{URL}/{customer}")


async def test_no_table_keeps_a_row_of_whoever_is_erased(front: Front, database: str) -> None:
    conversation, other = (
        await front.says("erase me", customer=None),
        await front.says("not me", customer=None),
    )
    customer, neighbour = await customer_of(front, conversation), await customer_of(front, other)
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as owner:
        for table, name in await (await owner.execute(CHECKS)).fetchall():
            await owner.execute(
                SQL("alter table {} drop constraint {}").format(Identifier(table), Identifier(name))
            )
        for one in (customer, neighbour):
            ADDRESSES[one] = await address_of(owner, one)
        tables = await tables_of(owner)
        assert len(tables) > 25
        for table, columns in tables.items():
            await put(owner, table, columns, customer, conversation)
            await put(owner, table, columns, neighbour, other)
        stood = {
            table: await count(owner, table, columns, neighbour, other) for table, columns in tables.items()
        }

        status, done = await erase(front, customer)

        assert (status, done["conversations"]) == (200, 1), done
        kept = [
            table
            for table, columns in tables.items()
            if await count(owner, table, columns, customer, conversation)
        ]
        assert kept == []
        for table, columns in tables.items():
            assert await count(owner, table, columns, neighbour, other) == stood[table] > 0, table


async def address_of(owner: psycopg.AsyncConnection, customer: str) -> bytes:
    found = await owner.execute("select address_index from identities where customer_id = %s", [customer])
    row = await found.fetchone()
    assert row is not None
    return bytes(row[0])


async def tables_of(owner: psycopg.AsyncConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in await (await owner.execute(WHOSE)).fetchall():
        found.setdefault(str(table), []).append(str(column))
    return found


def whose(column: str, customer: str, conversation: str) -> str | bytes:
    if column.endswith("_index"):
        return ADDRESSES[customer]
    return conversation if "conversation" in column or "thread" in column else customer


async def put(
    owner: psycopg.AsyncConnection, table: str, columns: list[str], customer: str, conversation: str
) -> None:
    """Add a row that names the customer or the conversation wherever a column may; one may stand already."""
    needed = dict(await (await owner.execute(NEEDED, [table])).fetchall())
    row = {name: FILLERS[kind]() for name, kind in needed.items()}
    row |= {
        name: whose(name, customer, conversation) for name in columns if name in row or "merged" not in name
    }
    row["tenant_id"] = TENANT
    names = SQL(", ").join(map(Identifier, row))
    marks = SQL(", ").join(SQL("%s") for _ in row)
    statement = SQL("insert into {} ({}) values ({}) on conflict do nothing")
    await owner.execute(statement.format(Identifier(table), names, marks), list(row.values()))


async def count(
    owner: psycopg.AsyncConnection, table: str, columns: list[str], customer: str, conversation: str
) -> int:
    tests = SQL(" or ").join(SQL("{} = %s").format(Identifier(column)) for column in columns)
    values = [whose(column, customer, conversation) for column in columns]
    row = await (
        await owner.execute(SQL("select count(*) from {} where {}").format(Identifier(table), tests), values)
    ).fetchone()
    assert row is not None
    return int(row[0])


async def test_who_was_merged_in_goes_too_and_whoever_writes_again_is_somebody_new(front: Front) -> None:
    first, second = (
        await front.says("one", sender="sven-a", customer=None),
        await front.says("two", sender="sven-b", customer=None),
    )
    kept, gone = await customer_of(front, first), await customer_of(front, second)
    assert (await front.call("POST", f"{URL}/{kept}/merge", {"other": gone}))[0] == 200

    assert (await erase(front, kept))[1]["conversations"] == 2
    for one in (kept, gone):
        assert (await front.call("GET", f"{URL}/{one}"))[0] == 404
        assert (await erase(front, one))[0] == 404
    for one in (first, second):
        assert (await front.call("GET", f"/api/v1/conversations/{one}"))[0] == 404
    again = await front.says("hello again", sender="sven-b", customer=None)
    assert await customer_of(front, again) not in {kept, gone}


async def test_the_audit_says_that_it_was_done_and_by_whom(front: Front) -> None:
    customer = await customer_of(front, await front.says("my name is Ove", customer=None))
    await erase(front, customer)
    lines = (await front.call("GET", f"/api/v1/admin/audit?subject_id={customer}"))[1]["items"]
    assert [(line["action"], line["actor_id"]) for line in lines] == [("customer.erased", "eraser")]
    assert set(lines[0]["detail"]) == {"conversations", "rows"}


async def test_a_reply_that_is_worked_out_meanwhile_is_not_written(front: Front) -> None:
    conversation = await front.says("what do you know of me?", customer=None)
    claim = await front.claim(conversation)
    await erase(front, await customer_of(front, conversation))
    assert isinstance(await front.commit(claim, Draft(replies=[Reply(text="Everything.")])), LostFence)
    assert (await front.call("GET", f"/api/v1/conversations/{conversation}"))[0] == 404


async def test_while_a_system_acts_for_a_customer_nothing_is_erased(front: Front) -> None:
    conversation = await front.says("refund me", customer=None)
    customer = await customer_of(front, conversation)
    action = await front.wants_approval(conversation)
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update actions set status = 'running' where action_id = %s", [action])

    status, problem = await erase(front, customer)

    assert (status, problem["type"]) == (409, "/problems/action-running")
    assert (await front.call("GET", f"/api/v1/conversations/{conversation}"))[0] == 200


async def test_only_an_administrator_erases(front: Front) -> None:
    customer = await customer_of(front, await front.says("stay", customer=None))
    manager = await give_key(front, "manager", ("customers:read", "customers:manage", "customers:export"))
    assert (await front.call("DELETE", f"{URL}/{customer}", key=manager))[0] == 403


async def test_a_line_that_is_being_indexed_meanwhile_cannot_be_found_afterwards(front: Front) -> None:
    conversation = await front.says("xylophone lamp", customer=None)
    await front.answers(conversation, "Yes?")
    customer = await customer_of(front, conversation)
    index = SearchIndex(front.database, front.vault)
    await index.catch_up(TENANT)
    async with front.database.tenant(TENANT) as conn:
        await progress(conn, TENANT, await newest_cursor(conn, TENANT))
        erasing = asyncio.create_task(erase(front, customer))
        await asyncio.wait([erasing], timeout=0.2)
        assert not erasing.done()
        lines = [IndexLine(conversation_id=conversation, entry_no=1, written_at=front.clock(), words=[7])]
        await add(conn, TENANT, lines)

    assert (await erasing)[0] == 200
    await index.catch_up(TENANT)
    async with front.database.tenant(TENANT) as conn:
        found = await conn.execute("select 1 from search_lines where conversation_id = %s", [conversation])
        assert await found.fetchone() is None
