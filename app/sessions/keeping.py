"""Keeps sittings: begins them, warns before the end, closes what is silent, archives what is over."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from psycopg import AsyncConnection

from app.conversations.feed.event import EventType
from app.conversations.feed.repository import record_event
from app.conversations.repository import NewEntry, append_entry
from app.conversations.seal import Seal
from app.db import DatabaseGone
from app.gateway.ports import Hub, Tenants
from app.handoff.repository import lock_thread
from app.handoff.status import TRANSITIONS, sources
from app.sessions import repository as sql
from app.sessions.presence import SignsOfLife
from graphs.ports import Rulebook
from policies.problems import PolicyError
from policies.sessions import SessionTimes, ended_at, phase
from policies.template_values import CLOSED, ENDS_SOON
from policies.values import Facts

EVERY_S = 5.0
ARCHIVE_EVERY = timedelta(minutes=1)
OVERLAP = timedelta(seconds=15)
"""Longer than any transaction may last: what was not visible to the last round is found by this one."""
AT_ONCE = 200
TOOK_LEAVE = ["thanks", "goodbye"]
NEVER = datetime.min.replace(tzinfo=UTC)
OPEN = [status for status in TRANSITIONS if status != "archived"]

log = logging.getLogger(__name__)


class Books(Protocol):
    """The rule books in force."""

    def current(self, tenant_id: str) -> Rulebook:
        """Return a tenant's."""


@dataclass(frozen=True, kw_only=True)
class SessionDeps:
    """What keeping sittings needs."""

    tenants: Tenants
    vault: Seal
    hub: Hub
    books: Books
    clock: Callable[[], datetime]
    signs: SignsOfLife


class Sessions:
    """What every engine does every few seconds; two at once tell nobody twice."""

    def __init__(self, deps: SessionDeps) -> None:
        self._deps = deps
        self._looked: dict[str, datetime] = {}
        self._archived: dict[str, datetime] = {}

    def times(self, tenant_id: str) -> SessionTimes:
        """Return how long a tenant's sittings last."""
        return self._deps.books.current(tenant_id).book.desk.sessions

    async def visit(self, tenant_id: str) -> int:
        """Go round once; returns how many sittings were warned of or closed."""
        times, now = self.times(tenant_id), self._deps.clock()
        await self._follow(tenant_id, times, now)
        ended = 0
        async with self._deps.tenants.tenant(tenant_id) as conn:
            rows = await sql.silent(conn, tenant_id, _silence(times, now))
        for row in rows:
            ended += await self._end(tenant_id, row, times, now)
        if now - self._archived.get(tenant_id, NEVER) >= ARCHIVE_EVERY:
            self._archived[tenant_id] = now
            await self.archive(tenant_id, times, now)
        return ended

    async def archive(self, tenant_id: str, times: SessionTimes, now: datetime) -> int:
        """Archive conversations in which nothing happened for so long; returns how many."""
        values = {
            "statuses": list(sources("archive")),
            "until": now - times.archive_after,
            "close_after": times.close_after,
            "now": now,
            "most": AT_ONCE,
        }
        async with self._deps.tenants.tenant(tenant_id) as conn:
            archived = await sql.archive(conn, tenant_id, values)
            for conversation_id in archived:
                await self._record(conn, tenant_id, "conversation.archived", conversation_id, now)
        for conversation_id in archived:
            self._deps.hub.changed(tenant_id, conversation_id)
        return len(archived)

    async def _follow(self, tenant_id: str, times: SessionTimes, now: datetime) -> None:
        """Write down who was there, and which sittings began or went on since the last round."""
        since = self._looked.get(tenant_id, now - times.archive_after)
        signs = self._deps.signs.take(tenant_id)
        try:
            async with self._deps.tenants.tenant(tenant_id) as conn:
                await sql.follow(conn, tenant_id, sql.Since(statuses=OPEN, since=since - OVERLAP))
                if signs.seen:
                    await sql.note_life(conn, tenant_id, signs.seen, signs.typed)
                if signs.read:
                    await sql.note_reading(conn, tenant_id, signs.read)
        except DatabaseGone:
            self._deps.signs.give_back(tenant_id, signs)
            raise
        self._looked[tenant_id] = now

    async def _end(self, tenant_id: str, row: sql.SilentRow, times: SessionTimes, now: datetime) -> bool:
        """Warn of the end, or make it, in a transaction of its own."""
        named = {
            "tenant": tenant_id,
            "conversation": row.conversation_id,
            "session_no": row.session_no,
            "active_at": row.active_at,
            "now": now,
            "ended_at": ended_at(row.active_at, times),
        }
        warning = phase(row.active_at, now, times) == "ending"
        async with self._deps.tenants.tenant(tenant_id) as conn:
            await lock_thread(conn, tenant_id, row.conversation_id)
            done = await (sql.warn if warning else sql.close)(conn, named)
            if done and warning:
                left = times.close_after - (now - row.active_at)
                minutes = max(1, round(left.total_seconds() / 60))
                await self._tell(conn, tenant_id, row, ENDS_SOON, {"minutes": minutes}, now)
            elif done:
                if row.warned_at is not None and row.status != "archived":
                    await self._tell(conn, tenant_id, row, CLOSED, {}, now)
                await self._record(conn, tenant_id, "session.closed", row.conversation_id, now)
        if done:
            self._deps.hub.changed(tenant_id, row.conversation_id)
        return done

    async def _tell(
        self,
        conn: AsyncConnection,
        tenant_id: str,
        row: sql.SilentRow,
        template: str,
        values: Facts,
        now: datetime,
    ) -> None:
        """Write the notice where the book has it; it moves nobody's place in a list."""
        reply = self._deps.books.current(tenant_id).book.templates.get(template)
        if reply is None:
            return
        try:
            text = reply.render(values, channel=row.channel, language=row.language)
        except PolicyError as error:
            log.error("the reply '%s' cannot be said: %s", template, error)
            return
        before = await sql.updated_at(conn, tenant_id, row.conversation_id)
        entry = NewEntry(kind="notice", direction="outbound", sender="system", text=text, channel=row.channel)
        await append_entry(conn, self._deps.vault, tenant_id, row.conversation_id, entry, now)
        await sql.leave_unchanged(conn, tenant_id, row.conversation_id, before)

    async def _record(
        self,
        conn: AsyncConnection,
        tenant_id: str,
        event_type: EventType,
        conversation_id: str,
        now: datetime,
    ) -> None:
        await record_event(conn, self._deps.vault, tenant_id, event_type, conversation_id, {}, now)


def _silence(times: SessionTimes, now: datetime) -> sql.Silence:
    """Say which sittings are looked at now."""
    return sql.Silence(
        until=now - times.warn_after,
        close_until=now - times.close_after,
        tell_on=list(times.tell_on),
        over=TOOK_LEAVE,
        most=AT_ONCE,
    )
