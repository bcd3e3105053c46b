"""Sittings as the API shows them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from app.sessions.repository import Chain, ReadRow, SessionRow
from policies.sessions import Presence, SessionTimes, ended_at, presence

State = Literal["open", "ending", "closed"]


class SessionShape(BaseModel):
    """One sitting of a conversation."""

    session_id: str
    state: State
    started_at: datetime
    active_at: datetime
    """The last word or keystroke."""
    warned_at: datetime | None
    closed_at: datetime | None
    closes_at: datetime
    """When it closes, or closed, if nothing more is said; later while something waits for the company."""
    resumes: str | None
    """The sitting before."""


class SessionsShape(BaseModel):
    """A conversation's sittings, who is there, and what the conversation is linked to."""

    items: Sequence[SessionShape]
    presence: Presence
    seen_at: datetime | None
    read_no: int | None
    """The last line that the customer has read in an open page."""
    read_at: datetime | None
    heartbeat_s: float
    continues: str | None
    """The archived conversation that this one goes on with."""
    continued_by: str | None
    """The newest conversation that goes on with this one."""


def session_id(conversation_id: str, session_no: int) -> str:
    """Name a sitting: the same in the API, in events and in exports."""
    return f"{conversation_id}:{session_no}"


def session_shape(conversation_id: str, row: SessionRow, times: SessionTimes, now: datetime) -> SessionShape:
    """Show one sitting."""
    return SessionShape(
        session_id=session_id(conversation_id, row.session_no),
        state="closed" if row.closed_at else "ending" if row.warned_at else "open",
        started_at=row.started_at,
        active_at=row.active_at,
        warned_at=row.warned_at,
        closed_at=row.closed_at,
        closes_at=row.closed_at or max(ended_at(row.active_at, times), now),
        resumes=session_id(conversation_id, row.session_no - 1) if row.session_no > 1 else None,
    )


def sessions_shape(
    conversation_id: str,
    rows: Sequence[SessionRow],
    chain: Chain,
    read: ReadRow | None,
    times: SessionTimes,
    now: datetime,
) -> SessionsShape:
    """Show all sittings of a conversation."""
    last = rows[-1] if rows else None
    seen_at = last.seen_at if last else None
    return SessionsShape(
        items=[session_shape(conversation_id, row, times, now) for row in rows],
        presence=presence(seen_at, last.active_at if last else None, now, times),
        seen_at=seen_at,
        read_no=read.entry_no if read else None,
        read_at=read.read_at if read else None,
        heartbeat_s=times.heartbeat / timedelta(seconds=1),
        continues=chain.continues,
        continued_by=chain.continued_by,
    )
