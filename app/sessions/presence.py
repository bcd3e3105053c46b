"""Who has a page open, types or reads: noted here, written down by the next round at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(kw_only=True)
class Signs:
    """The last signs of life since the last round, by conversation."""

    seen: dict[str, datetime] = field(default_factory=dict)
    """Heartbeats of open pages."""
    typed: dict[str, datetime] = field(default_factory=dict)
    """Keystrokes, which keep a sitting open as words do."""
    read: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    """The last line that was read, and when."""


class SignsOfLife:
    """Kept in memory between two rounds; what a crash loses is one heartbeat."""

    def __init__(self) -> None:
        self._signs: dict[str, Signs] = defaultdict(Signs)

    def beat(self, tenant_id: str, conversation_id: str, now: datetime) -> None:
        """Note a heartbeat of an open page."""
        self._signs[tenant_id].seen[conversation_id] = now

    def types(self, tenant_id: str, conversation_id: str, now: datetime) -> None:
        """Note that the customer types; whoever types is there."""
        signs = self._signs[tenant_id]
        signs.seen[conversation_id] = signs.typed[conversation_id] = now

    def reads(self, tenant_id: str, conversation_id: str, entry_no: int, now: datetime) -> None:
        """Note that the customer has read up to a line; an earlier one changes nothing."""
        read = self._signs[tenant_id].read
        if entry_no > read.get(conversation_id, (0, now))[0]:
            read[conversation_id] = (entry_no, now)

    def take(self, tenant_id: str) -> Signs:
        """Return what was noted since the last time, and forget it."""
        return self._signs.pop(tenant_id, None) or Signs()

    def give_back(self, tenant_id: str, signs: Signs) -> None:
        """Keep what could not be written down, unless something newer came."""
        kept = self._signs[tenant_id]
        _older_first(kept.seen, signs.seen)
        _older_first(kept.typed, signs.typed)
        for conversation_id, (entry_no, at) in signs.read.items():
            self.reads(tenant_id, conversation_id, entry_no, at)


def _older_first(kept: dict[str, datetime], back: Mapping[str, datetime]) -> None:
    for conversation_id, at in back.items():
        kept.setdefault(conversation_id, at)
