"""Arrays written by hand arrive as PostgreSQL's own would."""

import psycopg
import pytest

from app.db.arrays import Blobs, Numbers, Texts


@pytest.mark.parametrize(
    ("written", "kind", "values"),
    [
        (Texts, "text[]", ["a", "", None, 'größer, "quoted", {braced} \\ \N{GRINNING FACE}']),
        (Blobs, "bytea[]", [b"", b"\x00\xff", None]),
        (Numbers, "float8[]", [0.0, -1.5, None, 1e300]),
        (Texts, "text[]", []),
        (Blobs, "bytea[]", [None]),
    ],
)
async def test_an_array_comes_back_as_it_was_written(
    database: str, written: type[Texts | Blobs | Numbers], kind: str, values: list[object]
) -> None:
    async with await psycopg.AsyncConnection.connect(database) as conn:
        row = await (await conn.execute(f"select %s::{kind}", [written(values)])).fetchone()  # type: ignore[arg-type]
    assert row == (values,)


async def test_a_text_that_cannot_be_stored_is_refused(database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as conn:
        with pytest.raises(psycopg.DataError):
            await conn.execute("select %s::text[]", [Texts(["a\x00b"])])
