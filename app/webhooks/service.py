"""Making, changing and replaying webhooks; each call is one transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from psycopg import AsyncConnection

from app.conversations.feed.repository import newest_cursor
from app.webhooks import repository as sql
from app.webhooks import sending
from app.webhooks.courier import Receipt
from app.webhooks.deps import WebhookDeps
from app.webhooks.messages import Message, messages_of
from app.webhooks.shapes import ChangedWebhook, NewWebhook
from app.webhooks.signing import Secret, new_secret

REPLAYED = 1000
"""Events that one call replays."""


def sealed_secrets(deps: WebhookDeps, tenant_id: str, webhook_id: str, held: Sequence[Secret]) -> bytes:
    """Seal secrets for their row."""
    stored = [{"value": one.value, "until": one.until.isoformat() if one.until else None} for one in held]
    return deps.vault.seal(tenant_id, orjson.dumps(stored), f"webhooks:secrets:{webhook_id}")


def sealed_url(deps: WebhookDeps, tenant_id: str, webhook_id: str, url: str) -> bytes:
    """Seal an address, which may carry a token, for its row."""
    return deps.vault.seal(tenant_id, url.encode(), f"webhooks:url:{webhook_id}")


async def make(deps: WebhookDeps, tenant_id: str, wanted: NewWebhook) -> tuple[sql.Row, str]:
    """Make a webhook that is told what happens from now on; with its secret."""
    webhook_id, secret = f"wh_{secrets.token_hex(8)}", wanted.secret or new_secret()
    async with deps.tenants.tenant(tenant_id) as conn:
        cursor = await newest_cursor(conn, tenant_id)
        values = {
            "tenant": tenant_id,
            "webhook_id": webhook_id,
            "url": sealed_url(deps, tenant_id, webhook_id, wanted.url),
            "description": wanted.description,
            "events": list(dict.fromkeys(wanted.events)),
            "include_text": wanted.include_text,
            "secrets": sealed_secrets(deps, tenant_id, webhook_id, [Secret(value=secret)]),
            "xact": str(cursor.xact),
            "event": cursor.event_id,
            "now": deps.clock(),
        }
        await conn.execute(sql.INSERT, values)
        row = await sql.one(conn, tenant_id, webhook_id)
    assert row is not None
    return row, secret


async def listed(deps: WebhookDeps, tenant_id: str) -> list[sql.Row]:
    """All webhooks, oldest first."""
    async with deps.tenants.tenant(tenant_id) as conn:
        return await sql.rows(conn, sql.LIST, tenant_id)


async def one(deps: WebhookDeps, tenant_id: str, webhook_id: str) -> sql.Row | None:
    """One webhook, or None when there is no such."""
    async with deps.tenants.tenant(tenant_id) as conn:
        return await sql.one(conn, tenant_id, webhook_id)


async def change(
    deps: WebhookDeps, tenant_id: str, webhook_id: str, wanted: ChangedWebhook
) -> sql.Row | None:
    """Change what is named. One that is switched on again is told what happens from now on."""
    async with deps.tenants.tenant(tenant_id) as conn:
        row = await sql.one(conn, tenant_id, webhook_id, lock=True)
        if row is None:
            return None
        values = _values(tenant_id, row)
        given = wanted.model_dump(exclude_none=True, include={"events", "description", "include_text"})
        values |= given
        if wanted.url is not None:
            values["url"] = sealed_url(deps, tenant_id, webhook_id, wanted.url)
        if wanted.enabled is False and row.state == "on":
            values |= {"state": "off", "off_reason": "switched off by hand"}
        if wanted.enabled and row.state == "off":
            newest = await newest_cursor(conn, tenant_id)
            values |= {"state": "on", "off_reason": None, "xact": str(newest.xact), "event": newest.event_id}
        await conn.execute(sql.UPDATE, values)
        return await sql.one(conn, tenant_id, webhook_id)


def _values(tenant_id: str, row: sql.Row) -> dict[str, Any]:
    """A webhook's row as it is, to be changed."""
    return {
        "tenant": tenant_id,
        "webhook_id": row.webhook_id,
        "url": row.url,
        "description": row.description,
        "events": row.events,
        "include_text": row.include_text,
        "secrets": row.secrets,
        "state": row.state,
        "off_reason": row.off_reason,
        "xact": row.cursor_xact,
        "event": row.cursor_event,
    }


