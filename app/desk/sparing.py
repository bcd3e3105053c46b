"""Spares the others when one conversation cannot be dealt with: it is logged and left out for a while."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from app.db import DatabaseGone

LEFT_OUT_FOR = timedelta(minutes=1)

log = logging.getLogger(__name__)


class Sparing:
    """Knows which conversations of one engine failed lately."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str], datetime] = {}

    def leaves_out(self, tenant_id: str, conversation_id: str) -> bool:
        """Say whether a conversation failed a moment ago, so that it takes nobody's place again now."""
        until = self._until.get((tenant_id, conversation_id))
        if until is not None and until <= self._clock():
            del self._until[tenant_id, conversation_id]
            return False
        return until is not None

    @contextlib.contextmanager
    def one(self, tenant_id: str, conversation_id: str) -> Iterator[None]:
        """Deal with one conversation; whatever goes wrong stays with it, but for a database that is away."""
        try:
            yield
        except DatabaseGone:
            raise
        except Exception:
            log.exception("the desk cannot deal with conversation %s and leaves it out", conversation_id)
            self._until[tenant_id, conversation_id] = self._clock() + LEFT_OUT_FOR
