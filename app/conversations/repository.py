"""Reads and writes of the timeline. The connection is bound to the tenant by whoever passes it in."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.conversations.entry import (
    SENDER_NAMES,
    Direction,
    Entry,
    Kind,
    Sender,
    attachments_in,
    buttons_in,
    delivery_in,
    sources_in,
)
from app.conversations.seal import Seal, open_json, open_text, seal_json, seal_text

PREVIEW_CHARS = 140

COLUMNS = """select e.conversation_id, e.entry_no, e.entry_id, e.thread_id, e.seq, e.kind, e.direction,
    e.sender, e.channel, e.text, e.detail, e.sentiment, e.intent, e.highlight, e.created_at,
    u.name as agent_name, o.channel as carried_by, o.state as carried, o.error as carried_error
  from entries e
  left join users u on e.sender = 'agent' and u.tenant_id = e.tenant_id and u.user_id = e.sender_id
  left join lateral (select channel, state, error from outbox x
      where x.tenant_id = e.tenant_id and x.conversation_id = e.conversation_id and x.entry_no = e.entry_no
      order by x.outbox_id desc limit 1) o on e.direction = 'outbound'"""

ENTRIES_AFTER = f"""{COLUMNS}
  where e.tenant_id = %s and e.conversation_id = %s and e.entry_no > %s order by e.entry_no limit %s"""

LAST_ENTRIES = f"""{COLUMNS}
  where e.tenant_id = %s and e.conversation_id = %s order by e.entry_no desc limit %s"""

ENTRIES_BEFORE = f"""{COLUMNS}
  where e.tenant_id = %s and e.conversation_id = %s and e.entry_no < %s order by e.entry_no desc limit %s"""

FELT_BEFORE = """select sentiment::float8 from entries where tenant_id = %s and conversation_id = %s
    and entry_no < %s and sender = 'customer' and sentiment is not null
  order by entry_no desc limit 1"""

# All conversations of a customer as one, by time; lines of one moment keep a fixed order.
OF_CUSTOMER = f"""{COLUMNS}
  join conversations c on c.tenant_id = e.tenant_id and c.conversation_id = e.conversation_id
  where c.tenant_id = %(tenant)s and c.customer_id = %(customer)s
    and (%(viewer)s::text is null or c.owner_id is null or c.owner_id = %(viewer)s)
    and (%(at)s::timestamptz is null
      or (e.created_at, e.conversation_id, e.entry_no) < (%(at)s, %(conversation)s, %(entry_no)s))
  order by e.created_at desc, e.conversation_id desc, e.entry_no desc limit %(most)s"""

ENTRY = f"{COLUMNS} where e.tenant_id = %s and e.entry_id = %s"

ANSWER = "select * from read_answer(%s, %s, %s, %s::float8, %s)"

STANDING = """select c.conversation_id, c.customer_id, c.status, c.channel, c.owner_id, u.name as owner_name,
    c.last_entry_no
  from conversations c left join users u on u.tenant_id = c.tenant_id and u.user_id = c.owner_id
  where c.tenant_id = %s and c.conversation_id = %s"""

GOES_ON_IN = "select continued_by from conversations where tenant_id = %s and conversation_id = %s"

APPEND = """select append_entries(%(tenant)s, %(conversation)s, null, null, %(ids)s::text[],
    %(kinds)s::text[], %(directions)s::text[], %(senders)s::text[], %(sender_ids)s::text[],
    %(channels)s::text[], %(texts)s::bytea[], %(details)s::bytea[], %(nothing)s::float8[],
    %(nothing)s::text[], %(highlights)s::text[], %(now)s)"""

PREVIEW = """update conversations set preview = %s, preview_sender = %s, preview_at = %s
  where tenant_id = %s and conversation_id = %s"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a conversation stands: who owns it and in which status."""

    conversation_id: str
    customer_id: str
    status: str
    channel: str
    owner_id: str | None
    owner_name: str | None
    last_entry_no: int


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """A line to be written."""

    kind: Kind
    direction: Direction
    sender: Sender
    text: str
    channel: str
    sender_id: str | None = None
    entry_id: str | None = None
    detail: Mapping[str, Any] | None = None
    highlight: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Row:
    conversation_id: str
    entry_no: int
    entry_id: str
    thread_id: str | None
    seq: int | None
    kind: Kind
    direction: Direction
    sender: Sender
    channel: str
    text: bytes
    detail: bytes | None
    sentiment: float | None
    intent: str | None
    highlight: str | None
    created_at: datetime
    agent_name: str | None
    carried_by: str | None = None
    carried: str | None = None
    carried_error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a turn said so far."""

    settled: bool
    """False: the turn is not over."""
    action_due: bool
    """True: an action is about to run, its report may follow at once."""
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class _AnswerRow:
    settled: bool
    action_due: bool
    entry_no: int
    entry_id: str | None
    thread_id: str
    seq: int
    kind: Kind
    direction: Direction
    sender: Sender
    channel: str
    text: bytes
    detail: bytes | None
    created_at: datetime


def new_entry_id() -> str:
    """Make a fresh id for a timeline entry."""
    return f"ent_{secrets.token_hex(12)}"


async def entries_after(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    conversation_id: str,
    entry_no: int = 0,
    limit: int = 1000,
) -> list[Entry]:
    """Read the timeline after an entry number, oldest first."""
    cursor = conn.cursor(row_factory=class_row(_Row))
    await cursor.execute(ENTRIES_AFTER, [tenant_id, conversation_id, entry_no, limit])
    return [_entry(vault, tenant_id, row) for row in await cursor.fetchall()]


async def last_entries(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, most: int
) -> list[Entry]:
    """Read the end of the timeline, oldest first."""
    cursor = conn.cursor(row_factory=class_row(_Row))
    await cursor.execute(LAST_ENTRIES, [tenant_id, conversation_id, most])
    return [_entry(vault, tenant_id, row) for row in reversed(await cursor.fetchall())]


async def entries_before(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, entry_no: int, most: int
) -> list[Entry]:
    """Read what stands before an entry number, oldest first."""
    cursor = conn.cursor(row_factory=class_row(_Row))
    await cursor.execute(ENTRIES_BEFORE, [tenant_id, conversation_id, entry_no, most])
    return [_entry(vault, tenant_id, row) for row in reversed(await cursor.fetchall())]


async def entries_of_customer(
    conn: AsyncConnection, vault: Seal, tenant_id: str, asked: Mapping[str, Any]
) -> list[tuple[str, Entry]]:
    """Read the newest lines before a place in any conversation of a customer, the newest first."""
    cursor = conn.cursor(row_factory=class_row(_Row))
    await cursor.execute(OF_CUSTOMER, {"tenant": tenant_id, **asked})
    return [(row.conversation_id, _entry(vault, tenant_id, row)) for row in await cursor.fetchall()]


async def felt_before(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, entries: Sequence[Entry]
) -> float | None:
    """Return the mood of the customer's last message before these lines; None where they begin it."""
    if not entries or entries[0].entry_no <= 1:
        return None
    found = await conn.execute(FELT_BEFORE, [tenant_id, conversation_id, entries[0].entry_no])
    row = await found.fetchone()
    return float(row[0]) if row else None


