"""Carries lines of one channel until nothing is due; a provider that fails is left alone for a while."""

import asyncio
import logging
from datetime import timedelta

from app.outbox import letters, settling
from app.outbox.deps import OutboxDeps
from app.outbox.letters import Letter
from app.outbox.port import DeliveryFailed, Errand, Outage, Refused, Retryable
from tools.breaker import Breaker

TWO = 2
"""Lines that a carrier takes at a time."""

log = logging.getLogger(__name__)


class Carrying:
    """One engine's carrying on one channel."""

    def __init__(self, deps: OutboxDeps, channel: str) -> None:
        self._deps = deps
        self._channel = channel
        self._sender = deps.senders[channel]
        self._breaker = Breaker()

    def fails(self, now: float) -> bool:
        """Whether the provider did not answer lately."""
        return self._breaker.state(now) != "closed"

    def room(self, now: float) -> int:
        """How many carriers the provider may see at once: none while it fails, one when it is tried anew."""
        return {"closed": 1000, "half_open": 1, "open": 0}[self._breaker.state(now)]

    async def carry_all(self, tenant_id: str) -> None:
        """Carry until nothing is due any more, or the provider fails."""
        while self.room(_steady()):
            taken = await letters.take(self._deps, tenant_id, self._channel, TWO)
            if not taken:
                return
            for letter in taken:
                await self._carry(tenant_id, letter)

    async def _carry(self, tenant_id: str, letter: Letter) -> None:
        """Carry the messages of a line that are still to be sent, in their order."""
        if letter.fault is not None:
            await settling.failed(self._deps, tenant_id, letter, Refused(letter.fault))
            return
        for errand in letter.errands[letter.line.parts :]:
            if not self._may_begin(letter):
                return
            try:
                provider_id = await self._attempt(errand)
            except DeliveryFailed as failure:
                await settling.failed(self._deps, tenant_id, letter, failure)
                return
            if not await settling.arrived(self._deps, letter, errand, provider_id):
                return
            letter = letter.renewed(errand.number, self._deps)

    def _may_begin(self, letter: Letter) -> bool:
        """Whether an attempt would end before somebody else may take the line, and the provider is there."""
        ends = self._deps.clock() + timedelta(seconds=self._deps.attempt_s)
        return ends < letter.until and self.room(_steady()) > 0

    async def _attempt(self, errand: Errand) -> str:
        """Try once; whatever a sender raises becomes one of the port's errors."""
        try:
            async with asyncio.timeout(self._deps.attempt_s):
                provider_id = await self._sender.deliver(errand)
        except Outage:
            self._breaker.failed(_steady())
            raise
        except DeliveryFailed:
            self._breaker.succeeded(_steady())
            raise
        except TimeoutError:
            self._breaker.failed(_steady())
            raise Retryable("no answer in time") from None
        except Exception as error:
            log.exception("a sender of %s failed: %s", self._channel, type(error).__name__)
            raise Retryable(f"the sender failed: {type(error).__name__}") from error
        self._breaker.succeeded(_steady())
        return provider_id


def _steady() -> float:
    return asyncio.get_running_loop().time()
