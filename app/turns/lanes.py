"""Actions on the same thing take turns, whichever conversation of the customer asked for them."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.seal import Seal
from app.ids import new_id
from app.privacy.vault import Vault
from app.turns import repository as sql
from app.turns import repository_actions as actions
from app.turns.codec import decode_event, encode_event, event_place
from graphs.events import ActionStarts, Event

ENDED = frozenset({"done", "failed", "rejected", "cancelled", "expired"})


async def enqueue(
    conn: AsyncConnection,
    vault: Vault,
    tenant_id: str,
    conversation_id: str,
    thread_id: str,
    event: Event,
    now: datetime,
    channel: str | None = None,
) -> int:
    """Add an event to a thread of the conversation, in the caller's transaction; returns its seq."""
    event_id = new_id("evt")
    return await sql.enqueue(
        conn,
        tenant=tenant_id,
        thread=thread_id,
        conversation=conversation_id,
        kind="conversation" if thread_id == conversation_id else "action",
        why=event.why,
        event=event_id,
        channel=channel,
        payload=vault.seal(tenant_id, encode_event(event), event_place(event_id)),
        now=now,
    )


def lane_name(vault: Seal, tenant_id: str, customer_id: str, subject: str) -> bytes:
    """Name the lane of everything that acts on one thing of one customer."""
    return vault.blind_index(tenant_id, f"lane:{customer_id}:{subject}")


def start_place(action_id: str) -> str:
    """Where the event that begins a queued action is sealed for."""
    return f"actions:start:{action_id}"


async def begin_or_queue(
    conn: AsyncConnection,
    vault: Vault,
    tenant_id: str,
    conversation_id: str,
    start: ActionStarts,
    channel: str | None,
    now: datetime,
) -> bool:
    """Begin an action, or queue it behind those it may not run beside; True when it is queued."""
    lane = await actions.lane_of(conn, tenant_id, start.action_id)
    if lane is not None:
        await actions.lock_lane(conn, tenant_id, lane)
        if await actions.blocked(conn, tenant_id, start.action_id):
            sealed = vault.seal(tenant_id, encode_event(start), start_place(start.action_id))
            return await actions.queue(conn, tenant_id, start.action_id, sealed, now)
    if await actions.begin(conn, tenant_id, start.action_id, now):
        await enqueue(conn, vault, tenant_id, conversation_id, start.action_id, start, now, channel)
    return False


async def free(conn: AsyncConnection, vault: Vault, tenant_id: str, action_id: str, now: datetime) -> int:
    """Begin what waited for an action that has ended; returns how many that are."""
    lane = await actions.lane_of(conn, tenant_id, action_id)
    if lane is None:
        return 0
    await actions.lock_lane(conn, tenant_id, lane)
    begun = 0
    for waiting in await actions.queued(conn, tenant_id, lane):
        if await actions.blocked(conn, tenant_id, waiting.action_id):
            continue
        stored = vault.open(tenant_id, bytes(waiting.start), start_place(waiting.action_id))
        if await actions.begin(conn, tenant_id, waiting.action_id, now):
            await enqueue(
                conn,
                vault,
                tenant_id,
                waiting.conversation_id,
                waiting.action_id,
                decode_event(stored),
                now,
                waiting.channel,
            )
            begun += 1
    return begun
