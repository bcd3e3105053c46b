"""Works through due events: claim, think, commit; failures are rescheduled, never slept on."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from app.background import Background
from app.db import DatabaseGone
from app.gateway.message import Inbound
from app.gateway.ports import Accepted
from app.turns.claim import Claim
from app.turns.failures import Failures
from app.turns.hub import Hub
from app.turns.progress import BUDGET_S, Progress
from app.turns.run import Thinker
from app.turns.store import Committed, LostFence, PersonTookOver, TurnStore

POLL_S = 1.0
"""The net under lost signals, and the longest that an event of a dead worker waits after its lease."""
LONGEST_TURN_S = 30.0
PAUSE_WITHOUT_DATABASE_S = 0.5

log = logging.getLogger(__name__)


class Workers(Background):
    """Up to `limit` turns at once in this process."""

    def __init__(
        self,
        store: TurnStore,
        thinker: Thinker,
        hub: Hub,
        failures: Failures,
        *,
        limit: int,
        clock: Callable[[], datetime],
        progress: Progress | None = None,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._store = store
        self._thinker = thinker
        self._hub = hub
        self._failures = failures
        self._free = asyncio.Semaphore(limit)
        self._clock = clock
        self._progress = progress
        self._budget_s = budget_s
        self._turns: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Take no more events, and let the turns under way finish."""
        await super().stop()
        if self._turns:
            await asyncio.wait(self._turns, timeout=5.0)

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message; with a free worker its turn begins in the same statement."""
        if self._task is None or self._free.locked():
            return await self._store.accept(inbound)
        await self._free.acquire()
        try:
            accepted, claim = await self._store.accept_and_claim(inbound)
        except BaseException:
            self._free.release()
            raise
        if claim is None:
            self._free.release()
        else:
            self._begin(claim)
        return accepted

    def _begin(self, claim: Claim) -> None:
        """Answer a claimed event beside everything else; a worker is taken for it already."""
        task = asyncio.create_task(self._turn(claim))
        self._turns.add(task)
        task.add_done_callback(self._finished)

    async def _run(self) -> None:
        time, work = asyncio.get_running_loop().time, self._hub.work
        searching, searched = True, time()
        while True:
            await self._free.acquire()
            # Nobody signals a retry or a dead engine's event: once a second, however busy the signals are,
            # take whatever is due until nothing is left.
            searching = searching or not await work.take(POLL_S) or time() > searched + POLL_S
            told = work.due
            claim = await self._claim()
            if claim is None:
                self._free.release()
                work.forget(told)
                searching, searched = False, time()
                continue
            self._begin(claim)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._turns.discard(task)
        self._free.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a turn ended in %s", type(error).__name__, exc_info=error)

    async def _claim(self) -> Claim | None:
        try:
            return await self._store.claim()
        except DatabaseGone as error:
            log.warning("no events taken: %s", type(error).__name__)
            await asyncio.sleep(PAUSE_WITHOUT_DATABASE_S)
            return None
        except Exception as error:
            # Its lease keeps it away for a while; the other threads go on.
            log.error("an event cannot be read: %s", type(error).__name__)
            return None

    async def _turn(self, claim: Claim) -> None:
        """Answer one event; whatever goes wrong, the event stays in the inbox until it is settled."""
        try:
            await self.answer(claim)
        except DatabaseGone as error:
            log.warning(
                "turn %s/%s waits for the database: %s", claim.thread_id, claim.seq, type(error).__name__
            )
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._hub.retract(claim.conversation_id, claim.seq)
            await self._failed(claim, error)

    async def answer(self, claim: Claim) -> None:
        """Think under a kept lease, then commit; a draft that a person overtook is kept, not sent."""
        with self._kept_lease(claim), self._progress_told(claim):
            async with asyncio.timeout(LONGEST_TURN_S):
                thought = await self._thinker.think(claim)
        outcome = await self._store.commit(claim, thought)
        if isinstance(outcome, PersonTookOver):
            self._hub.retract(claim.conversation_id, claim.seq)
            quiet = await self._thinker.withheld(claim, thought)
            outcome = await self._store.commit(claim, quiet)
        match outcome:
            case Committed(due=due, said=said):
                if not due and claim.thread_id == claim.conversation_id:
                    self._hub.answered(claim.conversation_id, claim.seq, said)
                self._hub.changed(claim.tenant_id, claim.conversation_id)
                self._hub.work.add(due)
            case LostFence():
                self._hub.retract(claim.conversation_id, claim.seq)
                log.info("turn %s/%s was overtaken, its draft is dropped", claim.thread_id, claim.seq)
                self._hub.work.add()

    @contextlib.contextmanager
    def _kept_lease(self, claim: Claim) -> Iterator[None]:
        """Renew the lease of a turn that takes long; most turns are over before a task would be made."""
        tasks: list[asyncio.Task[None]] = []
        later = asyncio.get_running_loop().call_later(
            self._store.lease_s / 3, lambda: tasks.append(asyncio.create_task(self._renew(claim)))
        )
        try:
            yield
        finally:
            later.cancel()
            for task in tasks:
                task.cancel()

    @contextlib.contextmanager
    def _progress_told(self, claim: Claim) -> Iterator[None]:
        """Tell the customer once the turn has used up its budget; most turns end long before."""
        if self._progress is None or not self._progress.concerns(claim):
            yield
            return
        told: list[asyncio.Task[None]] = []
        progress = self._progress
        later = asyncio.get_running_loop().call_later(
            self._budget_s, lambda: told.append(asyncio.create_task(self._tell(progress, claim)))
        )
        try:
            yield
        finally:
            later.cancel()
            self._turns.update(told)
            for task in told:
                task.add_done_callback(self._turns.discard)

    async def _tell(self, progress: Progress, claim: Claim) -> None:
        with contextlib.suppress(*DatabaseGone):
            if await progress.tell(claim):
                self._hub.changed(claim.tenant_id, claim.conversation_id)

    async def _renew(self, claim: Claim) -> None:
        while True:
            with contextlib.suppress(*DatabaseGone):
                if not await self._store.renew(claim):
                    return
            await asyncio.sleep(self._store.lease_s / 3)

    async def _failed(self, claim: Claim, error: Exception) -> None:
        try:
            await self._failures.record(claim, error)
        except DatabaseGone:
            log.warning("failure of %s/%s not stored, its lease runs out", claim.thread_id, claim.seq)
        self._hub.changed(claim.tenant_id, claim.conversation_id)
        self._hub.work.add()
