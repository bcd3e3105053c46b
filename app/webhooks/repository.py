"""The SQL of webhooks and their messages. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.conversations.feed.event import Cursor, Event, event_place
from app.conversations.seal import Seal, open_json

COLUMNS = """webhook_id, url, description, events, include_text, secrets, state, off_reason,
    cursor_xact::text as cursor_xact, cursor_event, delivered_at, created_at"""
INSERT = """insert into webhooks (tenant_id, webhook_id, url, description, events, include_text, secrets,
    cursor_xact, cursor_event, created_at)
  values (%(tenant)s, %(webhook_id)s, %(url)s, %(description)s, %(events)s, %(include_text)s, %(secrets)s,
    %(xact)s::text::xid8, %(event)s, %(now)s)"""
LIST = f"select {COLUMNS} from webhooks where tenant_id = %s order by created_at, webhook_id"  # noqa: S608
ONE = f"select {COLUMNS} from webhooks where tenant_id = %s and webhook_id = %s"  # noqa: S608
ONE_LOCKED = f"{ONE} for update"
TO_FILL = f"select {COLUMNS} from webhooks where tenant_id = %s and state = 'on' for update skip locked"  # noqa: S608
UPDATE = """update webhooks set url = %(url)s, description = %(description)s, events = %(events)s,
    include_text = %(include_text)s, secrets = %(secrets)s, state = %(state)s, off_reason = %(off_reason)s,
    cursor_xact = %(xact)s::text::xid8, cursor_event = %(event)s
  where tenant_id = %(tenant)s and webhook_id = %(webhook_id)s"""
DELETE = "delete from webhooks where tenant_id = %s and webhook_id = %s"
MOVE = """update webhooks set cursor_xact = %s::text::xid8, cursor_event = %s
  where tenant_id = %s and webhook_id = %s"""
ADD = """insert into webhook_messages (tenant_id, webhook_id, message_id, type, body, due_at, happened_at,
    conversation_id)
  values (%(tenant)s, %(webhook_id)s, %(message_id)s, %(type)s, %(body)s, %(now)s, %(at)s, %(conversation)s)
  on conflict (tenant_id, webhook_id, message_id) do nothing"""

# A message that is told again is due at once and has all its attempts; one that is being sent is left.
ADD_AGAIN = (
    ADD.removesuffix("do nothing")
    + """do update
    set state = 'waiting', attempts = 0, due_at = excluded.due_at, first_tried_at = null, error = null,
        lease_until = null
    where webhook_messages.lease_until is null or webhook_messages.lease_until <= excluded.due_at"""
)
AGAIN = """update webhook_messages set state = 'waiting', attempts = 0, due_at = %s, first_tried_at = null,
    error = null, lease_until = null
  where tenant_id = %s and webhook_id = %s and message_id = %s
    and (lease_until is null or lease_until <= %s)"""

# Each row is taken by one engine only, until its lease runs out: whoever died in between had taken it.
TAKE = """update webhook_messages m
  set lease_until = %(until)s, attempts = m.attempts + 1, last_tried_at = %(now)s,
      first_tried_at = coalesce(m.first_tried_at, %(now)s)
  from (select tenant_id, webhook_id, message_id from webhook_messages
        where tenant_id = %(tenant)s and webhook_id = %(webhook_id)s and state = 'waiting'
          and (due_at <= %(now)s or message_id = %(message_id)s)
          and (lease_until is null or lease_until <= %(now)s)
          and (%(message_id)s::text is null or message_id = %(message_id)s)
        order by due_at limit %(most)s for update skip locked) due
  where (m.tenant_id, m.webhook_id, m.message_id) = (due.tenant_id, due.webhook_id, due.message_id)
  returning m.message_id, m.type, m.body, m.attempts, m.first_tried_at"""
SETTLE = """update webhook_messages set state = %(state)s, due_at = coalesce(%(due)s, due_at),
    lease_until = null, status = %(status)s, error = %(error)s,
    delivered_at = case when %(state)s = 'delivered' then %(now)s else delivered_at end
  where tenant_id = %(tenant)s and webhook_id = %(webhook_id)s and message_id = %(message_id)s
    and attempts = %(attempts)s and state = 'waiting'"""
ARRIVED = "update webhooks set delivered_at = %s where tenant_id = %s and webhook_id = %s"
SWITCH_OFF = """update webhooks set state = 'off', off_reason = %s
  where tenant_id = %s and webhook_id = %s and state = 'on'"""
LIST_MESSAGES = """select message_id, type, state, attempts, due_at, last_tried_at, delivered_at, status,
    error, happened_at
  from webhook_messages where tenant_id = %s and webhook_id = %s and (%s::text is null or state = %s)
  order by happened_at desc, message_id desc limit %s"""
WEBHOOKS_DUE = """select webhook_id from webhooks w where w.tenant_id = %s and w.state = 'on' and exists (
    select from webhook_messages m where m.tenant_id = w.tenant_id and m.webhook_id = w.webhook_id
      and m.state = 'waiting' and m.due_at <= %s and (m.lease_until is null or m.lease_until <= %s))"""
PRUNE = """delete from webhook_messages
  where tenant_id = %s and ((state = 'delivered' and happened_at < %s) or happened_at < %s)"""
BETWEEN = """select xact::text, event_id, conversation_id, type, data, at from events
  where tenant_id = %s and at >= %s and at < %s order by at, event_id limit %s"""
TENANTS = "select tenants_with_webhooks()"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One webhook as it is stored; address and secrets are sealed."""

    webhook_id: str
    url: bytes
    description: str
    events: list[str]
    include_text: bool
    secrets: bytes
    state: str
    off_reason: str | None
    cursor_xact: str
    cursor_event: int
    delivered_at: datetime | None
    created_at: datetime

    @property
    def cursor(self) -> Cursor:
        """Up to where events were made into messages."""
        return Cursor(xact=int(self.cursor_xact), event_id=self.cursor_event)


