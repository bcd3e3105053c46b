"""Statements that are prepared once and written by hand arrive as PostgreSQL's own would."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.db import Database
from app.db.arrays import Blobs, Numbers, Texts
from app.db.prepared import Prepared

MOMENT = datetime(2026, 11, 22, 4, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
async def conn(database: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection as the pool makes them."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
        yield conn


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("text[]", Texts(["a", "", None, 'größer, "quoted", {braced} \\ \N{GRINNING FACE}']), None),
        ("bytea[]", Blobs([b"", b"\x00\xff", None]), None),
        ("float8[]", Numbers([0.0, -1.5, None, 1e300]), None),
        ("text[]", Texts([]), None),
        ("bytea[]", Blobs([None]), None),
        ("text", "größer \N{GRINNING FACE}", ...),
        ("text", None, ...),
        ("bytea", b"\x00\xff", ...),
        ("boolean", False, ...),
        ("bigint", -(2**62), ...),
        ("float8", 0.1, ...),
        ("timestamptz", MOMENT, ...),
        ("timestamptz", datetime(1969, 12, 31, 23, 59, tzinfo=UTC), ...),
        ("jsonb", Jsonb({"reasons": ["a"], "urgency": 5.0, "none": None}), None),
    ],
)
async def test_a_value_comes_back_as_it_was_written(
    conn: psycopg.AsyncConnection, kind: str, written: Any, read: Any
) -> None:
    wanted = written if read is ... else written.obj if isinstance(written, Jsonb) else written.values
    statement = Prepared(f"select %(value)s::{kind} as value, %(value)s::{kind} is null as absent")

    first = await statement.record(conn, {"value": written})
    again = await statement.record(conn, {"value": written})
    assert first == again == {"value": wanted, "absent": written is None}


async def test_a_text_that_cannot_be_stored_is_refused(conn: psycopg.AsyncConnection) -> None:
    with pytest.raises(psycopg.DataError):
        await Prepared("select %(value)s::text[]").row(conn, {"value": Texts(["a\x00b"])})
    assert await Prepared("select 1").row(conn, {}) == (1,)


async def test_what_the_database_refuses_keeps_its_code(conn: psycopg.AsyncConnection) -> None:
    await conn.execute(
        """create function pg_temp.raise_code(code text) returns text language plpgsql as
           $$ begin raise exception 'no' using errcode = code; end $$"""
    )
    raising = Prepared("select pg_temp.raise_code(%(code)s)")
    with pytest.raises(psycopg.DatabaseError) as refused:
        await raising.row(conn, {"code": "FD403"})
    assert refused.value.sqlstate == "FD403"


async def test_a_statement_that_finds_nothing_says_so(conn: psycopg.AsyncConnection) -> None:
    assert await Prepared("select 1 where %(found)s").row(conn, {"found": False}) is None


async def test_it_is_prepared_anew_where_the_server_forgot_it(database: str) -> None:
    statement = Prepared("select %(value)s::text")
    pool = Database(database, most=2)
    await pool.open()
    try:
        async with pool.anyone() as conn:
            assert await statement.row(conn, {"value": "a"}) == ("a",)
            await conn.execute("deallocate all")
            assert await statement.row(conn, {"value": "b"}) == ("b",)
        with pytest.raises(psycopg.DataError):
            await _fails(pool)
        async with pool.tenant("acme") as conn:
            assert await statement.row(conn, {"value": "c"}) == ("c",)
    finally:
        await pool.close()


async def _fails(pool: Database) -> None:
    """Run statements that psycopg prepares, then one that fails: it lets the server forget all of them."""
    async with pool.tenant("acme") as conn:
        for _ in range(4):
            await conn.execute("select %s::int", ["1"])
        await conn.execute("select 1/0")


async def test_a_row_that_got_another_shape_is_read_in_it(conn: psycopg.AsyncConnection) -> None:
    statement = Prepared("select * from shape")
    await conn.execute("create temp table shape as select 1 as one")
    assert await statement.record(conn, {}) == {"one": 1}
    await conn.execute("alter table shape add column two text default 'b'")
    assert await statement.record(conn, {}) == {"one": 1, "two": "b"}
