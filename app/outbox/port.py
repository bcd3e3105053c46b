"""How the outbox hands a message to a channel: one port, which every sender implements.

A sender is given one message at a time (a reply that is long for its channel is several), and the same key
again when an attempt is repeated: a provider that knows idempotency keys is given it, one that does not may
show a message twice after a crash. When a message was not taken, it raises one of three errors.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from app.formatting.parts import Part

DeliveryState = Literal["sent", "delivered", "read", "failed"]
"""What a provider can say of a message that it took; `sent` is said by having taken it."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One message to be sent on a channel."""

    tenant_id: str
    channel: str
    address: str
    """The customer's address on the channel, as it came in with their message."""
    part: Part
    key: str
    """The same for every attempt; at most 64 characters of letters, digits, `_`, `.` and `-`."""
    conversation_id: str
    entry_id: str
    answers: str | None = None
    """The channel's own id of the customer's last message here, for threads and quotes."""
    number: int = 1
    """Which message of its reply this is, and of how many."""
    of: int = 1
    language: str = "en"


class DeliveryFailed(Exception):
    """A message was not taken; the message says why, in words without the customer's."""


class Retryable(DeliveryFailed):
    """Not this time: the same message is tried again later."""

    def __init__(self, why: str, *, after_s: float | None = None) -> None:
        super().__init__(why)
        self.after_s = after_s
        """How long the provider asks to wait, when it says so."""


class Refused(DeliveryFailed):
    """Never: the address, the message or the account is refused, and trying again would not help."""


class Outage(DeliveryFailed):
    """The provider does not answer at all: the message keeps its attempts and waits until it does."""


class ChannelSender(Protocol):
    """Sends on one channel."""

    async def deliver(self, errand: Errand) -> str:
        """Hand one message to the provider and return the provider's own id of it, or an empty text."""


class DeliveryChanged(Protocol):
    """What a channel calls when its provider reports on a message that it took."""

    async def __call__(
        self, tenant_id: str, channel: str, provider_id: str, state: DeliveryState, error: str | None = None
    ) -> bool:
        """Note it; a report that comes before its message is noted waits. False: nothing was new in it."""
