"""A mail server on loopback that keeps what it is given."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

Fault = Literal["busy", "refused", "away", "error", "cut", "cut_after"]


@dataclass
class PostOffice:
    """A mail server that keeps what it is given, and refuses when told to."""

    mails: list[tuple[list[str], Message]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    """What it answers instead of taking a recipient."""
    faults: list[Fault] = field(default_factory=list)
    """What happens to the next mails instead of being taken."""
    port: int = 0

    def sent_to(self, address: str) -> list[Message]:
        """Return the mails to one address."""
        return [mail for recipients, mail in self.mails if recipients == [address]]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse."""
        if self._due("busy"):
            return "450 4.2.1 The mailbox is busy"
        if self._due("refused"):
            return "550 5.1.1 No such mailbox"
        if answer := self.refuses.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, or hang up before or after it."""
        if self._due("error"):
            return "451 4.3.0 Not now"
        if self._due("cut"):
            server.transport.abort()  # type: ignore[union-attr]
            return "250 Ok"
        raw = envelope.original_content or b""
        self.mails.append((list(envelope.rcpt_tos), message_from_bytes(raw, policy=default)))
        if self._due("cut_after"):
            server.transport.abort()  # type: ignore[union-attr]
        return "250 Ok"

    def _due(self, fault: Fault) -> bool:
        """Whether this goes wrong now; it does so once."""
        if self.faults[:1] != [fault]:
            return False
        self.faults.pop(0)
        return True

    def open(self, loop: asyncio.AbstractEventLoop) -> SMTP:
        """Take a connection, or say at once that there is no service."""
        return _Away(self, loop=loop) if self._due("away") else SMTP(self, loop=loop)


class _Away(SMTP):
    """A server that takes no connections for now."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so and hang up."""
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"421 4.3.2 No service\r\n")
        transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing was begun."""


@contextlib.asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """Open the server on a free port."""
    office, loop = PostOffice(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: office.open(loop), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
