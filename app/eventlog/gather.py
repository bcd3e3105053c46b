"""Reads what belongs to a page of events, in a handful of statements, and opens it."""

from collections.abc import Sequence

from psycopg import AsyncConnection

from app.conversations.feed.event import Event
from app.conversations.seal import Seal, open_json, open_text
from app.eventlog import repository as sql
from app.eventlog.telling import Around, Spoken

Place = tuple[str, int]


async def gather(conn: AsyncConnection, vault: Seal, tenant_id: str, events: Sequence[Event]) -> list[Around]:
    """Return for each event what belongs to it."""
    conversations = sorted({one.conversation_id for one in events if one.conversation_id})
    places = sorted({place for one in events if (place := _place(one))})
    named = {one.conversation_id: one for one in await sql.conversations(conn, tenant_id, conversations)}
    turns = {(one.thread_id, one.seq): one for one in await sql.turns(conn, tenant_id, places)}
    spoken: dict[Place, list[Spoken]] = {}
    for line in await sql.lines(conn, tenant_id, conversations, places):
        spoken.setdefault((line.thread_id, line.seq), []).append(_spoken(vault, tenant_id, line))
    ids = sorted({str(one.facts["action_id"]) for one in events if one.facts.get("action_id")})
    actions = {one.action_id: one for one in await sql.actions(conn, tenant_id, ids)}
    sessions = await sql.sessions(conn, tenant_id, [(one.conversation_id, one.at) for one in events])
    around = []
    for number, event in enumerate(events):
        place = _place(event) or ("", 0)
        turn, conversation = turns.get(place), named.get(event.conversation_id or "")
        action = actions.get(str(event.facts.get("action_id")))
        around.append(
            Around(
                customer_id=conversation.customer_id if conversation else None,
                channel=conversation.channel if conversation else None,
                session_no=sessions.get(number),
                trace=open_json(vault, tenant_id, turn.trace, f"turns:trace:{place[0]}:{place[1]}")
                if turn
                else {},
                ms=turn.ms if turn else None,
                spoken=spoken.get(place, ()),
                action=action.action if action else None,
                action_detail=open_json(vault, tenant_id, action.detail, f"actions:detail:{action.action_id}")
                if action
                else {},
            )
        )
    return around


def _place(event: Event) -> Place | None:
    """Return the turn in which an event happened."""
    thread_id, seq = event.facts.get("thread_id"), event.facts.get("seq")
    return (str(thread_id), int(seq)) if thread_id and seq is not None else None


def _spoken(vault: Seal, tenant_id: str, line: sql.LineRow) -> Spoken:
    return Spoken(
        entry_id=line.entry_id,
        text=open_text(vault, tenant_id, line.text, f"entries:text:{line.entry_id}"),
        inbound=line.direction == "inbound",
        sender=line.sender,
        detail=open_json(vault, tenant_id, line.detail, f"entries:detail:{line.entry_id}"),
    )
