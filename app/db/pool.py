"""One pool of connections, each bound to a tenant for the length of a transaction."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import lru_cache
from types import TracebackType

from psycopg import AsyncConnection, InterfaceError, OperationalError
from psycopg.sql import SQL, Literal
from psycopg_pool import AsyncConnectionPool, PoolTimeout

DatabaseGone = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised when PostgreSQL cannot be reached: nothing was stored, say so and let the client keep it."""

MOST_CONNECTIONS = 20
LONGEST_S = 8.0
"""A short transaction that lasts longer meets a server that hangs: its line is cut."""
BEGIN_FOR = SQL("begin; select set_config('frontdesk.tenant', {}, true)")


@lru_cache(maxsize=1024)
def _begin_for(tenant_id: str) -> bytes:
    """Two statements in one round trip; such a pair takes no parameters."""
    return BEGIN_FOR.format(Literal(tenant_id)).as_bytes()


async def _take_application_role(conn: AsyncConnection) -> None:
    """Give up the owner's rights, so that row-level security holds."""
    await conn.execute("set role frontdesk_app")


def hang_up(conn: AsyncConnection) -> None:
    """Cut a connection's line, so that whoever waits on it learns at once that the server is gone.

    Cancelling the wait instead would ask the hanging server to cancel, and wait for that as well.
    """
    with suppress(OSError, OperationalError), socket.socket(fileno=os.dup(conn.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


class _Lent:
    """One connection, lent out; a class, because nested generators cost a tenth of a round trip each."""

    def __init__(
        self, pool: AsyncConnectionPool, longest_s: float, wait_s: float | None, broken: Callable[[], None]
    ) -> None:
        self._pool = pool
        self._longest_s = longest_s
        self._wait_s = wait_s
        self._broken = broken

    async def __aenter__(self) -> AsyncConnection:
        self._conn = await self._pool.getconn(self._wait_s)
        self._watch = asyncio.get_running_loop().call_later(self._longest_s, hang_up, self._conn)
        return self._conn

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.cancel()
        if isinstance(error, (OperationalError, InterfaceError)):
            self._broken()
        await self._pool.putconn(self._conn)


class Database:
    """Transactions for the application; never more than `most` connections."""

    def __init__(
        self, url: str, *, most: int = MOST_CONNECTIONS, wait_s: float = 5.0, longest_s: float = LONGEST_S
    ) -> None:
        self.url = url
        self._longest_s = longest_s
        self._looking: asyncio.Task[None] | None = None
        self._pool = AsyncConnectionPool(
            url,
            min_size=2,
            max_size=most,
            timeout=wait_s,
            open=False,
            configure=_take_application_role,
            check=None,
            kwargs={"prepare_threshold": 2, "autocommit": True},
            reconnect_timeout=30.0,
        )

    async def open(self) -> None:
        """Connect; fails at once with the reason when the database cannot be reached."""
        await self._pool.open(wait=True, timeout=30.0)

    async def close(self) -> None:
        """Give all connections back."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._pool.close()

    @asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[AsyncConnection]:
        """Open one short transaction that sees this tenant's rows only, and commit it at the end."""
        async with self.anyone() as conn:
            try:
                await conn.execute(_begin_for(tenant_id), prepare=False)
                yield conn
            except BaseException:
                with suppress(*DatabaseGone):  # with the connection its transaction is gone
                    await conn.rollback()
                raise
            await conn.commit()

    def anyone(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend a connection that sees no tenant's rows, each statement a transaction of its own.

        For look-ups by secret, and for the SQL functions that carry a whole
        unit of work in one statement (`accept_message`, `claim_turn`, `commit_turn`).
        """
        return _Lent(self._pool, self._longest_s, None, self._look_at_the_others)

    async def answers(self) -> bool:
        """Say whether PostgreSQL answers now."""
        try:
            async with _Lent(self._pool, 1.0, 1.0, self._look_at_the_others) as conn:
                await conn.execute("select 1")
        except DatabaseGone:
            return False
        return True

    def _look_at_the_others(self) -> None:
        """One line is dead: the others probably are too, so replace them before they fail somebody."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._pool.check())
