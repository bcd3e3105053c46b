"""What came of carrying a line, written down in one transaction."""

import logging
from datetime import datetime, timedelta
from typing import Any

from app.outbox import repository as sql
from app.outbox.deps import OutboxDeps, provider_place
from app.outbox.instead import given_up
from app.outbox.letters import Letter
from app.outbox.port import DeliveryFailed, Errand
from app.outbox.reports import apply_early
from app.outbox.schedule import after

log = logging.getLogger(__name__)


async def arrived(deps: OutboxDeps, letter: Letter, errand: Errand, provider_id: str) -> bool:
    """Note that a provider took a message; False when the line is somebody else's by now."""
    now, tenant_id = deps.clock(), errand.tenant_id
    last = errand.number == errand.of
    values = _values(letter, tenant_id, now) | {
        "state": "sent" if last else "waiting",
        "parts": errand.number,
        "until": None if last else now + timedelta(seconds=deps.lease_s),
    }
    index = deps.vault.blind_index(tenant_id, provider_place(errand.channel, provider_id))
    part = {"part": errand.number, "index": index if provider_id else None}
    async with deps.tenants.tenant(tenant_id) as conn:
        if provider_id:
            await conn.execute(sql.LOCK_REPORT, [index.hex()])
        if not await sql.changed(conn, sql.SETTLE, values):
            return False
        await conn.execute(sql.ADD_PART, values | part)
        if provider_id:
            await apply_early(deps, conn, tenant_id, index, now)
        if last:
            await conn.execute(sql.RECOUNT, values)
    if last:
        deps.hub.changed(tenant_id, letter.line.conversation_id)
    return True


async def failed(deps: OutboxDeps, tenant_id: str, letter: Letter, failure: DeliveryFailed) -> None:
    """Put a line back until it is tried again, or give it up and let another channel stand in."""
    now, line = deps.clock(), letter.line
    coming = after(failure, line.attempts, now)
    log.info("%s: attempt %d of a reply failed: %s", line.channel, coming.attempts, coming.why)
    dead = coming.due is None
    values = _values(letter, tenant_id, now) | {
        "state": "dead" if dead else "waiting",
        "attempts": coming.attempts,
        "due": coming.due,
        "error": coming.why,
    }
    async with deps.tenants.tenant(tenant_id) as conn:
        if await sql.changed(conn, sql.SETTLE, values) and dead:
            await given_up(deps, conn, tenant_id, line.conversation_id, line.entry_no, line.channel, now)
    if dead:
        deps.hub.changed(tenant_id, line.conversation_id)


def _values(letter: Letter, tenant_id: str, now: datetime) -> dict[str, Any]:
    line = letter.line
    return {
        "tenant": tenant_id,
        "outbox_id": line.outbox_id,
        "taken": line.taken,
        "attempts": line.attempts,
        "parts": line.parts,
        "due": None,
        "until": None,
        "error": None,
        "now": now,
    }
