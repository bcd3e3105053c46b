"""One reader of the feed for all consoles of a company: an event is read once, then passed round."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from app.console.deps import ConsoleDeps
from app.conversations.feed.event import BEGINNING, Cursor, Event
from app.conversations.feed.repository import cursor_at, events_after
from app.db import DatabaseGone
from app.gateway.chat_frames import dump

LOOK_AGAIN_S = 10.0
"""A net below the signals."""
SOON_S = 0.1
"""How soon to look again after a signal: an event may be hidden behind an older, open transaction."""
GATHER_S = 0.15
"""Events come in bursts: the first is told at once, what comes so soon after it is told together."""
RECENT = timedelta(seconds=10)
"""How far back a page begins to listen that has just read its lists: what happened in between is told."""
KEPT_BEFORE = timedelta(seconds=5)
"""So much more is kept from the beginning, that no console has to read by itself what all of them want."""
MOST_KEPT = 2000
AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Frame:
    """An event as it is sent."""

    cursor: Cursor
    text: str


def frame_of(event: Event) -> Frame:
    """Write the frame of an event without what was said: all consoles hear it, not all may read that."""
    text = dump(
        {
            "event_id": str(event.cursor),
            "type": event.type,
            "conversation_id": event.conversation_id,
            "at": event.at,
            "data": {name: fact for name, fact in event.facts.items() if name != "text"},
        }
    )
    return Frame(cursor=event.cursor, text=text)


async def read_frames(deps: ConsoleDeps, tenant_id: str, after: Cursor) -> list[Frame]:
    """Read what happened after a place, as frames."""
    async with deps.tenants.tenant(tenant_id) as conn:
        events = await events_after(conn, deps.vault, tenant_id, after, AT_ONCE)
    return [frame_of(event) for event in events]


@dataclass(eq=False)
class Feed:
    """The newest events of a company, for as long as somebody listens."""

    frames: deque[Frame] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    start: Cursor | None = None
    """Everything after it is kept here; None: nothing was read yet."""
    listeners: set[asyncio.Event] = field(default_factory=set)
    bundle: tuple[Cursor, Frame] | None = None
    """The last bundle made, and what it begins after: consoles mostly stand at the same place."""
    reader: asyncio.Task[None] | None = None

    def after(self, cursor: Cursor) -> Sequence[Frame] | None:
        """Return what followed a place; None when that is no longer, or not yet, kept."""
        if self.start is None or cursor < self.start:
            return None
        fresh: deque[Frame] = deque()
        for frame in reversed(self.frames):
            if frame.cursor <= cursor:
                break
            fresh.appendleft(frame)
        return fresh

    def bundled_after(self, cursor: Cursor) -> Sequence[Frame] | None:
        """Return what followed a place, several events as one frame."""
        fresh = self.after(cursor)
        if fresh is None or len(fresh) < 2:
            return fresh
        last = fresh[-1].cursor
        if self.bundle is None or self.bundle[0] != cursor or self.bundle[1].cursor != last:
            inner = ",".join(frame.text for frame in fresh)
            text = f'{{"type":"events","event_id":"{last}","events":[{inner}]}}'
            self.bundle = cursor, Frame(cursor=last, text=text)
        return [self.bundle[1]]

    def add(self, frames: Sequence[Frame]) -> None:
        """Keep new frames and wake everybody; what is too old is dropped."""
        for frame in frames:
            if len(self.frames) == MOST_KEPT:
                self.start = self.frames[0].cursor
            self.frames.append(frame)
        for listener in self.listeners:
            listener.set()


class Feeds:
    """The feeds of all companies that have a console open here."""

    def __init__(self, deps: ConsoleDeps) -> None:
        self._deps = deps
        self._feeds: dict[str, Feed] = {}

    @contextlib.contextmanager
    def listen(self, tenant_id: str) -> Iterator[tuple[Feed, asyncio.Event]]:
        """Listen to a company; the first begins the reading, the last ends it."""
        feed = self._feeds.setdefault(tenant_id, Feed())
        if feed.reader is None:
            feed.reader = asyncio.create_task(self._read(tenant_id, feed))
        listener = asyncio.Event()
        feed.listeners.add(listener)
        try:
            yield feed, listener
        finally:
            feed.listeners.discard(listener)
            if not feed.listeners:
                feed.reader.cancel()
                self._feeds.pop(tenant_id, None)

    async def _read(self, tenant_id: str, feed: Feed) -> None:
        with self._deps.hub.subscribe_events(tenant_id) as changes:
            place = await self._begin(tenant_id, feed)
            delay = SOON_S
            while True:
                frames: list[Frame] = []
                with contextlib.suppress(*DatabaseGone):
                    frames = await read_frames(self._deps, tenant_id, place)
                if frames:
                    place, delay = frames[-1].cursor, SOON_S
                    feed.add(frames)
                    await asyncio.sleep(GATHER_S)
                if len(frames) < AT_ONCE:
                    signalled = await changes.wait(delay)
                    delay = SOON_S if signalled else min(2 * delay, LOOK_AGAIN_S)

    async def _begin(self, tenant_id: str, feed: Feed) -> Cursor:
        while feed.start is None:
            with contextlib.suppress(*DatabaseGone):
                since = self._deps.clock() - RECENT - KEPT_BEFORE
                async with self._deps.tenants.tenant(tenant_id) as conn:
                    feed.start = await cursor_at(conn, tenant_id, since)
            if feed.start is None:
                await asyncio.sleep(SOON_S)
        return feed.start or BEGINNING
