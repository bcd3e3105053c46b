"""The engine's own doors on the kit's bench: widget and email before a real database, answers included."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import uvicorn
from fastapi import FastAPI
from psycopg import AsyncConnection

from app.attachments.router import build_router as files_router
from app.attachments.service import Files
from app.auth.authenticate import Authenticator
from app.auth.customer_token import read_token
from app.blobs.folder import FolderBlobs
from app.channels.kit.bench import Bench
from app.channels.kit.core import Core
from app.channels.kit.peer import VendorPeer
from app.channels.process import ChannelsProcess
from app.db import Database, migrate
from app.email.delivering import MailSender, Server
from app.email.deps import Mailbox, MailDeps
from app.email.smtp_in import SmtpServer
from app.embedded.children import LOOPBACK, free_port
from app.embedded.postgres import postgres_for
from app.embedded.supervisor import Supervisor
from app.formatting.channels import capabilities_of
from app.formatting.format import format_reply
from app.formatting.reply import Choice
from app.formatting.reply import Reply as ToFormat
from app.gateway import chat_socket
from app.gateway.deps import GatewayDeps
from app.gateway.message import Inbound
from app.gateway.ports import Accept, Accepted
from app.outbox.port import DeliveryState, Errand
from app.privacy.vault import Vault
from app.problems import Problem, speak_problems
from app.sessions.presence import SignsOfLife
from app.turns.claim import Claim
from app.turns.hub import Hub
from app.turns.store import Thought, TurnStore
from graphs.draft import Draft, Reply
from policies.limits import FileRules

TENANT = "kit"
HELP = "help@shop.example"


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Where the engine's own doors are, as their users need to know it."""

    url: str
    smtp_port: int
    visitor_of: Callable[[str], str]
    """Whose a widget's token is."""


class EdgePeer(VendorPeer):
    """Somebody who uses a door of the engine itself."""

    async def listen(self) -> int:
        """Begin to take replies, where they are sent somewhere; the port."""
        return 0

    async def begin(self, session: aiohttp.ClientSession, edge: Edge) -> None:
        """Learn where the doors are."""


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


async def nobody_hands_over(conn: AsyncConnection, claim: Claim, draft: Draft, now: datetime) -> datetime:
    """Stand in for the desk: nothing is handed over here."""
    return now


@dataclass(frozen=True)
class Engine(ChannelsProcess):
    """The engine itself in the place of the connectors' process: what it is told to say goes out."""

    core: Core | None = None
    store: TurnStore | None = None
    hub: Hub | None = None
    mails: MailSender | None = None

    async def deliver(self, reply: Mapping[str, Any]) -> Sequence[str]:
        """Say a reply on its own channel; see `ChannelsProcess`."""
        return [one for message in reply["messages"] for one in await self._say(reply, message)]

    async def _say(self, reply: Mapping[str, Any], message: Mapping[str, Any]) -> list[str]:
        choices = [(one["title"], one["payload"]) for one in message.get("buttons") or ()]
        if reply["channel"] == chat_socket.CHANNEL:
            return await self._in_timeline(reply["reply_to"]["conversation_id"], message["text"], choices)
        return await self._by_mail(reply, message["text"], choices)

    async def _in_timeline(self, conversation: str, text: str, choices: list[tuple[str, str]]) -> list[str]:
        """Answer in the conversation, as a turn does; the open socket shows it."""
        assert self.store is not None
        assert self.hub is not None
        said = [Reply(text=text, buttons=tuple(choices))]
        while (claim := await self.store.claim(thread_id=conversation)) is not None:
            await self.store.commit(claim, thought_of(Draft(replies=said)))
            said = []
        self.hub.changed(TENANT, conversation)
        return [conversation]

    async def _by_mail(
        self, reply: Mapping[str, Any], text: str, choices: list[tuple[str, str]]
    ) -> list[str]:
        """Lay the reply out and send its parts, as the outbox does."""
        assert self.mails is not None
        offered = tuple(Choice(title=title, payload=payload) for title, payload in choices)
        parts = format_reply(ToFormat(text=text, choices=offered), capabilities_of("email"))
        ids = []
        for number, part in enumerate(parts, start=1):
            errand = Errand(
                tenant_id=TENANT,
                channel="email",
                address=reply["recipient"],
                part=part,
                key=f"{reply['key']}.{number}",
                conversation_id=reply["reply_to"]["conversation_id"],
                entry_id=f"ent_{reply['key']}",
            )
            ids.append(await self.mails.deliver(errand))
        return ids


def thought_of(draft: Draft) -> Thought:
    """What a script wants to commit."""
    return Thought(
        draft=draft,
        snapshot=None,
        interrupt_id=None,
        book="kit",
        trace=orjson.dumps({}),
        ms=0.0,
        cpu_ms=0.0,
    )


@dataclass(frozen=True)
class Noted:
    """Stores as the engine does, notes what came for the checks, and can be full or away."""

    core: Core
    store: TurnStore

    async def __call__(self, inbound: Inbound) -> Accepted:
        """See `Accept`."""
        note = _note(inbound)
        self.core.attempts.append(note)
        if due := self.core.answers[inbound.channel]:
            answer = due.pop(0)
            raise Problem(answer.status, "kit", "Not now.", "Send it again.")
        accepted = await self.store.accept(inbound)
        if not accepted.duplicate:
            self.core.stored.append({**note, "reply_to": {"conversation_id": accepted.conversation_id}})
        return accepted

    async def delivery_changed(
        self, tenant_id: str, channel: str, provider_id: str, state: DeliveryState, error: str | None = None
    ) -> bool:
        """See `DeliveryChanged`."""
        self.core.statuses.append({"channel": channel, "provider_id": provider_id, "state": state})
        return True