class Taken(NamedTuple):
    """A message that this engine sends now."""

    message_id: str
    type: str
    body: bytes
    attempts: int
    first_tried_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """A message in a list."""

    message_id: str
    type: str
    state: str
    attempts: int
    due_at: datetime
    last_tried_at: datetime | None
    delivered_at: datetime | None
    status: int | None
    error: str | None
    happened_at: datetime


async def tenants(conn: AsyncConnection) -> list[str]:
    """Name the tenants whose webhooks are on."""
    return [row[0] for row in await (await conn.execute(TENANTS)).fetchall()]


async def rows(conn: AsyncConnection, query: str, *values: Any) -> list[Row]:
    """Read webhooks."""
    cursor = conn.cursor(row_factory=class_row(Row))
    return await (await cursor.execute(query.encode(), values)).fetchall()


async def one(conn: AsyncConnection, tenant_id: str, webhook_id: str, *, lock: bool = False) -> Row | None:
    """Read one webhook, or None when there is no such."""
    found = await rows(conn, ONE_LOCKED if lock else ONE, tenant_id, webhook_id)
    return found[0] if found else None


async def webhooks_due(conn: AsyncConnection, tenant_id: str, now: datetime) -> list[str]:
    """Name the webhooks that have something to send now."""
    found = await conn.execute(WEBHOOKS_DUE, [tenant_id, now, now])
    return [row[0] for row in await found.fetchall()]


async def add(conn: AsyncConnection, values: Sequence[Mapping[str, Any]], *, again: bool = False) -> int:
    """Add messages, and say how many; those that are there already are left, or told again."""
    if not values:
        return 0
    async with conn.cursor() as cursor:
        await cursor.executemany(ADD_AGAIN if again else ADD, values)
        return cursor.rowcount


async def take(conn: AsyncConnection, values: Mapping[str, Any]) -> list[Taken]:
    """Take messages that are due, for as long as a lease."""
    found = await (await conn.execute(TAKE, values)).fetchall()
    return [Taken(*row) for row in found]


async def messages(
    conn: AsyncConnection, tenant_id: str, webhook_id: str, state: str | None, most: int
) -> list[MessageRow]:
    """List a webhook's messages, newest first."""
    cursor = conn.cursor(row_factory=class_row(MessageRow))
    await cursor.execute(LIST_MESSAGES, [tenant_id, webhook_id, state, state, most])
    return await cursor.fetchall()


async def events_between(
    conn: AsyncConnection, vault: Seal, tenant_id: str, since: datetime, until: datetime, most: int
) -> list[Event]:
    """Read what happened in a time, oldest first."""
    found = await conn.execute(BETWEEN, [tenant_id, since, until, most])
    return [
        Event(
            cursor=Cursor(xact=int(xact), event_id=event_id),
            type=kind,
            conversation_id=conversation,
            at=at,
            facts=open_json(vault, tenant_id, sealed or None, event_place(kind, conversation)),
        )
        for xact, event_id, conversation, kind, sealed, at in await found.fetchall()
    ]
