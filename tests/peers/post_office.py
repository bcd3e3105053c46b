"""A mail server on loopback that keeps what it is given."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PostOffice:
    """A mail server that keeps what it is given, and refuses when told to."""

    mails: list[tuple[list[str], Message]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    """What it answers instead of taking a recipient."""
    port: int = 0

    def sent_to(self, address: str) -> list[Message]:
        """Return the mails to one address."""
        return [mail for recipients, mail in self.mails if recipients == [address]]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse."""
        if answer := self.refuses.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail."""
        raw = envelope.original_content or b""
        self.mails.append((list(envelope.rcpt_tos), message_from_bytes(raw, policy=default)))
        return "250 Ok"


@contextlib.asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """Open the server on a free port."""
    office, loop = PostOffice(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, loop=loop), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
