"""From events to messages that arrive: filled from the feed, taken by one engine, carried, settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from psycopg import AsyncConnection

from app.conversations.feed.repository import events_after
from app.conversations.seal import Seal
from app.webhooks import repository as sql
from app.webhooks.courier import Receipt
from app.webhooks.deps import WebhookDeps
from app.webhooks.messages import Message, messages_of
from app.webhooks.schedule import next_attempt, why_off
from app.webhooks.signing import Secret, headers_of

LEASE_S = 40.0
"""How long a message is one engine's: longer than any attempt."""
KEPT_DELIVERED = timedelta(days=7)
KEPT = timedelta(days=30)
"""How long messages are listed; what happened then can still be replayed from the feed."""
A_TIME = 200
"""Events that are made into messages in one transaction."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A webhook with its address and secrets in clear, for the one who sends."""

    webhook_id: str
    url: str
    secrets: tuple[Secret, ...]


def opened(vault: Seal, tenant_id: str, row: sql.Row) -> Opened:
    """Open what is sealed of a webhook."""
    url = vault.open(tenant_id, row.url, f"webhooks:url:{row.webhook_id}").decode()
    stored = orjson.loads(vault.open(tenant_id, row.secrets, f"webhooks:secrets:{row.webhook_id}"))
    secrets = tuple(
        Secret(value=one["value"], until=datetime.fromisoformat(one["until"]) if one["until"] else None)
        for one in stored
    )
    return Opened(webhook_id=row.webhook_id, url=url, secrets=secrets)


def message_place(webhook_id: str, message_id: str) -> str:
    """Where a body stands, as part of its seal."""
    return f"webhook_messages:body:{webhook_id}:{message_id}"


def message_row(
    deps: WebhookDeps, tenant_id: str, row: sql.Row, message: Message, now: datetime
) -> dict[str, Any]:
    """One message as it is stored for one webhook."""
    body = message.body(include_text=row.include_text)
    place = message_place(row.webhook_id, message.message_id)
    return {
        "tenant": tenant_id,
        "webhook_id": row.webhook_id,
        "message_id": message.message_id,
        "type": message.type,
        "body": deps.vault.seal(tenant_id, body, place),
        "now": now,
        "at": message.at,
        "conversation": message.facts.get("conversation_id"),
    }


def wanted(row: sql.Row, messages: Iterable[Message]) -> list[Message]:
    """The messages that a webhook asked for."""
    return [message for message in messages if not row.events or message.type in row.events]


async def fill(deps: WebhookDeps, tenant_id: str) -> int:
    """Make messages of what has happened since; webhooks that another engine is filling are left to it."""
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await sql.rows(conn, sql.TO_FILL, tenant_id)
        return sum([await _fill_one(deps, conn, tenant_id, row) for row in found])


async def _fill_one(deps: WebhookDeps, conn: AsyncConnection, tenant_id: str, row: sql.Row) -> int:
    """Bring one webhook up to date; its messages and its cursor are committed together."""
    events = await events_after(conn, deps.vault, tenant_id, row.cursor, A_TIME)
    if not events:
        return 0
    now = deps.clock()
    # An open transaction may have hidden events from the cursor that came before the webhook.
    since = [event for event in events if event.at >= row.created_at]
    told = wanted(row, (message for event in since for message in messages_of(event)))
    await sql.add(conn, [message_row(deps, tenant_id, row, message, now) for message in told])
    last = events[-1].cursor
    await conn.execute(sql.MOVE, [str(last.xact), last.event_id, tenant_id, row.webhook_id])
    return len(events)


async def prune(deps: WebhookDeps, tenant_id: str) -> None:
    """Forget messages that have arrived long ago, and those that nobody has asked about for longer."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        await conn.execute(sql.PRUNE, [tenant_id, now - KEPT_DELIVERED, now - KEPT])


@dataclass(frozen=True, kw_only=True)
class Errand:
    """Messages that this engine carries now, and where to."""

    to: Opened
    messages: tuple[sql.Taken, ...]


async def take_due(
    deps: WebhookDeps, tenant_id: str, webhook_id: str, most: int, message_id: str | None = None
) -> Errand | None:
    """Take what is due for a webhook; None when there is nothing, or it is off."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        row = await sql.one(conn, tenant_id, webhook_id)
        if row is None or (row.state == "off" and message_id is None):
            return None
        values = {"tenant": tenant_id, "webhook_id": webhook_id, "message_id": message_id, "most": most}
        until = now + timedelta(seconds=LEASE_S)
        taken = await sql.take(conn, values | {"now": now, "until": until})
    return Errand(to=opened(deps.vault, tenant_id, row), messages=tuple(taken)) if taken else None


async def carry(deps: WebhookDeps, tenant_id: str, to: Opened, taken: sql.Taken) -> Receipt:
    """Make one attempt and write down what came of it; the signature is of this moment."""
    body = deps.vault.open(tenant_id, taken.body, message_place(to.webhook_id, taken.message_id))
    headers = headers_of(to.secrets, taken.message_id, deps.clock(), body)
    receipt = await deps.courier.carry(to.url, headers, body)
    await settle(deps, tenant_id, to.webhook_id, taken, receipt)
    return receipt


async def settle(
    deps: WebhookDeps, tenant_id: str, webhook_id: str, taken: sql.Taken, receipt: Receipt
) -> None:
    """Note that it arrived, when it is sent again, or that it is given up; and switch off what is lost."""
    now = deps.clock()
    tested = taken.type == "webhook.test"
    again = not (receipt.arrived or receipt.status == 410 or tested)
    due = next_attempt(now, taken.attempts, deps.chance(), receipt.retry_after_s) if again else None
    given_up = not receipt.arrived and due is None
    state = "delivered" if receipt.arrived else "given_up" if given_up else "waiting"
    values = {
        "tenant": tenant_id,
        "webhook_id": webhook_id,
        "message_id": taken.message_id,
        "attempts": taken.attempts,
        "state": state,
        "due": due,
        "status": receipt.status,
        "error": receipt.error,
        "now": now,
    }
    async with deps.tenants.tenant(tenant_id) as conn:
        await conn.execute(sql.SETTLE, values)
        if receipt.arrived:
            await conn.execute(sql.ARRIVED, [now, tenant_id, webhook_id])
            return
        row = await sql.one(conn, tenant_id, webhook_id, lock=True)
        arrived = row.delivered_at if row else None
        why = why_off(
            receipt.status, given_up=given_up and not tested, tried=taken.first_tried_at, arrived=arrived
        )
        if why is not None:
            await conn.execute(sql.SWITCH_OFF, [why, tenant_id, webhook_id])
