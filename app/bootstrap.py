"""The one composition root: settings become adapters, adapters become services."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from app.answers.build import build_knowledge
from app.audit.linking import chain_rounds
from app.background import Regular
from app.connectors import connect_systems
from app.conversations.entry import Entry
from app.conversations.repository import last_entries
from app.db import Database
from app.declared import Declared, declared_tools, secrets_of
from app.desk.build import DeskHouse, build_desk
from app.feedback.box import DatabaseFeedback
from app.feedback.survey import Surveys
from app.followups import due
from app.followups.due import DueFollowUps
from app.followups.store import DatabaseFollowUps
from app.gateway.build import GatewayHouse, build_gateway
from app.handoff.build import build_handoff
from app.handoff.deps import HandoffDeps
from app.handoff.external.bridge import Bridge
from app.handoff.external.build import bridge_rounds, build_bridge
from app.handoff.failing import QueueFailure
from app.handoff.queueing import QueueHandoff
from app.handoff.triggers.shelf import TriggerShelf
from app.identity.asked_for import CodesAskedFor
from app.knowledge.rounds import knowledge_rounds
from app.late_rails import LateRails
from app.models.build import model_help
from app.outbox.build import Outbox, build_outbox
from app.privacy.vault import Vault
from app.readiness import Readiness
from app.rounds import Rounds
from app.rulebooks import BookShelf, rail_rules, tool_shapes
from app.rulebooks.archive import BookArchive
from app.rulebooks.beginning import Beginning, first_book
from app.rulebooks.connected import BookTools
from app.rulebooks.keeper import BookKeeper, KeeperDeps
from app.rulebooks.pruning import pruning_for, pruning_rounds
from app.sessions.build import SessionHouse, build_sessions
from app.settings import Settings
from app.turns import sweep
from app.turns.aloud import TurnAloud
from app.turns.failures import Failures
from app.turns.hub import Hub
from app.turns.progress import Progress
from app.turns.run import Thinker
from app.turns.store import TurnStore
from app.turns.sweep import Sweep
from app.turns.worker import Workers
from app.understanding.build import Understanding, build_understanding
from app.understanding.nlu_client import NluClient
from app.understanding.standing import load_standing
from app.understanding.standing_llm import LINES, Recent, judge_from
from app.webhooks.courier import Courier
from app.webhooks.deps import WebhookDeps
from app.webhooks.dispatcher import Dispatcher
from app.workspace.rounds import workspace_rounds
from graphs.ports import Desk, Interpreter
from guardrails.build import build_rails
from guardrails.verdict import Rails
from knowledge.base import ArticleBase
from policies.model import Book
from tools.catalogue import build_registry
from tools.declared.keeping import Keeper
from tools.guarded import guarded_session
from tools.journal.journal import DatabaseJournal
from tools.networks import read_networks
from tools.registry import Registry
from tools.runner import ToolRunner

CONNECTIONS_TO_NEIGHBOURS = 64


def now() -> datetime:
    """The clock of the whole engine."""
    return datetime.now(UTC)


def today() -> date:
    """The day by the machine's calendar, on which the company's dates are counted."""
    return date.today()


@dataclass(frozen=True, kw_only=True)
class _Neighbours:
    """Connections to everything outside this process."""

    settings: Settings
    database: Database
    vault: Vault
    session: aiohttp.ClientSession
    redis: Redis
    hub: Hub
    webhooks: WebhookDeps
    codes: CodesAskedFor = field(default_factory=CodesAskedFor)


@dataclass(frozen=True, kw_only=True)
class House(_Neighbours):
    """Everything that runs in one engine, built and connected."""

    shelf: BookShelf
    books: BookKeeper
    understanding: Understanding
    desk: Desk
    tools: ToolRunner
    knowledge: ArticleBase
    store: TurnStore
    workers: Workers
    rounds: tuple[Rounds, ...]
    sessions: SessionHouse
    queue: DeskHouse
    handoff: HandoffDeps
    triggers: TriggerShelf
    bridge: Bridge | None
    gateway: GatewayHouse
    outbox: Outbox
    readiness: Readiness
    clock: Callable[[], datetime] = field(default=now)

    @property
    def nlu(self) -> NluClient:
        """The client of the NLU service."""
        return self.understanding.nlu


@contextlib.asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Build and connect everything, and take it down in reverse."""
    os.environ.setdefault("NEMO_GUARDRAILS_NO_USAGE_STATS", "1")
    async with contextlib.AsyncExitStack() as stack:
        near = await _connect(settings, stack)
        tools, connected = await _tools(near, stack)
        own = tool_shapes(tools.registry)
        archive = BookArchive(near.database, own, shared_from=settings.tenant, connected=connected)
        first = await first_book(settings.book, settings.tenant, own, archive, connected)
        house = _compose(near, tools, archive, first)
        house.hub.start()
        stack.push_async_callback(house.hub.stop)
        await house.triggers.open()
        stack.push_async_callback(house.triggers.close)
        await house.books.open()
        stack.push_async_callback(house.books.close)
        await house.understanding.open()
        stack.push_async_callback(house.understanding.close)
        regular: tuple[Regular, ...] = (
            house.workers,
            house.queue.presence,
            *house.queue.rounds,
            *house.rounds,
            house.sessions.rounds,
            house.gateway.rounds,
            Dispatcher(near.webhooks, settings.tenant),
            house.outbox.dispatcher,
        )
        house.readiness.channels_away = house.outbox.dispatcher.away
        for work in regular:
            work.start()
            stack.push_async_callback(work.stop)
        yield house


