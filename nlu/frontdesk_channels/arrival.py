"""One request of a provider: everything it said is stored before it is acknowledged."""

import asyncio
import contextvars
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage

from frontdesk_channels.core import Core
from frontdesk_channels.edge import Edge, edge_of
from frontdesk_channels.events import Event, Said, Status
from frontdesk_channels.failures import NotStored

log = logging.getLogger(__name__)
ARRIVAL: contextvars.ContextVar["Arrival | None"] = contextvars.ContextVar("arrival", default=None)


@dataclass
class Arrival:
    """What one request brought: as our reading has it, and as Rasa's connector gave it on."""

    channel: str
    edge: Edge
    core: Core
    unread: list[Said]
    """Messages that the connector has not given on yet."""
    statuses: Sequence[Status]
    understood: bool
    """True: what our reading does not name as a message is none."""
    open: bool = True
    storing: list["asyncio.Task[None]"] = field(default_factory=list)
    order: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def brought_something(self) -> bool:
        """Whether there was anything to store or to pass on."""
        return bool(self.storing or self.statuses)

    def heard(self, message: UserMessage) -> "asyncio.Task[None] | None":
        """Begin to store what the connector gave on; None when the channel meant no message."""
        twin = self._twin_of(message)
        if twin is None and self.understood:
            return None
        return self._begin(merged(message, twin), message)

    async def settle(self) -> None:
        """Store what the connector passed over, and return once everything is stored."""
        for said in self.unread:
            self._begin(said, None)
        self.unread = []
        self.open = False
        for status in self.statuses:
            await self.core.tell(self.channel, status)
        outcomes = await asyncio.gather(*self.storing, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def _begin(self, said: Said, message: UserMessage | None) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._store(said, message))
        self.storing.append(task)
        return task

    async def _store(self, said: Said, message: UserMessage | None) -> None:
        async with self.order:  # first come, first stored
            await store(self.core, self.edge, self.channel, said, message)

    def _twin_of(self, message: UserMessage) -> Said | None:
        """Find our own reading of a message: the one with its text, else the next one."""
        if not self.unread:
            return None
        same = (n for n, said in enumerate(self.unread) if said.text == message.text)
        return self.unread.pop(next(same, 0))


def arrived(channel: InputChannel, core: Core, events: Sequence[Event] | None) -> Arrival:
    """Begin a request's arrival; without events of our own reading, Rasa's connector alone says what came."""
    edge = edge_of(channel)
    understood = events is not None and edge.reads_all
    events = events or ()
    arrival = Arrival(
        channel=channel.name(),
        edge=edge,
        core=core,
        understood=understood,
        unread=[event for event in events if isinstance(event, Said)],
        statuses=[event for event in events if isinstance(event, Status)],
    )
    ARRIVAL.set(arrival)
    return arrival


async def store(core: Core, edge: Edge, channel: str, said: Said, message: UserMessage | None) -> None:
    """Store a message; where the channel has its reply in the response, wait for it and say it there."""
    if not (edge.answers_here and message is not None):
        return await core.store(channel, said)
    for reply in await core.answer(channel, said):
        await message.output_channel.send_response(message.sender_id, reply)
    return None


def merged(message: UserMessage, twin: Said | None) -> Said:
    """Join what Rasa's connector read with the channel's own id, attachments and way back."""
    text = message.text or ""
    given = dict(message.metadata or {})
    if twin is None:
        pressed = text.startswith("/") and " " not in text
        own_id = str(given.get("message_id") or message.message_id)
        return Said(message_id=own_id, sender=message.sender_id, text=text, pressed=pressed, metadata=given)
    return twin if twin.text else replace(twin, text=text)


def listener(core: Core, channel: InputChannel) -> Any:
    """Return what a connector calls with each message that it read."""
    edge = edge_of(channel)

    def on_new_message(message: UserMessage) -> Coroutine[Any, Any, None]:
        # Heard at the call, not at the first step of a task: the response must know what it waits for.
        arrival = ARRIVAL.get()
        if arrival is not None and arrival.open and arrival.channel == channel.name():
            return _until(arrival.heard(message))
        return store(core, edge, channel.name(), merged(message, None), message)

    return on_new_message


async def _until(task: "asyncio.Task[None] | None") -> None:
    """Wait without raising: the response says what failed, and a connector's own handling would hide it."""
    if task is None:
        return
    try:
        await asyncio.shield(task)
    except NotStored:
        log.info("a message was not stored; its provider is asked to send it again")
