"""Answers by mail: the outbox's sender for the channel `email`."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

import aiosmtplib

from app.conversations.seal import open_json, seal_json
from app.email import repository as sql
from app.email.threads import address_of, index_of, mark_of, marked_address, party_of, sealed_place
from app.email.writing import Letter, written
from app.gateway.deps import Keyring
from app.gateway.ports import Tenants
from app.outbox.port import Errand, Outage, Refused, Retryable

TIMEOUT_S = 9.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where mails are handed in."""

    host: str
    port: int
    tls: bool
    """From the first byte on."""
    start_tls: bool | None
    """None: where the server offers it; only ever on this machine."""
    user: str | None
    password: str | None


@dataclass(frozen=True, kw_only=True)
class MailSender:
    """Sends on the channel `email`; see `ChannelSender`."""

    tenants: Tenants
    vault: Keyring
    server: Server
    address: str
    name: Callable[[str], str]
    """The name beside the address, for a tenant."""
    clock: Callable[[], datetime]

    async def deliver(self, errand: Errand) -> str:
        """Send one mail and return its Message-ID, which is the same for every attempt."""
        letter = await self._letter(errand)
        await self._remember(errand, letter)
        try:
            await aiosmtplib.send(
                written(letter),
                sender=self.address,
                recipients=[letter.recipient],
                hostname=self.server.host,
                port=self.server.port,
                username=self.server.user,
                password=self.server.password,
                use_tls=self.server.tls,
                start_tls=self.server.start_tls,
                timeout=TIMEOUT_S,
                tls_context=_tls(),
                local_hostname=self.address.rpartition("@")[2],
            )
        except aiosmtplib.SMTPException as error:
            raise explained(error) from error
        except OSError as error:
            raise Outage(f"the mail server cannot be reached: {type(error).__name__}") from error
        return letter.message_id

    async def _letter(self, errand: Errand) -> Letter:
        """Put a mail together from the message and what it answers."""
        tenant_id, party = (
            errand.tenant_id,
            party_of(self.vault, errand.tenant_id, address_of(errand.address)),
        )
        async with self.tenants.tenant(tenant_id) as conn:
            heard = await sql.last_heard(conn, tenant_id, errand.conversation_id, party)
            said_by = await sql.who_said(conn, tenant_id, errand.entry_id)
        told: dict[str, Any] = {}
        if heard is not None:
            told = open_json(self.vault, tenant_id, heard.sealed, sealed_place(heard.mail_index))
        mark = mark_of(self.vault, tenant_id, errand.conversation_id)
        return Letter(
            message_id=f"{errand.key}@{self.address.rpartition('@')[2]}",
            sender=self.address,
            sender_name=self.name(tenant_id),
            answers_to=marked_address(self.address, mark),
            recipient=told.get("reply_to") or address_of(errand.address),
            subject=told.get("subject", ""),
            html=errand.part.text if errand.part.markup == "html" else _as_html(errand),
            language=errand.language,
            in_reply_to=told.get("message_id"),
            references=told.get("references", ()),
            automatic=said_by is None or said_by[0] != "agent",
            at=self.clock(),
        )

    async def _remember(self, errand: Errand, letter: Letter) -> None:
        """Know the mail before it is gone: an answer may come at once."""
        tenant_id = errand.tenant_id
        index = index_of(self.vault, tenant_id, letter.message_id)
        row = sql.NewMail(
            mail_index=index,
            kind="sent",
            conversation_id=errand.conversation_id,
            party_index=party_of(self.vault, tenant_id, letter.recipient),
            entry_id=errand.entry_id,
            sealed=seal_json(self.vault, tenant_id, {"message_id": letter.message_id}, sealed_place(index)),
            created_at=letter.at,
        )
        async with self.tenants.tenant(tenant_id) as conn:
            await sql.store(conn, tenant_id, row)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Read the machine's certificates once."""
    return ssl.create_default_context()


def explained(error: aiosmtplib.SMTPException) -> Retryable | Refused | Outage:
    """Say what a server's refusal means; its own words may name the customer and stay out."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refused = error.recipients[0] if error.recipients else None
        return _by_code(refused.code if refused else 550, "the recipient")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Outage(f"the mail server refuses the password ({error.code})")
    if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPHeloError):
        return Outage("the mail server does not take connections")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _by_code(error.code, "the mail")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Outage("the mail server lacks what is needed, such as STARTTLS")
    if isinstance(error, aiosmtplib.SMTPConnectTimeoutError):
        return Outage("the mail server cannot be reached in time")
    return Retryable(f"the mail server hung up: {type(error).__name__}")


def _by_code(code: int, what: str) -> Retryable | Refused:
    if 400 <= code < 500:
        return Retryable(f"{what} is not taken for now ({code})")
    return Refused(f"{what} is refused ({code})")


def _as_html(errand: Errand) -> str:
    """A message without mark-up, such as a file with its address."""
    link = (
        f'<br><a href="{escape(errand.part.media.url)}">{escape(errand.part.media.url)}</a>'
        if errand.part.media
        else ""
    )
    return f"<p>{escape(errand.part.text)}{link}</p>"