async def _connect(settings: Settings, stack: contextlib.AsyncExitStack) -> _Neighbours:
    vault = Vault.from_file(settings.master_key, create=True)
    database = Database(settings.url_of("database") or "", most=settings.db_connections)
    await database.open()
    stack.push_async_callback(database.close)
    session = await stack.enter_async_context(
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS_TO_NEIGHBOURS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
    )
    redis = Redis.from_url(settings.url_of("redis") or "redis://127.0.0.1:6379/0")
    stack.push_async_callback(redis.aclose)

    hub = Hub(redis)
    return _Neighbours(
        settings=settings,
        database=database,
        vault=vault,
        session=session,
        redis=redis,
        hub=hub,
        webhooks=await _webhooks(settings, database, vault, hub, stack),
    )


async def _webhooks(
    settings: Settings, database: Database, vault: Vault, hub: Hub, stack: contextlib.AsyncExitStack
) -> WebhookDeps:
    """What tells other systems, over a session that reaches no private address unless it is allowed."""
    networks = read_networks(settings.private_networks)
    session = await stack.enter_async_context(guarded_session(networks))
    courier = Courier(session)
    return WebhookDeps(tenants=database, vault=vault, hub=hub, clock=now, courier=courier, networks=networks)


async def _tools(near: _Neighbours, stack: contextlib.AsyncExitStack) -> tuple[ToolRunner, BookTools]:
    """Reach the company's systems; those that a book declares come with the book."""
    systems = connect_systems(near.settings, near.session, today)
    own = replace(
        systems.service,
        followups=DatabaseFollowUps(near.database.tenant, near.vault),
        feedback=DatabaseFeedback(near.database.tenant, near.vault),
        codes=near.codes,
        now=now,
    )
    systems = replace(systems, service=own)
    connected = await _connected(near.settings, stack, build_registry(systems))
    journal = DatabaseJournal(near.database.tenant, near.vault)
    return ToolRunner(connected.registries, journal), connected


async def _connected(settings: Settings, stack: contextlib.AsyncExitStack, own: Registry) -> BookTools:
    """Make the tools that books declare, over a session that keeps to the networks that are allowed."""
    session = await stack.enter_async_context(guarded_session(read_networks(settings.private_networks)))
    secrets = secrets_of(settings)

    def declare(folder: Path, keeper: Keeper) -> Declared:
        return declared_tools(folder, session, secrets, keeper, own, settings.book)

    connected = BookTools(own, declare, settings.book)
    stack.push_async_callback(connected.close)
    return connected


def _recent(near: _Neighbours) -> Recent:
    """Reads the end of a conversation, for a model that judges it."""

    async def read(tenant_id: str, conversation_id: str) -> list[Entry]:
        async with near.database.tenant(tenant_id) as conn:
            return await last_entries(conn, near.vault, tenant_id, conversation_id, LINES)

    return read


