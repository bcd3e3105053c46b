"""One pool of connections, each bound to a tenant for the length of a transaction."""

import asyncio
import os
import socket
from contextlib import AbstractAsyncContextManager, suppress
from functools import lru_cache
from types import TracebackType

from psycopg import AsyncConnection, InterfaceError, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Literal
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from app.db.prepared import forget, tell

DatabaseGone = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised when PostgreSQL cannot be reached: nothing was stored, say so and let the client keep it."""

MOST_CONNECTIONS = 20
AT_HAND_S, MOST_AT_HAND = 60.0, 16
"""How long, and how many, connections are lent again before the pool sees to their age and number."""
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

    def __init__(self, lender: "Database", longest_s: float, wait_s: float | None) -> None:
        self._lender = lender
        self._longest_s = longest_s
        self._wait_s = wait_s

    async def __aenter__(self) -> AsyncConnection:
        self._conn, self._since = await self._lender.take(self._wait_s)
        self._watch = asyncio.get_running_loop().call_later(self._longest_s, hang_up, self._conn)
        return self._conn

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.cancel()
        await self._lender.give_back(self._conn, self._since, error)


class _Bound(_Lent):
    """One connection in a transaction that sees one tenant's rows."""

    def __init__(self, lender: "Database", longest_s: float, tenant_id: str) -> None:
        super().__init__(lender, longest_s, None)
        self._begin = _begin_for(tenant_id)

    async def __aenter__(self) -> AsyncConnection:
        conn = await super().__aenter__()
        try:
            await tell(conn, self._begin)
        except BaseException as error:
            await self.__aexit__(type(error), error, None)
            raise
        return conn

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._conn.commit()
            else:
                forget(self._conn)
                with suppress(*DatabaseGone):  # with the connection its transaction is gone
                    await self._conn.rollback()
        except BaseException as failed:
            await super().__aexit__(type(failed), failed, None)
            raise
        await super().__aexit__(kind, error, trace)


class Database:
    """Transactions for the application; never more than `most` connections."""

    def __init__(
        self, url: str, *, most: int = MOST_CONNECTIONS, wait_s: float = 5.0, longest_s: float = LONGEST_S
    ) -> None:
        self.url = url
        self._longest_s = longest_s
        self._looking: asyncio.Task[None] | None = None
        self._hand: list[tuple[AsyncConnection, float]] = []
        """Given back a moment ago, with when they left the pool: lent again without its bookkeeping."""
        self._asking = 0
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
        await self._empty_hand()
        await self._pool.close()

    async def take(self, wait_s: float | None) -> tuple[AsyncConnection, float]:
        """Return a connection, and when it left the pool; whoever takes one gives it back."""
        if self._hand:
            return self._hand.pop()
        self._asking += 1
        try:
            return await self._pool.getconn(wait_s), asyncio.get_running_loop().time()
        finally:
            self._asking -= 1

    async def give_back(self, conn: AsyncConnection, since: float, error: BaseException | None) -> None:
        """Keep a connection at hand for the next, unless somebody waits for the pool or it is not well."""
        if isinstance(error, (OperationalError, InterfaceError)):
            self._look_at_the_others()
        lately = asyncio.get_running_loop().time() < since + AT_HAND_S and not self._pool.closed
        well = conn.pgconn.transaction_status == TransactionStatus.IDLE
        if lately and well and not self._asking and len(self._hand) < MOST_AT_HAND:
            self._hand.append((conn, since))
        else:
            await self._pool.putconn(conn)

    async def _empty_hand(self) -> None:
        while self._hand:
            await self._pool.putconn(self._hand.pop()[0])

    def tenant(self, tenant_id: str) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open one short transaction that sees this tenant's rows only, and commit it at the end."""
        return _Bound(self, self._longest_s, tenant_id)

    def anyone(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend a connection that sees no tenant's rows, each statement a transaction of its own.

        For look-ups by secret, and for the SQL functions that carry a whole
        unit of work in one statement (`accept_message`, `claim_turn`, `commit_turn`).
        """
        return _Lent(self, self._longest_s, None)

    async def answers(self) -> bool:
        """Say whether PostgreSQL answers now."""
        try:
            async with _Lent(self, 1.0, 1.0) as conn:
                await conn.execute("select 1")
        except DatabaseGone:
            return False
        return True

    def _look_at_the_others(self) -> None:
        """One line is dead: the others probably are too, so replace them before they fail somebody."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        await self._empty_hand()
        await self._pool.check()
