"""Texts that wait for a worker: read together when many wait, and refused when too many do."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from frontdesk_nlu.serving.protocol import Failed, Job, Kind, Result
from frontdesk_nlu.serving.team import Team, Worker, WorkerLost
from frontdesk_nlu.serving.understood import Written

LONGEST_QUEUE = {"now": 256, "later": 1_024, "embed": 1_024}
"""The first can be answered before the core gives up waiting; the others hold four whole requests."""

TOGETHER_TEXTS = 16
TOGETHER_CHARS = 2_000
"""A job takes a tenth of a second at most, so that nobody waits long behind others."""

KEPT_TEXTS = 4_096

Turn = Literal["now", "later", "embed"]
"""Single texts go first, then those that came in batches, then those of the knowledge search."""


class TooBusy(Exception):
    """More texts wait than can be read in time; come again in a second."""


class NotUnderstood(Exception):
    """A text could not be read."""


@dataclass(eq=False)
class Waiting:
    """One text, and who waits for it."""

    turn: Turn
    text: str
    result: asyncio.Future[Result] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    tried: int = 0


class Queue:
    """Hands texts to whichever worker is free; customers' texts go before those of the knowledge search."""

    def __init__(self, worker_lost: Callable[[], None]) -> None:
        self._worker_lost = worker_lost
        self._team: Team | None = None
        self._free: list[Worker] = []
        self._jobs: set[asyncio.Task[None]] = set()
        self._waiting: dict[Turn, deque[Waiting]] = {"now": deque(), "later": deque(), "embed": deque()}
        self._asked: dict[str, Waiting] = {}
        self._known: OrderedDict[str, Written] = OrderedDict()

    async def understand(self, text: str, turn: Turn = "now") -> Written:
        """Return what a text says; the same text, being asked about or known already, is not read again.

        Spelling counts: the positions of entities and the shouting belong to
        the text as it was written, not to its folded form.
        """
        if (known := self._known.get(text)) is not None:
            self._known.move_to_end(text)
            return known
        asked = self._asked.get(text)
        if asked is None:
            asked = self._asked[text] = self._join(turn, text)
            asked.result.add_done_callback(lambda _: self._asked.pop(text, None))
        found = await asyncio.shield(asked.result)
        if not isinstance(found, Written):
            raise NotUnderstood(found.kind if isinstance(found, Failed) else "")
        return found

    async def embed(self, texts: Sequence[str]) -> list[str]:
        """Embed texts; between them, customers' texts have their turn."""
        asked = [self._join("embed", text) for text in texts]
        found = await asyncio.gather(*(one.result for one in asked))
        failed = next((one for one in found if isinstance(one, Failed)), None)
        if failed:
            raise NotUnderstood(failed.kind)
        return [str(one) for one in found]

    def serve_with(self, team: Team) -> None:
        """Let another team do what waits; the one before finishes what it is at, and ends."""
        self._team = team
        for worker in self._free:
            worker.hang_up()
        self._free = list(team.workers)
        self._known.clear()
        self._hand_out()

    async def close(self) -> None:
        """Finish the jobs at hand, then let the workers end."""
        while self._jobs:
            await asyncio.wait(self._jobs)
        for worker in self._free:
            worker.hang_up()
        if self._team:
            await self._team.ended()

    def _join(self, turn: Turn, text: str) -> Waiting:
        """Queue a text, or refuse it when it would wait too long."""
        line = self._waiting[turn]
        if len(line) >= LONGEST_QUEUE[turn]:
            raise TooBusy
        waiting = Waiting(turn, text)
        line.append(waiting)
        self._hand_out()
        return waiting

    def _hand_out(self) -> None:
        """Give every free worker its share of what waits."""
        while self._free and (batch := self._next_batch()):
            job = asyncio.create_task(self._do(self._free.pop(), batch))
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)

    def _next_batch(self) -> list[Waiting]:
        """Take what one worker should read together, so that the free ones share."""
        line = next((line for line in self._waiting.values() if line), deque())
        share = min(-(-len(line) // max(len(self._free), 1)), TOGETHER_TEXTS)
        batch: list[Waiting] = []
        chars = 0
        while line and len(batch) < share and (not batch or chars + len(line[0].text) <= TOGETHER_CHARS):
            batch.append(line.popleft())
            chars += len(batch[-1].text)
        return batch

    async def _do(self, worker: Worker, batch: Sequence[Waiting]) -> None:
        """Let a worker do a job; a text whose worker is lost gets one more chance with another."""
        team = self._team
        try:
            kind: Kind = "embed" if batch[0].turn == "embed" else "understand"
            found = await worker.ask(Job(kind, [one.text for one in batch]))
        except WorkerLost:
            self._again(batch)
            worker.hang_up()
            if team is self._team:
                self._worker_lost()
            return
        for waiting, result in zip(batch, found, strict=True):
            self._tell(waiting, result, keep=team is self._team)
        if team is self._team:
            self._free.append(worker)
            self._hand_out()
        else:
            worker.hang_up()

    def _tell(self, waiting: Waiting, result: Result, keep: bool) -> None:
        """Give a result to those who wait, and remember it while its model is served."""
        if keep and isinstance(result, Written):
            self._known[waiting.text] = result
            if len(self._known) > KEPT_TEXTS:
                self._known.popitem(last=False)
        if not waiting.result.done():
            waiting.result.set_result(result)

    def _again(self, batch: Sequence[Waiting]) -> None:
        """Queue texts whose worker is lost; the second time it is the text's fault."""
        for waiting in reversed(batch):
            waiting.tried += 1
            if waiting.tried > 1:
                self._tell(waiting, Failed("WorkerLost"), keep=False)
            else:
                self._waiting[waiting.turn].appendleft(waiting)
