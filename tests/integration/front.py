"""The front door and the console as a real server on loopback, over a real database.

The assistant is scripted: a test says what it answers, through the same
claim and commit as the engine's workers. Everything else is the real thing.
"""

# Long because every part of the front door is put together here, once for all tests.

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import uvicorn
from fastapi import FastAPI

from app.attachments.router import build_router as files_router
from app.attachments.service import Files
from app.auth.authenticate import Authenticator
from app.auth.repository import store_key, store_person
from app.auth.roles import Role
from app.auth.router import AuthDeps
from app.auth.router import build_router as auth_router
from app.auth.secrets import Passwords, digest, new_api_key
from app.auth.throttle import Throttle
from app.blobs.folder import FolderBlobs
from app.board.router import build_router as board_router
from app.console import (
    agents_router,
    approvals_router,
    conversations_router,
    customers_router,
    demo,
    packages_router,
    pages,
    passing_router,
    socket,
    tasks_router,
    triggers_router,
)
from app.console.deps import ConsoleDeps
from app.conversations.repository import KnownCustomer, store_customers
from app.conversations.seal import seal_text
from app.db import Database
from app.desk.giving import DeskDeps, Giving
from app.desk.router import build_router as desk_router
from app.gateway import api_channel, chat_socket, rest_channel
from app.gateway.deps import GatewayDeps
from app.gateway.limits.door import Door
from app.handoff.deps import Desk, HandoffDeps
from app.handoff.queueing import QueueHandoff
from app.handoff.triggers.shelf import TriggerShelf
from app.identity.build import build_identities
from app.identity.joining import Joining
from app.identity.people_router import build_router as identities_router
from app.identity.router import build_router as identity_router
from app.identity.tokens import build_router as tokens_router
from app.interrupts.router import build_router as interrupts_router
from app.knowledge.build import include_knowledge
from app.privacy.vault import Vault
from app.problems import ANSWERS, speak_problems
from app.rooms import include_admin, include_rooms
from app.sessions.presence import SignsOfLife
from app.sessions.router import build_router as sessions_router
from app.turns.claim import Claim
from app.turns.hub import Hub
from app.turns.store import CommitOutcome, Committed, Thought, TurnStore
from app.workspace.routers import workspace_routers
from graphs.draft import ActionChange, ApprovalRequest, Draft, HandOff, Notice, Proposal, Reply
from graphs.events import ActionStarts
from policies.desk import DeskRules, Targets
from policies.limits import DoorLimits, FileRules
from policies.sessions import SessionTimes
from tests.fakes.encoder import HashingEncoder
from tests.fakes.letterbox import Letterbox
from tests.talk import shelf
from tools.spec import Caller, NotFound, Succeeded, ToolOutcome

TENANT = "t1"
PASSWORD = "lantern-oak-17"
UNLIMITED = DoorLimits(other_channels=None, company=None, new_visitors=None)
TOO_MANY = "Give me a moment, then send this one again."
EVERY_SCOPE = (
    "messages:write",
    "conversations:read",
    "conversations:act",
    "handoffs:write",
    "approvals:decide",
    "approvals:above_limit",
    "customers:read",
    "agents:read",
    "agents:any",
)
DESK = Desk(
    first_reply_minutes={"urgent": 2, "high": 5, "normal": 15},
    default_skills=("general",),
    vip_tiers=frozenset({"gold"}),
    currency="EUR",
    waiting_notice="A person will answer here as soon as one is free.",
)
RULES = DeskRules(
    targets=Targets(minutes={"first_reply": DESK.first_reply_minutes}), vip_tiers=DESK.vip_tiers
)
ORDERS = {
    "C-1001": [
        {"order_id": "1042", "product": "Lamp", "total": 149.99, "currency": "EUR", "status": "delivered"}
    ]
}