async def entry_by_id(conn: AsyncConnection, vault: Seal, tenant_id: str, entry_id: str) -> Entry | None:
    """Read one entry, or None when there is no such."""
    cursor = conn.cursor(row_factory=class_row(_Row))
    await cursor.execute(ENTRY, [tenant_id, entry_id])
    row = await cursor.fetchone()
    return _entry(vault, tenant_id, row) if row else None


async def read_answer(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    conversation_id: str,
    seq: int,
    grace_s: float,
    now: datetime,
) -> Answer:
    """Read in one statement what turn `seq` said, and what its actions reported within `grace_s` of it."""
    cursor = conn.cursor(row_factory=class_row(_AnswerRow))
    await cursor.execute(ANSWER, [tenant_id, conversation_id, seq, grace_s, now])
    rows = await cursor.fetchall()
    return Answer(
        settled=rows[0].settled,
        action_due=rows[0].action_due,
        entries=[_entry(vault, tenant_id, _as_row(conversation_id, row)) for row in rows if row.entry_id],
    )


async def standing_of(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> Standing | None:
    """Read where a conversation stands, or None when there is no such."""
    cursor = conn.cursor(row_factory=class_row(Standing))
    await cursor.execute(STANDING, [tenant_id, conversation_id])
    return await cursor.fetchone()


async def goes_on_in(conn: AsyncConnection, tenant_id: str, conversation_id: str) -> str | None:
    """Name the newest conversation that goes on with an archived one; None when there is none."""
    row = await (await conn.execute(GOES_ON_IN, [tenant_id, conversation_id])).fetchone()
    return row[0] if row else None


async def append_entry(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, entry: NewEntry, now: datetime
) -> int:
    """Write one line at the end of the timeline and return its number; what goes out joins the outbox."""
    entry_id = entry.entry_id or new_entry_id()
    cursor = await conn.execute(
        APPEND,
        {
            "tenant": tenant_id,
            "conversation": conversation_id,
            "ids": [entry_id],
            "kinds": [entry.kind],
            "directions": [entry.direction],
            "senders": [entry.sender],
            "sender_ids": [entry.sender_id],
            "channels": [entry.channel],
            "texts": [seal_text(vault, tenant_id, entry.text, f"entries:text:{entry_id}")],
            "details": [
                seal_json(vault, tenant_id, entry.detail, f"entries:detail:{entry_id}")
                if entry.detail
                else None
            ],
            "nothing": [None],
            "highlights": [entry.highlight],
            "now": now,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def set_preview(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    conversation_id: str,
    text: str,
    sender: Sender,
    now: datetime,
) -> None:
    """Show the beginning of the last message in lists."""
    sealed = seal_text(vault, tenant_id, text[:PREVIEW_CHARS], f"conversations:preview:{conversation_id}")
    await conn.execute(PREVIEW, [sealed, sender, now, tenant_id, conversation_id])


def _as_row(conversation_id: str, row: _AnswerRow) -> _Row:
    return _Row(
        conversation_id=conversation_id,
        entry_no=row.entry_no,
        entry_id=row.entry_id or "",
        thread_id=row.thread_id,
        seq=row.seq,
        kind=row.kind,
        direction=row.direction,
        sender=row.sender,
        channel=row.channel,
        text=row.text,
        detail=row.detail,
        sentiment=None,
        intent=None,
        highlight=None,
        created_at=row.created_at,
        agent_name=None,
    )


def _entry(vault: Seal, tenant_id: str, row: _Row) -> Entry:
    detail = open_json(vault, tenant_id, row.detail, f"entries:detail:{row.entry_id}")
    name = row.agent_name or detail.get("sender_name") or SENDER_NAMES.get(row.sender, "an agent")
    return Entry(
        entry_no=row.entry_no,
        message_id=row.entry_id,
        kind=row.kind,
        seq=row.seq,
        thread_id=row.thread_id,
        direction=row.direction,
        sender=row.sender,
        sender_name=str(name),
        channel=row.channel,
        timestamp=row.created_at,
        text=open_text(vault, tenant_id, row.text, f"entries:text:{row.entry_id}"),
        buttons=buttons_in(detail),
        citations=sources_in(detail),
        sentiment=row.sentiment,
        intent=row.intent,
        confidence=detail.get("confidence"),
        highlight=row.highlight,
        hold=bool(detail.get("hold")),
        mentions=detail.get("mentions") or {},
        attachments=attachments_in(detail),
        delivery=delivery_in(row.carried_by, row.carried, row.carried_error),
        whispered=[detail[part] for part in ("whisper_from", "whisper_to") if part in detail],
    )


STORE_CUSTOMER = """insert into customers (tenant_id, customer_id, external_index, profile, tier, language)
  values (%s, %s, %s, %s, %s, %s) on conflict (tenant_id, external_index) do nothing"""


@dataclass(frozen=True, kw_only=True)
class KnownCustomer:
    """A customer as the company's own records have it."""

    external_id: str
    name: str
    email: str
    tier: str
    language: str


async def store_customers(
    conn: AsyncConnection, vault: Seal, tenant_id: str, customers: Sequence[KnownCustomer]
) -> None:
    """Store customers who are not known yet; those who are keep what was learnt since."""
    rows = []
    for customer in customers:
        customer_id = f"cus_{secrets.token_hex(12)}"
        profile = {"external_id": customer.external_id, "name": customer.name, "email": customer.email}
        sealed = seal_json(vault, tenant_id, profile, f"customers:profile:{customer_id}")
        index = vault.blind_index(tenant_id, customer.external_id)
        rows.append((tenant_id, customer_id, index, sealed, customer.tier, customer.language))
    async with conn.cursor() as cursor:
        await cursor.executemany(STORE_CUSTOMER, rows)
