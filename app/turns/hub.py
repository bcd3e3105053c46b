"""Signals between those who store, those who work and those who wait; a lost one costs a second at most.

Signals carry no content: whoever is woken reads the database. In one process
they are direct; between processes they travel over Valkey in batches, and a
slow poll is the net under both.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.conversations.entry import Entry
from app.turns.typing import Typing, Typings

CHANNEL = "frontdesk:changed"
TYPING = "frontdesk:typing"
GATHER_S = 0.03
ALONE_S = 0.2
"""So long signals are gathered while no other process hears them; the first that does shortens it."""
RECONNECT_S = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of a reply that is not committed yet; an empty one takes back all of its turn."""

    seq: int
    number: int
    text: str


class Subscription:
    """Changes between two waits pile up into one, so none is missed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._aloud: list[Sentence] = []
        self._spoken: set[int] = set()
        self._moved = False
        self.answers: dict[int, Sequence[Entry]] = {}
        """Whole answers that this process gave, by the number of their turn."""

    def wake(self) -> None:
        """Mark that something changed."""
        self._moved = True
        self._event.set()

    def speak(self, sentence: Sentence) -> None:
        """Pass on a sentence of a turn that is still at work; a retraction only of what was heard."""
        if sentence.text:
            self._spoken.add(sentence.seq)
        elif sentence.seq not in self._spoken:
            return
        self._aloud.append(sentence)
        self._event.set()

    def heard(self) -> Sequence[Sentence]:
        """Return the sentences since the last look, in their order."""
        heard, self._aloud = self._aloud, []
        return heard

    def moved(self) -> bool:
        """Say whether something was committed since the last look, or only sentences came."""
        moved, self._moved = self._moved, False
        return moved

    async def wait(self, within_s: float) -> bool:
        """Return True at the next change, or at once if there was one since the last wait."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._event.wait()
        woken = self._event.is_set()
        self._event.clear()
        return woken


class Work:
    """Counts how many threads may be due, so that each signal costs one look and no more."""

    def __init__(self) -> None:
        self.due = 0
        self._event = asyncio.Event()

    def add(self, count: int = 1) -> None:
        """Tell of threads that may be due."""
        self.due += count
        if self.due:
            self._event.set()

    def forget(self, count: int) -> None:
        """Drop signals given before a look that found nothing: what they told of is in somebody's hands."""
        self.due = max(0, self.due - count)
        if not self.due:
            self._event.clear()

    async def take(self, within_s: float) -> bool:
        """Take one signal; False when none came in time, and a look without a signal is due."""
        if not self.due:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._event.wait()
        if not self.due:
            return False
        self.due -= 1
        if not self.due:
            self._event.clear()
        return True


class Hub:
    """One a process; started with the engine, stopped with it."""

    def __init__(self, redis: Redis | None = None) -> None:
        self.work = Work()
        self.typing = Typings()
        self._redis = redis
        self._origin = secrets.token_hex(8)
        self._conversations: dict[str, set[Subscription]] = defaultdict(set)
        self._tenants: dict[str, set[Subscription]] = defaultdict(set)
        self._gathered: set[tuple[str, str | None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._alone = False
        """Whether only this process heard its last signals."""

    def start(self) -> None:
        """Begin to listen to other processes."""
        if self._redis is not None:
            self._keep(asyncio.create_task(self._listen(self._redis)))

    async def stop(self) -> None:
        """End all background work of the hub."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def nudge(self, tenant_id: str, conversation_id: str) -> None:
        """Tell the workers of this process that a thread is due."""
        self.work.add()

    def changed(self, tenant_id: str, conversation_id: str | None) -> None:
        """Tell subscribers, here and in other processes, that something was committed."""
        self._wake(tenant_id, conversation_id)
        if self._redis is None:
            return
        if not self._gathered:
            self._keep(asyncio.create_task(self._publish(self._redis)))
        self._gathered.add((tenant_id, conversation_id))

    def types(self, typing: Typing) -> None:
        """Tell those who watch, here and in other processes, that somebody writes."""
        self.typing.tell(typing)
        if self._redis is not None:
            self._keep(asyncio.create_task(self._publish_typing(self._redis, typing)))

    def answered(self, conversation_id: str, seq: int, said: Sequence[Entry]) -> None:
        """Hand a turn's whole answer to those who wait for it here, so that they need not read it again."""
        for subscription in self._conversations.get(conversation_id, ()):
            subscription.answers[seq] = said

    def is_heard(self, conversation_id: str) -> bool:
        """Say whether anybody here watches a conversation."""
        return conversation_id in self._conversations

    def speak(self, conversation_id: str, sentence: Sentence) -> None:
        """Pass a sentence on to those who watch the conversation here."""
        for subscription in self._conversations.get(conversation_id, ()):
            subscription.speak(sentence)

    def retract(self, conversation_id: str, seq: int) -> None:
        """Take back what was shown of a turn that did not commit it."""
        self.speak(conversation_id, Sentence(seq=seq, number=0, text=""))

    @contextlib.contextmanager
    def subscribe(self, conversation_id: str) -> Iterator[Subscription]:
        """Watch one conversation from now on."""
        yield from self._watch(self._conversations, conversation_id)

    @contextlib.contextmanager
    def subscribe_events(self, tenant_id: str) -> Iterator[Subscription]:
        """Watch a tenant's events from now on."""
        yield from self._watch(self._tenants, tenant_id)

    @staticmethod
    def _watch(kept: dict[str, set[Subscription]], name: str) -> Iterator[Subscription]:
        subscription = Subscription()
        kept[name].add(subscription)
        try:
            yield subscription
        finally:
            kept[name].discard(subscription)
            if not kept[name]:
                del kept[name]

    def _wake(self, tenant_id: str, conversation_id: str | None) -> None:
        for subscription in self._tenants.get(tenant_id, ()):
            subscription.wake()
        for subscription in self._conversations.get(conversation_id or "", ()):
            subscription.wake()

    async def _publish(self, redis: Redis) -> None:
        """Gather signals for a moment, then send them as one."""
        await asyncio.sleep(ALONE_S if self._alone else GATHER_S)
        gathered, self._gathered = self._gathered, set()
        try:
            told = orjson.dumps([self._origin, [list(pair) for pair in gathered]])
            self._alone = await redis.publish(CHANNEL, told) <= 1
        except (RedisError, OSError) as error:
            log.warning("signals not sent to other processes: %s", type(error).__name__)

    async def _publish_typing(self, redis: Redis, typing: Typing) -> None:
        with contextlib.suppress(RedisError, OSError):
            await redis.publish(TYPING, orjson.dumps([self._origin, asdict(typing)]))

    async def _listen(self, redis: Redis) -> None:
        """Hear other processes; when Valkey is away, try again until it is back."""
        while True:
            try:
                async with redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL, TYPING)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._hear(message["channel"] == TYPING.encode(), message["data"])
            except (RedisError, OSError):
                await asyncio.sleep(RECONNECT_S)

    def _hear(self, typing: bool, data: bytes) -> None:
        origin, told = orjson.loads(data)
        if origin == self._origin:
            return
        if typing:
            self.typing.tell(Typing(**told))
            return
        for tenant_id, conversation_id in told:
            self._wake(tenant_id, conversation_id)

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