@dataclass
class Clock:
    """A clock that a test can move."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Front:
    """One running front door with everything behind it but the assistant."""

    url: str
    session: aiohttp.ClientSession
    database: Database
    vault: Vault
    hub: Hub
    store: TurnStore
    handoff: HandoffDeps
    triggers: TriggerShelf
    clock: Clock
    key: str
    seqs: dict[str, int] = field(default_factory=dict)
    reset: list[str] = field(default_factory=list)
    """Customers whom the company was asked to put back."""
    company_answers: bool = True
    files: Files | None = None
    limits: DoorLimits = UNLIMITED
    """What the front door takes; a test may set others."""
    signs: SignsOfLife = field(default_factory=SignsOfLife)
    box: Letterbox = field(default_factory=Letterbox)
    """What was sent to email addresses and phone numbers."""

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = "", **options: Any
    ) -> tuple[int, Any]:
        """Send one request; with the key of every scope unless told otherwise."""
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers["X-API-Key"] = key or self.key
        if body is not None:
            options["data"] = orjson.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        async with self.session.request(method, self.url + path, headers=headers, **options) as response:
            raw = await response.read()
            return response.status, orjson.loads(raw) if raw else None

    async def reset_customer(self, customer_id: str) -> bool:
        """Put a customer of the company back, unless its systems are away."""
        if self.company_answers:
            self.reset.append(customer_id)
        return self.company_answers

    async def sign_in(self, person: str) -> "Browser":
        """Sign a person in, as a browser does."""
        browser = Browser(self, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        status, _ = await browser.call(
            "POST", "/api/v1/auth/login", {"email": f"{person}@example.com", "password": PASSWORD}
        )
        assert status == 200
        return browser

    async def says(self, text: str, *, sender: str | None = None, customer: str | None = "C-1001") -> str:
        """Let a customer write over the API, and return the conversation."""
        message = {
            "channel": "web",
            "message_id": secrets.token_hex(8),
            "text": text,
            "address": sender or secrets.token_hex(4),
        }
        if customer:
            message["customer_id"] = customer
        status, stored = await self.call("POST", "/api/v1/messages", message)
        assert status == 202, stored
        return str(stored["conversation_id"])

    async def claim(self, thread_id: str) -> Claim:
        """Claim a due event as a worker does."""
        claim = await self.store.claim(now=self.clock(), thread_id=thread_id)
        assert claim is not None, f"nothing is due on {thread_id}"
        return claim

    async def commit(
        self, claim: Claim, draft: Draft, interrupt: str | None = None, **trace: Any
    ) -> CommitOutcome:
        """Commit what the scripted assistant decided."""
        thought = Thought(
            draft=draft,
            snapshot=None,
            interrupt_id=interrupt,
            book="b1",
            trace=orjson.dumps(trace),
            ms=12.0,
            cpu_ms=3.0,
        )
        outcome = await self.store.commit(claim, thought, now=self.clock())
        self.hub.changed(claim.tenant_id, claim.conversation_id)
        return outcome

    async def answers(self, conversation_id: str, *texts: str, **draft: Any) -> None:
        """Answer the next message of a conversation."""
        replies = [Reply(text=text) for text in texts]
        claim = await self.claim(conversation_id)
        outcome = await self.commit(claim, Draft(replies=replies, **draft))
        assert isinstance(outcome, Committed), outcome

    async def hands_off(self, conversation_id: str, kind: str = "asked", priority: Any = "high") -> None:
        """Let the assistant ask for a person."""
        asked = HandOff(kind=kind, text="asked for a person", rule=1, priority=priority, skills=("refunds",))
        await self.answers(conversation_id, hand_off=asked)

    async def wants_approval(self, conversation_id: str, amount: float = 149.99, role: str = "agent") -> str:
        """Let the assistant propose a refund that a person must decide; returns the action's thread."""
        action_id = f"{conversation_id}:action:1"
        args = {"order_id": "1042", "amount": amount, "reason": "damaged"}
        start = ActionStarts(action_id=action_id, action="refund_order", args=args)
        proposal = Proposal(start=start, subject="1042", label="Refund", confirm=False, approval=True)
        claim = await self.claim(conversation_id)
        await self.commit(claim, Draft(replies=[Reply(text="A colleague checks it.")], proposals=[proposal]))
        request = ApprovalRequest(
            action_id=action_id,
            action="refund_order",
            label="Refund",
            args=args,
            editable=("amount",),
            amount=amount,
            up_to=500.0,
            role=role,
            expires_minutes=60,
            effect="It sends the money back.",
            rule_id="refund_over_100",
            rule_text="above 100 an agent decides",
            file="actions.yaml",
            line=42,
        )
        change = ActionChange(action_id=action_id, state="approving")
        await self.commit(
            await self.claim(action_id), Draft(approval=request, changes=[change]), interrupt="int-1"
        )
        return action_id


