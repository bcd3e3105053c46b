"""What the tools need from whoever sends codes to addresses."""

from dataclasses import dataclass
from typing import Protocol

from tools.spec import ActionKey, Caller


@dataclass(frozen=True, kw_only=True)
class CodeOnItsWay:
    """A code that was sent; which one it is knows only who gets it."""

    to: str
    """Masked: enough to recognise the address."""
    minutes: int
    """So long it counts."""


class ContactCodes(Protocol):
    """Sends codes. The same key again sends another only when the first did not go out."""

    async def send(self, caller: Caller, contact: str, *, key: ActionKey) -> CodeOnItsWay:
        """Send a code to an address, for the caller's conversation."""

    async def sent_under(self, caller: Caller, key: ActionKey) -> CodeOnItsWay | None:
        """Return what went out under this key, or None."""