async def remove(deps: WebhookDeps, tenant_id: str, webhook_id: str) -> bool:
    """Remove a webhook with its messages; False when there is no such."""
    async with deps.tenants.tenant(tenant_id) as conn:
        return (await conn.execute(sql.DELETE, [tenant_id, webhook_id])).rowcount == 1


async def rotate(
    deps: WebhookDeps, tenant_id: str, webhook_id: str, keep_hours: float
) -> tuple[str, datetime] | None:
    """Give a new secret; the old one signs beside it for a while, so that receivers can change over."""
    now = deps.clock()
    until = now + timedelta(hours=keep_hours)
    async with deps.tenants.tenant(tenant_id) as conn:
        row = await sql.one(conn, tenant_id, webhook_id, lock=True)
        if row is None:
            return None
        held = sending.opened(deps.vault, tenant_id, row).secrets
        old = [Secret(value=one.value, until=min(one.until or until, until)) for one in held]
        fresh = new_secret()
        kept = [Secret(value=fresh), *(one for one in old if one.until and one.until > now)]
        values = _values(tenant_id, row) | {"secrets": sealed_secrets(deps, tenant_id, webhook_id, kept)}
        await conn.execute(sql.UPDATE, values)
    return fresh, until


async def test(deps: WebhookDeps, tenant_id: str, webhook_id: str) -> tuple[str, Receipt] | None:
    """Send a message of the type `webhook.test` now, even to a webhook that is off."""
    now = deps.clock()
    message_id = f"msg_test_{secrets.token_hex(8)}"
    message = Message(message_id=message_id, type="webhook.test", at=now, facts={"webhook_id": webhook_id})
    async with deps.tenants.tenant(tenant_id) as conn:
        row = await sql.one(conn, tenant_id, webhook_id)
        if row is None:
            return None
        # Not due for long, so that nobody but this call sends it.
        due = {"now": now + timedelta(days=1)}
        await sql.add(conn, [sending.message_row(deps, tenant_id, row, message, now) | due])
    errand = await sending.take_due(deps, tenant_id, webhook_id, 1, message_id)
    if errand is None:
        return None
    return message_id, await sending.carry(deps, tenant_id, errand.to, errand.messages[0])


@dataclass(frozen=True, kw_only=True)
class Again:
    """What is told again."""

    messages: int
    next_since: datetime | None = None
    """Where to go on, when the time held more than one call replays."""


async def tell_again(deps: WebhookDeps, tenant_id: str, webhook_id: str, message_id: str) -> Again | None:
    """Send one message again; None when there is no such, or it is being sent at this moment."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        changed = await conn.execute(sql.AGAIN, [now, tenant_id, webhook_id, message_id, now])
    return Again(messages=1) if changed.rowcount else None


async def replay(
    deps: WebhookDeps, tenant_id: str, webhook_id: str, since: datetime, until: datetime | None
) -> Again | None:
    """Tell again everything that happened in a time, what was never told included; ids stay the same."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        row = await sql.one(conn, tenant_id, webhook_id)
        if row is None:
            return None
        return await _replayed(deps, conn, tenant_id, row, since, until or now, now)


async def _replayed(
    deps: WebhookDeps,
    conn: AsyncConnection,
    tenant_id: str,
    row: sql.Row,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Again:
    events = await sql.events_between(conn, deps.vault, tenant_id, since, until, REPLAYED)
    told = sending.wanted(row, (message for event in events for message in messages_of(event)))
    rows = [sending.message_row(deps, tenant_id, row, message, now) for message in told]
    await sql.add(conn, rows, again=True)
    return Again(messages=len(rows), next_since=events[-1].at if len(events) == REPLAYED else None)
