"""Statements that every message runs: prepared once a connection, written and read in binary.

A cursor finds out at each execution what is known beforehand: the order of the arguments, how each is
written, how each column is read. That is most of what a short statement costs this process.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from struct import Struct
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from psycopg import AsyncConnection, generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import Jsonb

from app.db.arrays import Blobs, Numbers, Texts

_NAMED = re.compile(r"%\((\w+)\)s")
_LONG, _DOUBLE = Struct("!q"), Struct("!d")
_EPOCH, _TICK = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_STALE = (InvalidSqlStatementName, FeatureNotSupported)
"""The connection does not know the statement any more, or its rows have another shape now."""

_WRITERS: Mapping[type, Callable[[Any], bytes | None]] = {
    type(None): lambda value: None,
    str: str.encode,
    bytes: bytes,
    bool: lambda value: b"\1" if value else b"\0",
    int: _LONG.pack,
    float: _DOUBLE.pack,
    datetime: lambda value: _LONG.pack((value - _EPOCH) // _TICK),
    Texts: Texts.written,
    Blobs: Blobs.written,
    Numbers: Numbers.written,
    Jsonb: lambda value: b"\1" + orjson.dumps(value.obj),
}
"""How PostgreSQL reads each in binary: whole numbers as `bigint`, others as `float8`."""

_numbers = count()
_known: WeakKeyDictionary[AsyncConnection, dict["Prepared", bytes]] = WeakKeyDictionary()
"""What each connection has prepared, and under which name."""


def forget(conn: AsyncConnection) -> None:
    """Prepare anew on this connection: psycopg lets a server drop all statements after a rollback."""
    _known.pop(conn, None)


async def tell(conn: AsyncConnection, statements: bytes) -> None:
    """Run statements that take nothing and tell nothing, in one round trip."""

    def run() -> PQGen[None]:
        conn.pgconn.send_query(statements)
        _checked((yield from generators.execute(conn.pgconn)))

    async with conn.lock:
        await conn.wait(run())


class Prepared:
    """A statement whose arguments are named as in `%(name)s`; it gives one row or none."""

    def __init__(self, statement: str) -> None:
        self._names = tuple(dict.fromkeys(_NAMED.findall(statement)))
        places = {one: f"${place}" for place, one in enumerate(self._names, 1)}
        self._text = _NAMED.sub(lambda found: places[found[1]], statement).encode()
        self._formats = [Format.BINARY] * len(self._names)
        self._reads = Transformer()
        self._columns: tuple[str, ...] = ()

    async def record(self, conn: AsyncConnection, named: Mapping[str, Any]) -> dict[str, Any] | None:
        """Run it and return its row by the names of the columns."""
        found = await self.row(conn, named)
        return None if found is None else dict(zip(self._columns, found, strict=True))

    async def row(self, conn: AsyncConnection, named: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it and return its row."""
        values = [_WRITERS[type(value)](value) for value in [named[name] for name in self._names]]
        async with conn.lock:
            try:
                return await conn.wait(self._run(conn, values))
            except _STALE:
                # Refused before anything was done; inside of a transaction that is over with it.
                forget(conn)
                if conn.pgconn.transaction_status != TransactionStatus.IDLE:
                    raise
                return await conn.wait(self._run(conn, values))

    def _run(self, conn: AsyncConnection, values: Sequence[bytes | None]) -> PQGen[tuple[Any, ...] | None]:
        line, name = conn.pgconn, _known.get(conn, {}).get(self)
        fresh = name is None
        if name is None:
            name = yield from self._prepare(conn)
        line.send_query_prepared(name, values, self._formats, Format.BINARY)
        result = _checked((yield from generators.execute(line)))
        self._reads.set_pgresult(result, set_loaders=fresh, format=Format.BINARY)
        if fresh:
            self._columns = tuple([(result.fname(at) or b"").decode() for at in range(result.nfields)])
        return self._reads.load_row(0, tuple) if result.ntuples else None

    def _prepare(self, conn: AsyncConnection) -> PQGen[bytes]:
        """Prepare it on a connection, under a name that was never used."""
        name = f"frontdesk_{next(_numbers)}".encode()
        conn.pgconn.send_prepare(name, self._text)
        _checked((yield from generators.execute(conn.pgconn)))
        _known.setdefault(conn, {})[self] = name
        return name


def _checked(results: list[PGresult]) -> PGresult:
    """Return the result, or raise what the server said."""
    result = results[-1]
    if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        raise error_from_result(result)
    return result