@dataclass
class Browser:
    """A signed-in person's browser."""

    front: Front
    session: aiohttp.ClientSession

    async def call(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send one request with the cookie and the header that pages of ours send."""
        sent = {"X-Frontdesk": "1", **(headers or {})}
        raw = None if body is None else orjson.dumps(body)
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.session.request(method, self.front.url + path, data=raw, headers=sent) as response:
            answer = await response.read()
            return response.status, orjson.loads(answer) if answer else None


async def read_orders(tool: str, caller: Caller, args: Mapping[str, Any]) -> ToolOutcome:
    """The company's order list, as its tool would give it."""
    orders = ORDERS.get(caller.customer_id or "")
    return NotFound(ms=1.0) if orders is None else Succeeded(result={"orders": orders}, ms=1.0)


async def render_article(article_id: str) -> str | None:
    """One help article."""
    return "<article><h1>Returns</h1></article>" if article_id == "returns" else None


@cache
def _hash_of(password: str) -> "asyncio.Future[str]":
    """Everybody has the same password: it is hashed once."""
    return asyncio.ensure_future(Passwords().hash(password))


async def hire(front: Front, person: str, role: Role, skills: Sequence[str] = ()) -> None:
    """Store a person who can sign in as `<person>@example.com`."""
    hashed = await _hash_of(PASSWORD)
    email = f"{person}@example.com"
    async with front.database.tenant(TENANT) as conn:
        await store_person(
            conn,
            TENANT,
            person,
            email_index=front.vault.blind_index(TENANT, email),
            email=seal_text(front.vault, TENANT, email, f"users:email:{person}"),
            name=person.capitalize(),
            password_hash=hashed,
            role=role,
            skills=skills,
        )


async def give_key(front: Front, name: str, scopes: Sequence[str], tenant_id: str = TENANT) -> str:
    """Make an API key."""
    key = new_api_key()
    async with front.database.tenant(tenant_id) as conn:
        await store_key(conn, tenant_id, name, digest(key), name, scopes)
    return key


def build_app(front: Front, dist: Path) -> FastAPI:
    """Put the routes of an engine before everything that is behind the front door."""
    app = FastAPI(docs_url=None, redoc_url=None, responses=ANSWERS)
    speak_problems(app)
    authenticator = Authenticator(front.database, front.vault, front.clock)
    app.state.authenticator = authenticator
    box = {"email": front.box, "sms": front.box}
    identities = build_identities(front.database, front.vault, front.hub, shelf(), front.clock, box)
    gateway = GatewayDeps(
        tenants=front.database,
        vault=front.vault,
        accept=Joining(front.store.accept, identities),
        hub=front.hub,
        authenticator=authenticator,
        clock=front.clock,
        tenant_id=TENANT,
        demo=True,
        company=lambda: "Lamps and more",
        files=front.files,
        door=Door(None, lambda tenant: front.limits, lambda tenant: TOO_MANY, front.clock),
        signs=front.signs,
        visit=identities.links.visit,
    )
    auth = AuthDeps(
        tenants=front.database,
        vault=front.vault,
        authenticator=authenticator,
        throttle=Throttle(),
        clock=front.clock,
        tenant_id=TENANT,
    )
    console = ConsoleDeps(
        tenants=front.database,
        vault=front.vault,
        hub=front.hub,
        clock=front.clock,
        handoff=front.handoff,
        read_tool=read_orders,
    )
    if front.files is not None:
        app.include_router(files_router(front.files))
    for channel in (rest_channel, api_channel, chat_socket):
        app.include_router(channel.build_router(gateway))
    for part in (
        *(conversations_router, agents_router, approvals_router, tasks_router),
        *(customers_router, socket),
    ):
        app.include_router(part.build_router(console))
    app.include_router(identity_router(identities, gateway))
    app.include_router(tokens_router(gateway))
    app.include_router(identities_router(console))
    app.include_router(sessions_router(console, lambda tenant: SessionTimes()))
    app.include_router(passing_router.build_router(console))
    app.include_router(packages_router.build_router(console))
    app.include_router(triggers_router.build_router(console, lambda: shelf().book, front.triggers))
    app.include_router(interrupts_router(console))
    app.include_router(board_router(console))
    giving = Giving(DeskDeps(handoff=front.handoff, rules=lambda tenant: RULES, say=lambda *asked: ""))
    app.include_router(desk_router(console, giving, lambda tenant: RULES))
    for workspace in workspace_routers(console):
        app.include_router(workspace)
    include_rooms(app, console, lambda: shelf().book)
    include_knowledge(app, front.database, front.vault, HashingEncoder(), front.clock, TENANT)
    app.include_router(auth_router(auth))
    include_admin(app, front.database, front.vault, front.hub, front.clock, auth)
    demo_deps = demo.DemoDeps(auth=auth, authenticator=authenticator, reset_customer=front.reset_customer)
    app.include_router(demo.build_router(demo_deps))
    page_deps = pages.PageDeps(dist=dist, render_article=render_article, demo=True)
    app.include_router(pages.build_router(page_deps))
    pages.mount_files(app, dist)
    return app


@contextlib.asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on a free port of loopback."""
    config = uvicorn.Config(
        app,
        port=0,
        log_level="critical",
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,  # some senders hang up and leave their request to wait
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    running = asyncio.create_task(server.main_loop())
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        await server.shutdown()


@contextlib.asynccontextmanager
async def open_front(database_url: str, folder: Path) -> AsyncIterator[Front]:
    """Run a front door over a migrated database."""
    database = Database(database_url, most=8)
    await database.open()
    vault = Vault.from_file(folder / "keys", create=True)

    hub, clock = Hub(), Clock()
    handoff = HandoffDeps(tenants=database, vault=vault, hub=hub, clock=clock, desk=lambda: DESK)
    store = TurnStore(database, vault, open_handoff=QueueHandoff(handoff), clock=clock)
    async with aiohttp.ClientSession() as session:
        front = Front(
            url="",
            session=session,
            database=database,
            vault=vault,
            hub=hub,
            store=store,
            handoff=handoff,
            triggers=TriggerShelf(database, hub),
            clock=clock,
            key="",
        )
        front.files = Files(
            tenants=database,
            vault=vault,
            blobs=FolderBlobs(folder / "files"),
            scanner=None,
            rules=lambda tenant: FileRules(most_bytes=200_000),
            clock=clock,
        )
        front.key = await give_key(front, "all", EVERY_SCOPE)
        for person, role in (("runa", "agent"), ("nils", "agent"), ("tove", "supervisor")):
            await hire(front, person, role)  # type: ignore[arg-type]
        marta = KnownCustomer(
            external_id="C-1001",
            name="Marta Lindqvist",
            email="marta@example.com",
            tier="gold",
            language="en",
        )
        async with database.tenant(TENANT) as conn:
            await store_customers(conn, vault, TENANT, [marta])
        async with serving(build_app(front, folder / "dist")) as url:
            front.url = url
            yield front
    await hub.stop()
    await database.close()


__all__ = ["ActionChange", "Browser", "Draft", "Front", "HandOff", "Notice", "Reply", "open_front"]