class NotedSigns(SignsOfLife):
    """Hears what pages show, and notes what was read."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core

    def reads(self, tenant_id: str, conversation_id: str, entry_no: int, now: datetime) -> None:
        """See `SignsOfLife`."""
        super().reads(tenant_id, conversation_id, entry_no, now)
        self._core.statuses.append({"channel": "web", "provider_id": str(entry_no), "state": "read"})


def _note(inbound: Inbound) -> dict[str, Any]:
    return {
        "channel": inbound.channel,
        "message_id": inbound.message_id,
        "address": inbound.address,
        "text": inbound.text,
        "payload": inbound.payload,
        "attachments": [{**asdict(one), "id": one.attachment_id} for one in inbound.attachments],
        "sent_at": inbound.metadata.get("sent_at"),
    }


@contextlib.asynccontextmanager
async def edges_with(peers: Mapping[str, EdgePeer], database_url: str, folder: Path) -> AsyncIterator[Bench]:
    """Open the doors over a migrated database, for whoever uses them."""
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        database, hub, core = Database(database_url, most=6), Hub(), Core("")
        await database.open()
        stack.push_async_callback(database.close)
        stack.push_async_callback(hub.stop)
        vault = Vault.from_file(folder / "keys", create=True)
        store = TurnStore(database, vault, open_handoff=nobody_hands_over, clock=now)
        files = files_over(database, vault, folder)
        noted = Noted(core, store)
        gateway = replace(gateway_over(database, vault, hub, noted, files), signs=NotedSigns(core))
        ports = {name: await peer.listen() for name, peer in peers.items()}
        mails = mails_over(database, vault, ports.get("email", 0))
        url = await _serve(stack, gateway, files)
        smtp_port = await _take_mails(stack, gateway, noted, files)
        edge = Edge(url=url, smtp_port=smtp_port, visitor_of=lambda token: _visitor(vault, token))
        for peer in peers.values():
            stack.push_async_callback(peer.close)
            await peer.begin(session, edge)
        engine = Engine(url, "", session, core=core, store=store, hub=hub, mails=mails)
        yield Bench(core=core, process=engine, address=url)


def _visitor(vault: Vault, token: str) -> str:
    found = read_token(vault, token, now())
    return found.visitor if found else ""


def files_over(database: Database, vault: Vault, folder: Path) -> Files:
    """Keep files in a folder, unseen by any scanner."""
    return Files(
        tenants=database,
        vault=vault,
        blobs=FolderBlobs(folder / "files"),
        scanner=None,
        rules=lambda tenant: FileRules(),
        clock=now,
    )


def gateway_over(database: Database, vault: Vault, hub: Hub, accept: Accept, files: Files) -> GatewayDeps:
    """Put a front door over a database, without limits."""
    return GatewayDeps(
        tenants=database,
        vault=vault,
        accept=accept,
        hub=hub,
        authenticator=Authenticator(database, vault, now),
        clock=now,
        tenant_id=TENANT,
        demo=False,
        company=lambda: "Kit",
        files=files,
    )


def mails_over(database: Database, vault: Vault, port: int) -> MailSender:
    """Send answers to a mail server on this machine."""
    return MailSender(
        tenants=database,
        vault=vault,
        server=Server(host=LOOPBACK, port=port, tls=False, start_tls=None, user=None, password=None),
        address=HELP,
        name=lambda tenant: "Kit",
        clock=now,
    )


async def _serve(stack: contextlib.AsyncExitStack, gateway: GatewayDeps, files: Files) -> str:
    """Serve the widget's socket and its files."""
    app = FastAPI(openapi_url=None)
    speak_problems(app)
    app.include_router(chat_socket.build_router(gateway))
    app.include_router(files_router(files))
    port = free_port()
    config = uvicorn.Config(app, host=LOOPBACK, port=port, log_config=None, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    stack.push_async_callback(server.shutdown)
    return f"http://{LOOPBACK}:{port}"


async def _take_mails(
    stack: contextlib.AsyncExitStack, gateway: GatewayDeps, noted: Noted, files: Files
) -> int:
    """Take mails; who hands one in here is believed, as in a demo."""
    mailbox = Mailbox(addresses=(HELP,), believes_loopback=True)
    deps = MailDeps(gateway=gateway, mailbox=mailbox, files=files, delivery_changed=noted.delivery_changed)
    smtp = SmtpServer(deps, LOOPBACK, 0)
    listening = await smtp.start()
    stack.push_async_callback(smtp.stop)
    return listening.port


@contextlib.asynccontextmanager
async def own_database(folder: Path) -> AsyncIterator[str]:
    """Start a migrated database in a folder."""
    supervisor, server = Supervisor(lambda _: None), postgres_for(folder, free_port(), durable=False)
    try:
        await supervisor.start(server)
        await server.ensure_database()
        await migrate(server.url)
        yield server.url
    finally:
        await supervisor.stop()
