"""The statements of a turn; accept, claim and commit are SQL functions (migration 0004)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from app.db.arrays import Blobs, Numbers, Texts
from app.db.prepared import Prepared

CommitOutcome = Literal["committed", "committed_next_due", "lost_fence", "person_took_over"]
LOST: tuple[CommitOutcome, int] = ("lost_fence", 0)

ACCEPT = Prepared(
    """select (a).conversation_id, (a).seq, (a).duplicate, (a).problem from accept_message(
  %(tenant)s, %(channel)s, %(message_id)s, %(conversation)s, %(address_index)s, %(address)s,
  %(external_index)s, %(new_customer)s, %(profile)s, %(tier)s, %(language)s,
  %(verified)s, %(new_conversation)s, %(begins)s,
  %(event)s, %(payload)s, %(urgency)s::float8, %(now)s) a"""
)

ACCEPT_AND_CLAIM = Prepared(
    """select (b.accepted).conversation_id as accepted_in, (b.accepted).seq as accepted_seq,
    (b.accepted).duplicate, (b.accepted).problem, (b.claimed).*
  from accept_and_claim(
    %(tenant)s, %(channel)s, %(message_id)s, %(conversation)s, %(address_index)s, %(address)s,
    %(external_index)s, %(new_customer)s, %(profile)s, %(tier)s, %(language)s,
    %(verified)s, %(new_conversation)s, %(begins)s,
    %(event)s, %(payload)s, %(urgency)s::float8, %(now)s, %(lease_s)s::float8) b"""
)

ENQUEUE = """select enqueue(%(tenant)s, %(thread)s, %(conversation)s, %(kind)s, %(why)s, %(event)s,
  %(channel)s, null, %(payload)s, %(now)s, %(now)s)"""

CLAIM = Prepared("select * from claim_turn(%(now)s, %(lease_s)s::float8, %(thread)s)")

_COMMIT = """select outcome, after from commit_turn(
  %(tenant)s, %(thread)s, %(seq)s, %(fence)s, %(claimed_at)s, %(now)s, %(speaks)s, %(changes)s, %(preview)s,
  %(preview_sender)s, %(ids)s::text[], %(kinds)s::text[], %(directions)s::text[], %(senders)s::text[],
  %(sender_ids)s::text[], %(channels)s::text[], %(texts)s::bytea[], %(details)s::bytea[],
  %(sentiments)s::float8[], %(intents)s::text[], %(highlights)s::text[], %(checkpoint_id)s, %(parent_id)s,
  %(checkpoint)s, %(writes)s, %(interrupted)s, %(book)s, %(trace)s, %(ms)s::float8, %(cpu_ms)s::float8,
  %(event_types)s::text[], %(event_data)s::bytea[])"""

COMMIT = Prepared(_COMMIT)
COMMIT_AND_KEEP = Prepared(
    f"""{_COMMIT.replace("commit_turn(", "keep_profile(commit_turn(")},
  %(tenant)s, %(customer)s, %(profile)s, %(tier)s, %(language)s)"""
)

WORKS_ON = """select from threads where tenant_id = %s and thread_id = %s and fence = %s
  and lease_until is not null for update"""

RENEW = "select renew_lease(%s, %s, %s, %s)"

HOLDS = """select from threads t join conversations c
    on c.tenant_id = t.tenant_id and c.conversation_id = t.conversation_id
  where t.tenant_id = %s and t.thread_id = %s and t.fence = %s and t.last_seq = %s
    and c.status in ('active', 'resolved', 'archived')"""

FAIL = "select fail_turn(%s, %s, %s, %s, %s, %s, %s, %s)"

NEW_APPROVAL = """insert into approvals (tenant_id, approval_id, conversation_id, action_id, thread_id,
  interrupt_id, role, request, created_at, expires_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
  on conflict (tenant_id, thread_id, interrupt_id) do nothing"""

LOCK_THREADS = """select from threads where tenant_id = %s and thread_id = any(%s)
  order by thread_id for update"""

EXPIRING = """select thread_id from approvals
  where tenant_id = %s and status = 'pending' and expires_at <= %s"""

EXPIRED = """update approvals set status = 'expired', decided_at = %(now)s
  where tenant_id = %(tenant)s and thread_id = any(%(threads)s) and status = 'pending'
    and expires_at <= %(now)s
  returning approval_id, conversation_id, thread_id, action_id"""

DEAD = """select thread_id, seq, conversation_id, why, error, attempts, done_at from inbox
  where tenant_id = %s and state = 'dead' order by done_at desc limit %s"""

TAKE_DEAD = """update inbox set state = 'done'
  where tenant_id = %s and thread_id = %s and seq = %s and state = 'dead'
  returning conversation_id, why, event_id, channel, payload"""


@dataclass(frozen=True, kw_only=True)
class AcceptRow:
    """The arguments of `accept_message`, already sealed."""

    tenant: str
    channel: str
    message_id: str
    conversation: str | None
    address_index: bytes
    address: bytes
    external_index: bytes | None
    new_customer: str
    profile: bytes
    tier: str
    language: str
    verified: bool
    new_conversation: str
    begins: bool
    event: str
    payload: bytes
    urgency: float
    now: datetime


@dataclass(frozen=True, kw_only=True)
class EntryColumns:
    """New timeline entries, column by column."""

    ids: list[str]
    kinds: list[str]
    directions: list[str]
    senders: list[str]
    sender_ids: list[str | None]
    channels: list[str]
    texts: list[bytes]
    details: list[bytes | None]
    sentiments: list[float | None]
    intents: list[str | None]
    highlights: list[str | None]


@dataclass(frozen=True, kw_only=True)
class ProfileColumns:
    """What a turn learnt about its customer, sealed."""

    customer: str
    profile: bytes
    tier: str
    language: str


@dataclass(frozen=True, kw_only=True)
class CommitRow:
    """The arguments of `commit_turn`, already sealed."""

    tenant: str
    thread: str
    seq: int
    fence: int
    claimed_at: datetime
    now: datetime
    speaks: bool
    changes: dict[str, Any]
    preview: bytes | None
    preview_sender: str | None
    entries: EntryColumns
    checkpoint_id: str | None
    parent_id: str | None
    checkpoint: bytes | None
    writes: bytes | None
    interrupted: bool
    book: str
    trace: bytes
    ms: float
    cpu_ms: float
    event_types: list[str]
    event_data: list[bytes]


def _arrays(row: CommitRow) -> dict[str, Texts | Blobs | Numbers]:
    """Return the new entries and events as the arrays of `commit_turn`."""
    new = row.entries
    return {
        "ids": Texts(new.ids),
        "kinds": Texts(new.kinds),
        "directions": Texts(new.directions),
        "senders": Texts(new.senders),
        "sender_ids": Texts(new.sender_ids),
        "channels": Texts(new.channels),
        "texts": Blobs(new.texts),
        "details": Blobs(new.details),
        "sentiments": Numbers(new.sentiments),
        "intents": Texts(new.intents),
        "highlights": Texts(new.highlights),
        "event_types": Texts(row.event_types),
        "event_data": Blobs(row.event_data),
    }


async def accept(conn: AsyncConnection, row: AcceptRow) -> tuple[str, int, bool, str | None]:
    """Store a message; (conversation, seq, duplicate, problem)."""
    found = await ACCEPT.row(conn, vars(row))
    if found is None:
        raise RuntimeError("accept_message returned nothing")
    conversation_id, seq, duplicate, problem = found
    return conversation_id, seq, duplicate, problem


async def accept_and_claim(conn: AsyncConnection, row: AcceptRow, lease_s: float) -> dict[str, Any]:
    """Store a message and take its turn if it is free: the columns of both, the turn's empty if it is not."""
    found = await ACCEPT_AND_CLAIM.record(conn, {**vars(row), "lease_s": float(lease_s)})
    if found is None:
        raise RuntimeError("accept_and_claim returned nothing")
    return found


async def enqueue(
    conn: AsyncConnection,
    *,
    tenant: str,
    thread: str,
    conversation: str,
    kind: str,
    why: str,
    event: str,
    channel: str | None,
    payload: bytes,
    now: datetime,
) -> int:
    """Add an event to a thread, which begins if there is none; returns its seq."""
    named = {
        "tenant": tenant,
        "thread": thread,
        "conversation": conversation,
        "kind": kind,
        "why": why,
        "event": event,
        "channel": channel,
        "payload": payload,
        "now": now,
    }
    row = await (await conn.execute(ENQUEUE, named)).fetchone()
    return int(row[0]) if row else 0


async def claim(
    conn: AsyncConnection, now: datetime, lease_s: float, thread_id: str | None
) -> dict[str, Any] | None:
    """Take the most urgent due event, or None when nothing is due."""
    return await CLAIM.record(conn, {"now": now, "lease_s": float(lease_s), "thread": thread_id})


async def commit(
    conn: AsyncConnection, row: CommitRow, learnt: ProfileColumns | None
) -> tuple[CommitOutcome, int]:
    """Show a turn's whole outcome at once, or nothing of it; also after which entry its own stand."""
    named = {**vars(row), **_arrays(row), "changes": Jsonb(row.changes)}
    if learnt is not None:
        named |= vars(learnt)
    outcome, after = await (COMMIT if learnt is None else COMMIT_AND_KEEP).row(conn, named) or LOST
    return outcome, after


async def lock_threads(conn: AsyncConnection, tenant: str, threads: list[str]) -> None:
    """Hold threads still until the transaction ends.

    Whoever needs several takes them here, before any conversation: a conversation's own thread sorts
    before its actions', so nobody waits for another in a circle.
    """
    await conn.execute(LOCK_THREADS, [tenant, threads])


async def fail(
    conn: AsyncConnection,
    *,
    tenant: str,
    thread: str,
    seq: int,
    fence: int,
    error: str,
    due: datetime,
    dead: bool,
    now: datetime,
) -> bool:
    """Put a failed event back until it is due again, or set it aside; False when the fence was lost."""
    row = await (await conn.execute(FAIL, [tenant, thread, seq, fence, error, due, dead, now])).fetchone()
    return bool(row and row[0])


async def works_on(conn: AsyncConnection, tenant: str, thread: str, fence: int) -> bool:
    """Say whether a worker still has a thread, and hold the thread still until the transaction ends."""
    return (await conn.execute(WORKS_ON, [tenant, thread, fence])).rowcount == 1


async def renew(conn: AsyncConnection, tenant: str, thread: str, fence: int, until: datetime) -> bool:
    """Keep the lease of a turn that still computes; False when somebody raised the fence."""
    row = await (await conn.execute(RENEW, [tenant, thread, fence, until])).fetchone()
    return bool(row and row[0])


async def holds(conn: AsyncConnection, tenant: str, thread: str, fence: int, seq: int) -> bool:
    """Say whether a turn is still its worker's, and the assistant may still speak."""
    return await (await conn.execute(HOLDS, [tenant, thread, fence, seq - 1])).fetchone() is not None
