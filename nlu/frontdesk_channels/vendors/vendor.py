"""What every vendor's wire format offers, so that one server and one sender serve them all."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

from frontdesk_channels.events import Attachment, Event
from frontdesk_channels.failures import Unusable
from frontdesk_channels.vendors.hook import Answer, Hook
from frontdesk_channels.vendors.saying import Call, Heard, Saying
from frontdesk_channels.vendors.shape import filled

Fetch: TypeAlias = Callable[[Call], Awaitable[Heard]]
"""Makes a call to the vendor; where no answer comes, its status says so."""


class Access(Protocol):
    """Proof towards a vendor that is fetched first and runs out."""

    async def headers(self) -> Mapping[str, str]:
        """Return the headers that open the vendor's API now."""

    def forget(self) -> None:
        """The vendor no longer takes it: fetch it anew next time."""


class Vendor(ABC):
    """One channel's wire format; a subclass says how requests are proved, read and written."""

    name = ""
    access: Access | None = None
    """Set where the calls of `write` need a proof that runs out."""

    @classmethod
    @abstractmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "Vendor":
        """Make it from the fields of credentials.yml; raise `Unusable` when one is missing."""

    @property
    def answers_at_once(self) -> bool:
        """True: the vendor takes replies in the response to its request, and nowhere else."""
        return False

    def greet(self, hook: Hook) -> Answer | None:
        """Answer a vendor that only asks whether this address is ours; None when it asks nothing."""
        return None

    @abstractmethod
    async def verify(self, hook: Hook, now: datetime) -> None:
        """Return when the vendor sent it, and lately where that can be told; else raise `Forged`."""

    @abstractmethod
    async def read(self, hook: Hook) -> Sequence[Event]:
        """Return messages and states of ours; our own words and what nobody knows yet are left out."""

    def pieces(self, saying: Saying) -> Sequence[Saying]:
        """Cut what is within the channel's limit, but not within that of this address."""
        return (saying,)

    @abstractmethod
    def write(self, saying: Saying, now: datetime) -> Call:
        """Return the call that says it; raise `Undelivered` where it may not be said."""

    @abstractmethod
    def taken(self, heard: Heard) -> str:
        """Return the vendor's id of what it took; raise `Undelivered` where it did not."""

    def introduction(self) -> Call | None:
        """Return the call that asks whom the credentials belong to; None where a token of theirs is all."""
        return None

    def introduced(self, heard: Heard) -> str:
        """Return who answered; raise `Undelivered` where the credentials are refused."""
        return self.taken(heard)

    async def file(self, kept: Attachment) -> Call | None:
        """Return the call that fetches what came with a message; None where it cannot be fetched.

        A proof goes to the vendor's own addresses only, wherever the message says the file lies.
        """
        return Call(method="GET", url=kept.url) if _is_outside(kept.url) else None

    def answer(self, sayings: Sequence[Saying], *, heard: bool = True) -> Answer:
        """Return what the vendor hears once the message is stored, with what is said where it takes that.

        `heard` is false where the request held no message at all.
        """
        return Answer()


def needed(credentials: Mapping[str, Any] | None, channel: str, *names: str) -> list[str]:
    """Return what a channel cannot do without, as texts; what is missing is named all at once."""
    found = [str((credentials or {}).get(name) or "") for name in names]
    missing = [name for name, value in zip(names, found, strict=True) if not value]
    if missing:
        raise Unusable(f"credentials.yml: {channel} needs {', '.join(missing)}.")
    return found


def given(credentials: Mapping[str, Any] | None, name: str, otherwise: str = "") -> str:
    """Return what a channel may be told, as text."""
    value = (credentials or {}).get(name)
    return otherwise if value is None else str(value)


def _is_outside(url: str) -> bool:
    """Say whether an address is a name on the internet: a message must not have us look around at home."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not host.rpartition(".")[2].isdigit()


def words_of(typed: str, payload: str) -> dict[str, Any]:
    """Return a message's text: what stands behind a pressed button counts, not what is written on it."""
    return {"text": payload or typed, "pressed": bool(payload)}


def location(latitude: str, longitude: str, *, name: str = "", address: str = "") -> Attachment:
    """Return a place as something that came with a message."""
    more = filled(lat=latitude, lng=longitude, address=address)
    return Attachment(kind="location", name=name, more=more)
