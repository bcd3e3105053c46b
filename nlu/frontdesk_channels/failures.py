"""What can be wrong with a request, a reply or the file of credentials."""

from typing import Literal

FailureKind = Literal["retryable", "refused", "outage"]


class Forged(Exception):
    """The channel did not send this request, or not now: nothing of it is read."""

    def __init__(self, why: str, status: int = 401) -> None:
        super().__init__(why)
        self.status = status


class NotStored(Exception):
    """The core did not take the message; the provider is asked to send it again."""

    def __init__(self, status: int = 503, retry_after_s: int = 2) -> None:
        super().__init__(f"the core did not store the message; try again in {retry_after_s} s")
        self.status = status
        self.retry_after_s = retry_after_s


class Undelivered(Exception):
    """A reply did not reach the channel.

    `retryable`: the same again may work. `refused`: this reply or recipient never will.
    `outage`: nothing can be delivered on this channel just now, whoever the recipient is.
    """

    def __init__(self, kind: FailureKind, why: str, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.retry_after_s = retry_after_s


class Unusable(Exception):
    """The credentials cannot be used as they are; the message names the file, the channel and the remedy."""
