"""A mailbox over a real database: mails come in by SMTP, answers go to a mail server on loopback."""

import asyncio
import contextlib
import smtplib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.message import EmailMessage, Message

from app.auth.authenticate import Authenticator
from app.email.delivering import MailSender, Server
from app.email.deps import Mailbox, MailDeps
from app.email.smtp_in import SmtpServer
from app.gateway.deps import GatewayDeps
from app.outbox.dispatcher import OutboxDispatcher
from app.outbox.reports import Reports
from tests.integration.front import TENANT, Front
from tests.integration.outbox_house import OutboxHouse, outbox_house
from tests.peers.post_office import PostOffice, post_office

HELP = "help@shop.example"
TRUSTED = "mx.shop.example"
PASSED = f"{TRUSTED}; dmarc=pass header.from="


@dataclass
class MailHouse:
    """A mailbox with both its ends."""

    front: Front
    outbox: OutboxHouse
    deps: MailDeps
    office: PostOffice
    sender: MailSender
    host: str
    port: int

    async def hand_in(
        self, mail: EmailMessage | bytes, to: str = HELP, sender: str = "x@example.org"
    ) -> None:
        """Send a mail as Python's own client does; its refusals are raised."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()

        def send() -> None:
            with smtplib.SMTP(self.host, self.port, timeout=20) as client:
                client.sendmail(sender, [to], raw)

        await asyncio.to_thread(send)

    async def conversations(self) -> list[str]:
        """All conversations, the oldest first."""
        async with self.front.database.tenant(TENANT) as conn:
            rows = await conn.execute("select conversation_id from conversations order by started_at")
            return [row[0] for row in await rows.fetchall()]

    async def said(self, conversation_id: str) -> list[str]:
        """What customers said in a conversation: those that are answered, in the timeline."""
        _, conversation = await self.front.call("GET", f"/api/v1/conversations/{conversation_id}")
        return [entry["text"] for entry in conversation["timeline"] if entry["direction"] == "inbound"]

    async def answer(self, conversation_id: str, text: str) -> Message:
        """Answer in a conversation, and return the mail that went out."""
        before = len(self.office.mails)
        await self.outbox.told(conversation_id, text)
        assert len(self.office.mails) == before + 1
        return self.office.mails[-1][1]


def mail(text: str = "Where is it?", *, sender: str = "ann@example.org", **headers: str) -> EmailMessage:
    """Write a mail as a customer does."""
    written = EmailMessage()
    written["From"], written["To"] = sender, HELP
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content(text)
    return written


def proven(text: str = "Where is it?", *, sender: str = "ann@example.org", **headers: str) -> EmailMessage:
    """Write a mail for whose sender the company's own mail server vouches."""
    domain = sender.rpartition("@")[2]
    return mail(text, sender=sender, Authentication_Results=PASSED + domain, **headers)


@contextlib.asynccontextmanager
async def mail_house(front: Front) -> AsyncIterator[MailHouse]:
    """Open a mailbox beside a front door."""
    async with post_office() as office, outbox_house(front) as opened:
        sender = MailSender(
            tenants=front.database,
            vault=front.vault,
            server=_on_loopback(office.port),
            address=HELP,
            name=lambda tenant: "Lamps and more",
            clock=front.clock,
        )
        deps = replace(opened.deps, senders={"email": sender})
        outbox = replace(opened, deps=deps, dispatcher=OutboxDispatcher(deps, TENANT))
        await outbox.dispatcher.look()
        mailbox = _mailbox(front, Reports(deps))
        door = SmtpServer(mailbox, "127.0.0.1", 0)
        listening = await door.start()
        yield MailHouse(front, outbox, mailbox, office, sender, listening.host, listening.port)
        await door.stop()
        await outbox.dispatcher.stop()


def _mailbox(front: Front, reports: Reports) -> MailDeps:
    assert front.files is not None
    gateway = GatewayDeps(
        tenants=front.database,
        vault=front.vault,
        accept=front.store.accept,
        hub=front.hub,
        authenticator=Authenticator(front.database, front.vault, front.clock),
        clock=front.clock,
        tenant_id=TENANT,
        demo=False,
        company=lambda: "Lamps and more",
        files=front.files,
    )
    mailbox = Mailbox(addresses=(HELP,), trusted=frozenset({TRUSTED}))
    return MailDeps(gateway=gateway, mailbox=mailbox, files=front.files, delivery_changed=reports)


def _on_loopback(port: int) -> Server:
    return Server(host="127.0.0.1", port=port, tls=False, start_tls=None, user=None, password=None)