def _compose(near: _Neighbours, tools: ToolRunner, archive: BookArchive, first: Beginning) -> House:
    """Put the services together; nothing runs yet but the compilation of the rails."""
    settings, database, vault, hub = near.settings, near.database, near.vault, near.hub
    shelf = first.shelf
    rails = asyncio.create_task(asyncio.to_thread(build_rails, rail_rules(shelf.book)))
    understanding = build_understanding(settings, near.session, shelf)
    knowledge = _knowledge(near, shelf)
    handoff = build_handoff(settings, database, vault, hub, now, shelf)
    bridge = build_bridge(settings, near.session, handoff)
    store = TurnStore(database, vault, open_handoff=QueueHandoff(handoff), clock=now)
    triggers = TriggerShelf(database, hub)
    desk = _turns_desk(near, understanding.newcomers, tools, knowledge, LateRails(rails), triggers)
    queue = build_desk(database, handoff, shelf)
    thinker = Thinker(desk, shelf, now, lambda claim: TurnAloud(claim, hub, store.holds), queue.asked_again)
    books = _keeper(near, tools, archive, first, knowledge)
    return House(
        **vars(near),
        shelf=shelf,
        books=books,
        understanding=understanding,
        desk=desk,
        tools=tools,
        knowledge=knowledge,
        store=store,
        workers=_workers(near, store, thinker, shelf, QueueFailure(handoff)),
        rounds=(
            *_rounds(near, shelf),
            *bridge_rounds(database, bridge),
            knowledge_rounds(settings, database, vault, understanding.nlu, now),
        ),
        sessions=build_sessions(database, vault, hub, shelf, now),
        queue=queue,
        handoff=handoff,
        triggers=triggers,
        bridge=bridge,
        gateway=build_gateway(settings, near.redis, database, vault, shelf, now),
        outbox=build_outbox(settings, near.session, database, vault, hub, now, shelf),
        readiness=_readiness(near, understanding.nlu, rails, books),
    )


def _knowledge(near: _Neighbours, shelf: BookShelf) -> ArticleBase:
    floor = shelf.book.thresholds.knowledge_confidence
    return build_knowledge(near.database, near.redis, near.vault, floor, today)


def _turns_desk(
    near: _Neighbours,
    interpreter: Interpreter,
    tools: ToolRunner,
    knowledge: ArticleBase,
    rails: LateRails,
    triggers: TriggerShelf,
) -> Desk:
    """Put together what every turn may use."""
    helping = model_help(near.settings, near.database.tenant, now)
    return Desk(
        interpreter=interpreter,
        tools=tools,
        knowledge=knowledge,
        rails=rails,
        standing=load_standing(),
        judge=judge_from(helping, _recent(near)),
        models=helping,
        triggers=triggers,
    )


def _readiness(
    near: _Neighbours, nlu: NluClient, rails: "asyncio.Task[Rails]", books: BookKeeper
) -> Readiness:
    """Say what must answer before messages are taken."""
    return Readiness(
        database=near.database,
        nlu=nlu,
        redis=near.redis,
        rails=rails,
        book_fine=lambda: books.state.fine,
    )


def _workers(
    near: _Neighbours, store: TurnStore, thinker: Thinker, shelf: BookShelf, escalate: QueueFailure
) -> Workers:
    """Put together those who answer events, with what they say when one fails or takes long."""
    return Workers(
        store,
        thinker,
        near.hub,
        Failures(store, near.vault, shelf, escalate),
        limit=near.settings.workers,
        clock=now,
        progress=Progress(near.database, near.vault, shelf, now),
    )


def _rounds(near: _Neighbours, shelf: BookShelf) -> tuple[Rounds, ...]:
    """The regular work: chores from a first pause on, what was promised at once."""
    chores = Sweep(near.database, near.vault, near.hub, now)
    promised = DueFollowUps(near.database, near.vault, near.hub, shelf, now)
    return (
        *workspace_rounds(near.database, near.vault, near.hub, now),
        pruning_rounds(pruning_for(near.settings, near.database, near.vault, now)),
        chain_rounds(near.database, near.vault),
        Rounds(
            near.database,
            chores.sweep,
            every_s=sweep.EVERY_S,
            first_in_s=sweep.EVERY_S,
            missed="sweep skipped",
        ),
        Rounds(
            near.database,
            promised.begin_due,
            every_s=due.EVERY_S,
            first_in_s=0.0,
            missed="follow-ups wait for the database",
        ),
        Surveys(near.database, near.vault, near.hub, shelf, now).rounds(),
    )


def _keeper(
    near: _Neighbours, tools: ToolRunner, archive: BookArchive, first: Beginning, knowledge: ArticleBase
) -> BookKeeper:
    """Watch the book's folder; what is made from the book and lives elsewhere follows it."""

    def taken(book: Book) -> None:
        knowledge.answer_from(book.thresholds.knowledge_confidence)

    deps = KeeperDeps(
        folder=near.settings.book,
        tenant_id=near.settings.tenant,
        tools=tool_shapes(tools.registry),
        shelf=first.shelf,
        archive=archive,
        signals=near.hub,
        clock=now,
        build_rails=build_rails,
        taken=taken,
        look_every_s=near.settings.book_look_s,
        refused=first.refused,
        connected=archive.connected,
    )
    return BookKeeper(deps)
