"""Puts the mailbox together from the settings."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

import orjson
from pydantic import SecretStr

from app.db import Database
from app.email import repository as sql
from app.email.delivering import MailSender, Server
from app.email.deps import Mailbox, MailDeps, TakesFiles
from app.email.imap import Account, ImapReader, is_this_machine
from app.email.smtp_in import SmtpServer
from app.email_settings import DEMO_ADDRESS
from app.gateway.deps import GatewayDeps, Keyring
from app.gateway.ports import Tenants
from app.outbox.port import DeliveryChanged
from app.rounds import Rounds
from app.rulebooks import BookShelf
from app.settings import Settings

DEMO = "demo.json"
KEPT_ASIDE = timedelta(days=30)
log = logging.getLogger(__name__)


class SmtpAddress(NamedTuple):
    """Where mails are taken, as `demo-info` shows it."""

    host: str
    port: int
    address: str


def mailbox_of(settings: Settings) -> Mailbox | None:
    """Return the company's mailbox; in a demo there is one without being asked for."""
    addresses = settings.email_addresses or ((DEMO_ADDRESS,) if settings.demo else ())
    if not addresses:
        return None
    trusted = frozenset(host.strip().lower() for host in settings.email_trusted.split(",") if host.strip())
    if not settings.demo:
        return Mailbox(addresses=addresses, trusted=trusted)

    def customer_of(address: str) -> str | None:
        return _demo_customers(settings.state / DEMO).get(address)

    return Mailbox(addresses=addresses, trusted=trusted, believes_loopback=True, customer_of=customer_of)


def _demo_customers(file: Path) -> dict[str, str]:
    """Who can be played in the demo, by their addresses, as `demo-info` tells it."""
    try:
        people = orjson.loads(file.read_bytes())["customers"]
        return {person["email"].lower(): person["id"] for person in people}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def build_mail_sender(
    settings: Settings, tenants: Tenants, vault: Keyring, shelf: BookShelf, clock: Callable[[], datetime]
) -> MailSender | None:
    """Build what sends answers; None when no server is named: they stand in the timeline then."""
    mailbox = mailbox_of(settings)
    if mailbox is None or settings.email_smtp_url is None:
        return None

    def name(tenant_id: str) -> str:
        return settings.email_name or shelf.current(tenant_id).book.company_name

    return MailSender(
        tenants=tenants,
        vault=vault,
        server=_server(urlsplit(settings.email_smtp_url), settings.email_smtp_password),
        address=mailbox.addresses[0],
        name=name,
        clock=clock,
    )


@contextlib.asynccontextmanager
async def open_mailbox(
    settings: Settings,
    database: Database,
    gateway: GatewayDeps,
    files: TakesFiles,
    delivery_changed: DeliveryChanged,
) -> AsyncIterator[SmtpAddress | None]:
    """Take mails in as long as the engine runs; yields where, when that is by SMTP."""
    mailbox = mailbox_of(settings)
    if mailbox is None:
        yield None
        return
    deps = MailDeps(gateway=gateway, mailbox=mailbox, files=files, delivery_changed=delivery_changed)
    async with contextlib.AsyncExitStack() as stack:
        address = None
        if (listen := settings.email_listen or ("127.0.0.1:0" if settings.demo else None)) is not None:
            host, _, port = listen.rpartition(":")
            server = SmtpServer(deps, host.strip("[]"), int(port), settings.email_certificate)
            address = await _listen(server, mailbox, stack)
        forgetting = _forgetting(database, gateway.clock)
        forgetting.start()
        stack.push_async_callback(forgetting.stop)
        if settings.email_imap_url is not None:
            reader = ImapReader(deps, account_of(settings))
            reader.start()
            stack.push_async_callback(reader.stop)
        yield address


def _forgetting(database: Database, clock: Callable[[], datetime]) -> Rounds:
    """Mails that nobody answers are kept for a while for people to look at."""

    async def visit(tenant_id: str) -> None:
        async with database.tenant(tenant_id) as conn:
            await sql.forget_aside(conn, tenant_id, clock() - KEPT_ASIDE)

    return Rounds(database, visit, every_s=3600.0, first_in_s=60.0, missed="old mails wait for the database")


async def _listen(
    server: SmtpServer, mailbox: Mailbox, stack: contextlib.AsyncExitStack
) -> SmtpAddress | None:
    """Begin to listen; an engine whose port is taken serves everything else."""
    try:
        listening = await server.start()
    except OSError as error:
        log.error("no mails are taken by SMTP: FRONTDESK_EMAIL_LISTEN: %s", error.strerror or error)
        return None
    stack.push_async_callback(server.stop)
    log.info("mails are taken by SMTP on port %s", listening.port)
    return SmtpAddress(host=listening.host, port=listening.port, address=mailbox.addresses[0])


def account_of(settings: Settings) -> Account:
    """Read the mailbox's address."""
    url, password = urlsplit(settings.email_imap_url or ""), settings.email_imap_password
    return Account(
        host=url.hostname or "",
        port=url.port or (993 if url.scheme == "imaps" else 143),
        tls=url.scheme == "imaps",
        user=unquote(url.username or ""),
        password=password.get_secret_value() if password else "",
        folder=unquote(url.path.strip("/")) or "INBOX",
    )


def _server(url: SplitResult, password: SecretStr | None) -> Server:
    host, tls = url.hostname or "", url.scheme == "smtps"
    return Server(
        host=host,
        port=url.port or (465 if tls else 587),
        tls=tls,
        # In clear to nobody but this machine.
        start_tls=False if tls else (None if is_this_machine(host) else True),
        user=unquote(url.username) if url.username else None,
        password=password.get_secret_value() if password else None,
    )
