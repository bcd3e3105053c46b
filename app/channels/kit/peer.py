"""A vendor on loopback: it makes webhooks as the real one does, and its API hears what customers are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Call:
    """One webhook call as the vendor would make it, signed."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    path: str = "webhook"
    """Below the channel's own address."""
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that a customer sends."""

    kind: str = "image"
    name: str = "receipt.png"
    content_type: str = "image/png"
    size: int = 4096
    id: str = "file-1"
    url: str = "https://files.example/receipt.png"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One message that the vendor's API took for a customer."""

    to: str
    text: str = ""
    labels: tuple[str, ...] = ()
    """Labels of the buttons that go with it."""
    provider_id: str = ""
    key: str = ""
    """The idempotency key, where the vendor knows one."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How the vendor's API answers the next request instead of taking it."""

    status: int
    retry_after_s: int | None = None
    refuses: bool = False
    """True: it refuses this recipient or message for good, in the vendor's own words."""

    @property
    def headers(self) -> Mapping[str, str]:
        """How long to wait, when the vendor says so."""
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}


class VendorPeer:
    """One vendor. A channel proves itself against it; what the vendor does not have, it says in `cannot`."""

    name = ""
    """The channel's name in credentials.yml."""
    channel = ""
    """The connector's own name, where it is another one."""
    cannot: Mapping[str, str] = {}
    """Checks that the vendor's channel cannot have, with the reason."""
    longest_text = 4000
    customer = "U100"
    """The address of the customer who writes, as the channel gives it on."""
    gives_ids = True
    """Whether the vendor names what it took."""
    tells_of_sent = False
    """True: states are believed only of messages that were sent, so one is sent first."""

    def __init__(self) -> None:
        self.url = ""
        """Where this vendor's API listens, once it does."""
        self.webhook_url = ""
        """Where the channel listens."""
        self.heard: list[Heard] = []
        self.faults: list[Fault] = []

    def credentials(self) -> Mapping[str, Any]:
        """Return the channel's part of credentials.yml, with this vendor as the API."""
        raise LookupError(f"{self.name} has no credentials")

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the API that hears replies; each handler calls `take`."""
        return ()

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make the webhook of a customer's message."""
        raise LookupError(f"{self.name} says nothing")

    def presses(self, message_id: str, payload: str) -> Call | None:
        """Make the webhook of a pressed button; None where there are none."""
        return None

    def tampered(self, call: Call) -> Sequence[Call]:
        """Return the call as somebody else would make it: another body, no signature, a wrong one."""
        return ()

    def late(self, message_id: str, text: str) -> Call | None:
        """Return a message signed an hour ago; None where signatures carry no time."""
        return None

    def echo(self, text: str) -> Call | None:
        """Make the webhook by which the vendor tells of our own message; None where it does not."""
        return None

    def status(self, provider_id: str) -> tuple[Call, str] | None:
        """Make the webhook of a reply's state, with the state; None where there is none."""
        return None

    def unknown(self) -> Sequence[Call]:
        """Make events of kinds that no documentation names, properly signed."""
        return ()

    def own_id(self, message_id: str) -> str:
        """Return the id under which the message must be stored."""
        return message_id

    async def reach(self, session: aiohttp.ClientSession, base: str, call: Call) -> tuple[int, str] | None:
        """Make the call in the vendor's own way, where it is no webhook; None: it is one."""
        return None

    async def close(self) -> None:
        """Hang up whatever is open."""

    def refusal(self, fault: Fault) -> web.Response:
        """Answer in the vendor's words that a request is not taken."""
        return web.json_response({"error": "no"}, status=fault.status, headers=fault.headers)

    def take(self, heard: Heard) -> web.Response | None:
        """Keep what was sent; return the refusal when a fault is due."""
        if self.faults:
            return self.refusal(self.faults.pop(0))
        self.heard.append(heard)
        return None

    def next_id(self) -> int:
        """Return a number for the next message that is taken."""
        return len(self.heard) + 1
