"""The tenants of this installation."""

from psycopg import AsyncConnection

TENANTS = "select tenant_id from tenants order by tenant_id"
ADD_TENANT = "insert into tenants (tenant_id, name) values (%s, %s) on conflict do nothing"


async def tenant_ids(conn: AsyncConnection) -> list[str]:
    """Return the ids of all tenants."""
    return [row[0] for row in await (await conn.execute(TENANTS)).fetchall()]


async def add_tenant(conn: AsyncConnection, tenant_id: str, name: str) -> None:
    """Add a tenant unless there is one of that id."""
    await conn.execute(ADD_TENANT, [tenant_id, name])
