"""What becomes of a message that a channel does not take: how long it waits, and which channel stands in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class DeliveryRules:
    """How messages to channels are given up, and where they go instead."""

    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a channel, those that are tried in its place, the first first."""
    wait_minutes: float = 15
    """How long a provider may be away before another channel stands in."""
    give_up_hours: float = 24
    """How long a message waits for a provider where none does."""

    def stand_ins(self, channel: str, stands_for: str | None) -> Iterator[str]:
        """Name the channels to try after one has failed: its own, then those of the channel it stood for."""
        yield from self.instead.get(channel, ())
        if stands_for is not None:
            yield from (other for other in self.instead.get(stands_for, ()) if other != channel)

    def patience(self, channel: str) -> timedelta:
        """How long a message waits for a channel's provider to come back."""
        if self.instead.get(channel):
            return timedelta(minutes=self.wait_minutes)
        return timedelta(hours=self.give_up_hours)
