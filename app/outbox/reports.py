"""What providers say of messages that they took: delivered, read, failed; in any order, even too early."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.feed.repository import record_event
from app.outbox import repository as sql
from app.outbox.deps import OutboxDeps, provider_place
from app.outbox.instead import given_up
from app.outbox.port import DeliveryState

RANK = {"sent": 0, "delivered": 1, "read": 2}


class Reports:
    """Takes reports; see `DeliveryChanged`."""

    def __init__(self, deps: OutboxDeps) -> None:
        self._deps = deps

    async def __call__(
        self, tenant_id: str, channel: str, provider_id: str, state: DeliveryState, error: str | None = None
    ) -> bool:
        """Note a report; one of a message that is not noted yet waits for it."""
        deps, now = self._deps, self._deps.clock()
        index = deps.vault.blind_index(tenant_id, provider_place(channel, provider_id))
        async with deps.tenants.tenant(tenant_id) as conn:
            await conn.execute(sql.LOCK_REPORT, [index.hex()])
            part = await sql.part_of(conn, tenant_id, index)
            if part is None:
                return await _keep(conn, tenant_id, index, state, error, now)
            new = await apply(deps, conn, tenant_id, part, index, state, error, now)
        if new:
            deps.hub.changed(tenant_id, part.conversation_id)
        return new


async def apply_early(
    deps: OutboxDeps, conn: AsyncConnection, tenant_id: str, index: bytes, now: datetime
) -> None:
    """Take in what was reported of a message before it was noted."""
    found = await (await conn.execute(sql.TAKE_EARLY, [tenant_id, index])).fetchone()
    part = await sql.part_of(conn, tenant_id, index) if found else None
    if found is not None and part is not None:
        await apply(deps, conn, tenant_id, part, index, found[0], found[1], now)


async def apply(
    deps: OutboxDeps,
    conn: AsyncConnection,
    tenant_id: str,
    part: sql.PartRow,
    index: bytes,
    state: DeliveryState,
    error: str | None,
    now: datetime,
) -> bool:
    """Move a message on, never back, and its line with it; False when nothing is new."""
    named = {"tenant": tenant_id, "outbox_id": part.outbox_id, "now": now}
    if state == "failed":
        return await _failed(deps, conn, part, named, error or "the provider says that it was not delivered")
    if RANK[state] <= RANK[part.state]:
        return False
    await conn.execute(sql.REPORTED, [state, now, tenant_id, index])
    if await sql.changed(conn, sql.RECOUNT, named):
        facts = {"entry_no": part.entry_no, "channel": part.channel, "state": state}
        await record_event(conn, deps.vault, tenant_id, "delivery.changed", part.conversation_id, facts, now)
    return True


async def _failed(
    deps: OutboxDeps, conn: AsyncConnection, part: sql.PartRow, named: dict[str, object], error: str
) -> bool:
    """Give a line up that its provider took and could not deliver."""
    tenant_id, now = str(named["tenant"]), named["now"]
    assert isinstance(now, datetime)
    if part.state != "sent" or not await sql.changed(conn, sql.BURY, named | {"error": error[:200]}):
        return False
    await given_up(deps, conn, tenant_id, part.conversation_id, part.entry_no, part.channel, now)
    return True


async def _keep(
    conn: AsyncConnection,
    tenant_id: str,
    index: bytes,
    state: DeliveryState,
    error: str | None,
    now: datetime,
) -> bool:
    """Keep a report that came too early; that a message was sent need not be kept."""
    if state == "sent":
        return False
    values = {"tenant": tenant_id, "index": index, "state": state, "error": error, "now": now}
    return await sql.changed(conn, sql.TOO_EARLY, values)
