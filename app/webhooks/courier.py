"""Carries one message to its receiver: no redirect, no private address, no waiting for ever."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from tools.guarded import AddressRefused

TIMEOUT_S = 15.0
CONNECT_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What came of one attempt."""

    status: int | None
    """What the receiver answered; None when no answer came."""
    error: str | None
    """Why it did not arrive; None when it did."""
    ms: float
    retry_after_s: float | None = None

    @property
    def arrived(self) -> bool:
        """Whether the receiver has taken it."""
        return self.error is None


class Courier:
    """Sends over a guarded session."""

    def __init__(self, session: aiohttp.ClientSession, *, timeout_s: float = TIMEOUT_S) -> None:
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=CONNECT_S)

    async def carry(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Post once. The answer's body is not read: nothing of it is needed, and it may have any size."""
        begun = time.monotonic()
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=self._timeout
            ) as response:
                status, wait = response.status, response.headers.get("Retry-After", "")
                response.close()
        except (aiohttp.ClientError, TimeoutError, ValueError) as lost:
            return Receipt(status=None, error=silence(lost), ms=since(begun))
        said = None if 200 <= status < 300 else f"the receiver answered {status}{redirect(status)}"
        return Receipt(status=status, error=said, ms=since(begun), retry_after_s=seconds(wait))


def silence(error: Exception) -> str:
    """Why no answer came, without what the address may carry."""
    cause = getattr(error, "os_error", None)
    if isinstance(cause, AddressRefused):
        return f"{cause}; FRONTDESK_PRIVATE_NETWORKS can allow its network"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"no answer: {type(error).__name__}"


def redirect(status: int) -> str:
    """What a redirect means here, as the end of a sentence."""
    return "; redirects are not followed, so change the webhook's address" if 300 <= status < 400 else ""


def seconds(text: str) -> float | None:
    """How long a receiver asks to wait, when it says so in seconds."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def since(begun: float) -> float:
    """Milliseconds since a moment."""
    return round((time.monotonic() - begun) * 1000, 1)
