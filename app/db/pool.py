"""One pool of connections, each bound to a tenant for the length of a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection, InterfaceError, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

DatabaseGone = (OperationalError, InterfaceError, PoolTimeout)
"""What is raised when PostgreSQL cannot be reached: nothing was stored, say so and let the client keep it."""

MOST_CONNECTIONS = 20
SET_TENANT = "select set_config('frontdesk.tenant', %s, true)"


async def _take_application_role(conn: AsyncConnection) -> None:
    """Give up the owner's rights, so that row-level security holds."""
    await conn.execute("set role frontdesk_app")


class Database:
    """Transactions for the application; never more than `most` connections."""

    def __init__(self, url: str, *, most: int = MOST_CONNECTIONS, wait_s: float = 5.0) -> None:
        self.url = url
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
        await self._pool.close()

    @asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[AsyncConnection]:
        """Open one short transaction that sees this tenant's rows only, and commit it at the end."""
        async with self._pool.connection() as conn, conn.transaction():
            await conn.execute(SET_TENANT, [tenant_id])
            yield conn

    @asynccontextmanager
    async def anyone(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection that sees no tenant's rows, each statement a transaction of its own.

        For look-ups by secret, and for the SQL functions that carry a whole
        unit of work in one statement (`accept_message`, `claim_turn`, `commit_turn`).
        """
        async with self._pool.connection() as conn:
            yield conn

    async def answers(self) -> bool:
        """Say whether PostgreSQL answers now."""
        try:
            async with self._pool.connection(timeout=1.0) as conn:
                await conn.execute("select 1")
        except DatabaseGone:
            return False
        return True
