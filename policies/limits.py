"""How much the front door takes: token buckets for messages, sizes and kinds of files."""

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


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """Which files may come with a message. What a file is, its bytes say, not its name."""

    most_bytes: int = 10 * 1024 * 1024
    most_in_a_message: int = 5
    media_types: frozenset[str] = frozenset(
        {
            *("image/png", "image/jpeg", "image/gif", "image/webp", "image/heic"),
            *("application/pdf", "text/plain"),
            *("audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/amr", "video/mp4"),
        }
    )
