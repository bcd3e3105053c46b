"""Sentences of a reply that is still being written, shown to whoever listens in this process.

They carry content, so they never travel between processes: a customer whose
socket is held by another engine reads the committed message alone.
"""

import logging
from collections.abc import Awaitable, Callable

from app.db import DatabaseGone
from app.turns.claim import Claim
from app.turns.hub import Hub, Sentence

log = logging.getLogger(__name__)

Holds = Callable[[Claim], Awaitable[bool]]
"""Says whether a turn is still this worker's and the assistant may still speak."""


class TurnAloud:
    """Speaks for one turn; each sentence asks first whether the turn is still ours."""

    def __init__(self, claim: Claim, hub: Hub, holds: Holds) -> None:
        self._claim = claim
        self._hub = hub
        self._holds = holds
        self._said = 0

    async def say(self, text: str) -> bool:
        """See `Aloud`; with nobody to hear it there is nothing to ask."""
        if not self._hub.is_heard(self._claim.conversation_id):
            return True
        if not await self._ours():
            return False
        self._said += 1
        sentence = Sentence(seq=self._claim.seq, number=self._said, text=text)
        self._hub.speak(self._claim.conversation_id, sentence)
        return True

    async def _ours(self) -> bool:
        try:
            return await self._holds(self._claim)
        except DatabaseGone as error:
            log.warning("a sentence is not shown: %s", type(error).__name__)
            return False

    async def retract(self) -> None:
        """See `Aloud`."""
        self._hub.retract(self._claim.conversation_id, self._claim.seq)
