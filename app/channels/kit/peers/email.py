"""A customer's mail program and mail server: RFC 5322 mails by SMTP, and a mailbox for the answers."""

import asyncio
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid

import aiohttp
import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.channels.kit.edges import HELP, Edge, EdgePeer, now
from app.channels.kit.peer import Call, Fault, File, Heard
from app.channels.kit.peers.widget import FILE
from app.embedded.children import LOOPBACK

BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@example.org>
To: {help}
Return-Path: <>
Subject: Undelivered
Message-ID: {own_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

The mail could not be delivered.
--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {customer}
Action: failed
Status: 5.1.1

--=_b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
From: {help}
To: {customer}

--=_b--
"""


class EmailPeer(EdgePeer):
    """One customer with a mailbox, which keeps a mail that comes twice once."""

    name = channel = "email"
    longest_text = 65_536
    customer = "ann@example.org"
    tells_of_sent = True
    cannot: Mapping[str, str] = {
        "signature": "SMTP signs nothing: whose word a mail is, a trusted server's results say, and anybody"
        " else stays unproven",
        "retry_after": "SMTP's answers have no field for it",
    }

    def __init__(self) -> None:
        super().__init__()
        self._edge: Edge | None = None
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        """Open the customer's mail server."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), LOOPBACK, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def begin(self, session: aiohttp.ClientSession, edge: Edge) -> None:
        """Learn where mails are handed in."""
        self._edge = edge

    async def close(self) -> None:
        """Close the mail server."""
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Put a mail into the mailbox, unless a fault is due."""
        if self.faults:
            return _refusal(self.faults.pop(0))
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        message_id = str(mail["Message-ID"]).strip("<>")
        if message_id not in [one.key for one in self.heard]:
            body = mail.get_body(("plain",))
            text = str(body.get_content()).strip() if body else ""
            self.heard.append(Heard(to=self.customer, text=text, provider_id=message_id, key=message_id))
        return "250 Ok"

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Write a mail."""
        mail = self._mail(text)
        mail["Message-ID"] = f"<{self.own_id(message_id)}>"
        for _ in files:
            mail.add_attachment(FILE, maintype="image", subtype="png", filename="lamp.png")
        return Call(body=mail.as_bytes())

    def own_id(self, message_id: str) -> str:
        """A mail is known by its Message-ID."""
        return f"{message_id}@example.org"

    def echo(self, text: str) -> Call:
        """Write a mail as if from the company's own address."""
        return Call(body=self._mail(text, sender=HELP).as_bytes())

    def status(self, provider_id: str) -> tuple[Call, str]:
        """Let a mail come back."""
        told = BOUNCE.format(help=HELP, own_id=make_msgid(), customer=self.customer, message_id=provider_id)
        return Call(body=told.replace("\n", "\r\n").encode()), "failed"

    def unknown(self) -> Sequence[Call]:
        """Write what machines write: an absence, a list's mail, a receipt nobody asked for."""
        absence, listed = self._mail("I am away."), self._mail("News of the list.")
        absence["Auto-Submitted"] = "auto-replied"
        listed["List-Id"], listed["Precedence"] = "<news.example.org>", "list"
        return (Call(body=absence.as_bytes()), Call(body=listed.as_bytes()))

    def _mail(self, text: str, *, sender: str = "") -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Date"] = sender or self.customer, HELP, format_datetime(now())
        mail.set_content(text)
        return mail

    async def reach(self, session: aiohttp.ClientSession, base: str, call: Call) -> tuple[int, str]:
        """Hand a mail in, and return what the server said in the words of webhooks."""
        assert self._edge is not None
        here = {"hostname": LOOPBACK, "port": self._edge.smtp_port}
        try:
            await aiosmtplib.send(call.body, sender=self.customer, recipients=[HELP], start_tls=False, **here)  # type: ignore[arg-type]
        except aiosmtplib.SMTPResponseException as refused:
            later = 429 if refused.code == 452 else 503
            return (later if refused.code < 500 else 422, refused.message)
        return (200, "")


def _refusal(fault: Fault) -> str:
    """Say a fault as mail servers do."""
    if fault.refuses:
        return "550 5.1.1 No such mailbox"
    return "450 4.2.1 Too much at once" if fault.status == 429 else "451 4.3.0 Not now"
