"""How much the front door takes: token buckets by channel, by key, by network and for the whole company."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SECONDS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A bucket: it holds `burst` messages and fills again at `count` a `per`."""

    count: int
    per: str
    burst: int

    @property
    def per_second(self) -> float:
        """Messages that come back each second."""
        return self.count / SECONDS[self.per]


@dataclass(frozen=True, kw_only=True)
class DoorLimits:
    """Every limit of the front door; None stands for no limit of ours."""

    channels: Mapping[str, Rate | None] = field(default_factory=dict)
    """For one sender on a channel."""
    other_channels: Rate | None = Rate(count=60, per="minute", burst=20)
    """For one sender on a channel that is not named."""
    company: Rate | None = Rate(count=1000, per="minute", burst=1000)
    """For all messages of a company together."""
    key: Rate | None = None
    """For all messages that one key or client sends."""
    new_visitors: Rate | None = Rate(count=60, per="minute", burst=120)
    """For visitors of the widget who come anew from one network address."""

    def of_channel(self, channel: str) -> Rate | None:
        """Return the limit of one sender on a channel."""
        return self.channels.get(channel, self.other_channels)
