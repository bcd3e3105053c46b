"""Mails taken by SMTP: 250 is said when the message is stored, and never before."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.db import DatabaseGone
from app.email.deps import MailDeps
from app.email.taking import take_mail
from app.email.threads import bare_address
from app.problems import Problem

log = logging.getLogger(__name__)
# aiosmtpd logs the addresses of sender and recipient below this level.
logging.getLogger("mail.log").setLevel(logging.ERROR)

LARGEST_MAIL = 25 * 1024 * 1024
LONGEST_LINE = 2 * 1024 * 1024
"""Far beyond the 1,000 that are allowed: some programs write a whole mail as one line."""
MOST_CONNECTIONS = 64
MOST_RECIPIENTS = 20
MOST_COMMANDS = 200
IDLE_S = 60.0
LATER = "451 4.3.0 Not stored, try again later"


class Door:
    """What the protocol asks at each command."""

    def __init__(self, deps: MailDeps) -> None:
        self._deps = deps

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mails for the company's own addresses, and relay none."""
        if bare_address(address) not in self._deps.mailbox.addresses:
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail, then say so."""
        raw = envelope.original_content or b""
        try:
            await take_mail(self._deps, raw, envelope.rcpt_tos, from_loopback=_is_loopback(session))
        except Problem as problem:
            return _refusal(problem)
        except (TimeoutError, *DatabaseGone) as away:
            log.info("a mail waits for the database: %s", type(away).__name__)
            return LATER
        except Exception as error:
            log.exception("a mail was not stored: %s", type(error).__name__)
            return LATER
        return "250 2.0.0 Stored"


def _refusal(problem: Problem) -> str:
    """Say it as mail servers do: 4 for what may be tried again, 5 for what may not."""
    if problem.status == 429:
        return "452 4.7.1 Too many mails, try again later"
    if problem.status >= 500:
        return LATER
    return f"550 5.7.1 {problem.title.encode('ascii', 'replace').decode()}"


def _is_loopback(session: Session) -> bool:
    try:
        return ip_address(session.peer[0] if session.peer else "").is_loopback
    except ValueError:
        return False


class _Limited(SMTP):
    """The library's protocol, for so many connections at once."""

    line_length_limit = LONGEST_LINE
    open_now = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn away whoever comes when there is no room."""
        type(self).open_now += 1
        if type(self).open_now > MOST_CONNECTIONS and isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room."""
        type(self).open_now -= 1
        if self.session is not None:
            super().connection_lost(error)


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where mails are taken."""

    host: str
    port: int


class SmtpServer:
    """Listens for mails; started with the engine, stopped with it."""

    def __init__(self, deps: MailDeps, host: str, port: int, certificate: Path | None = None) -> None:
        self._door = Door(deps)
        self._host, self._port = host, port
        self._certificate = certificate
        self._server: asyncio.Server | None = None

    async def start(self) -> Listening:
        """Begin, and say where."""
        tls = None
        if self._certificate is not None:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(self._certificate)
        loop = asyncio.get_running_loop()

        def protocol() -> SMTP:
            return _Limited(
                self._door,
                data_size_limit=LARGEST_MAIL,
                enable_SMTPUTF8=True,
                hostname=self._host,
                ident="Frontdesk",
                timeout=IDLE_S,
                tls_context=tls,
                command_call_limit=MOST_COMMANDS,
                loop=loop,
            )

        self._server = await loop.create_server(protocol, self._host, self._port)
        name = self._server.sockets[0].getsockname()
        return Listening(host=self._host, port=name[1])

    async def stop(self) -> None:
        """End; a mail that was not stored was not confirmed, and comes again."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
