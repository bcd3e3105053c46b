"""What every vendor's wire format offers, so that one server and one sender serve them all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from frontdesk_channels.vendors.events import Event
from frontdesk_channels.vendors.hook import Answer, Hook
from frontdesk_channels.vendors.saying import Call, Failed, Heard, Outcome, Saying

Fetch: TypeAlias = Callable[[Call], Awaitable[Heard]]
"""Makes a call to the vendor; no answer in time is a 599."""


class CredentialsMissing(Exception):
    """A channel cannot work as `credentials.yml` describes it; the message names the keys."""


class Access(Protocol):
    """Proof towards a vendor that is fetched first and runs out."""

    async def headers(self) -> Mapping[str, str]:
        """Return the headers that open the vendor's API now."""

    def forget(self) -> None:
        """The vendor no longer takes it: fetch it anew next time."""


class Vendor:
    """One channel's wire format; a subclass says how requests are proved, read and written."""

    name = ""
    channels: Sequence[str] = ()
    """The names under which customers' messages come in, where it serves more than one."""
    access: Access | None = None
    """Set where the calls of `write` need a proof that runs out."""
    answers_at_once = False
    """True: the vendor takes the reply in the answer to its request, and nowhere else."""

    def greet(self, hook: Hook) -> Answer | None:
        """Answer a vendor that only asks whether this address is ours; None when it asks nothing."""

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Return when the vendor sent it and lately, else raise `Refused`."""
        raise NotImplementedError

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Tell what a verified request holds; what is not known is an `Unknown`, never an error."""
        raise NotImplementedError

    def write(self, saying: Saying, now: datetime) -> Call | Failed:
        """Return the call that says it, or why it may not be said."""
        raise NotImplementedError

    def outcome(self, heard: Heard) -> Outcome:
        """Tell what became of one call."""
        raise NotImplementedError

    def answer(self, sayings: Sequence[Saying]) -> Answer:
        """Return what the vendor hears once the message is stored, with what is said where it takes that."""
        return Answer()


def taken(credentials: Mapping[str, Any] | None, channel: str, *names: str) -> list[str]:
    """Return what a channel cannot do without, as texts; what is missing is named all at once."""
    found = [str((credentials or {}).get(name) or "") for name in names]
    missing = [name for name, value in zip(names, found, strict=True) if not value]
    if missing:
        raise CredentialsMissing(f"credentials.yml: {channel} needs {', '.join(missing)}.")
    return found


def given(credentials: Mapping[str, Any] | None, name: str, otherwise: str = "") -> str:
    """Return what a channel may be told, as text."""
    value = (credentials or {}).get(name)
    return otherwise if value is None else str(value)
