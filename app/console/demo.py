"""The demo tenant: a person for every room to sign in as, a key with every right, the company's customers.

Passwords and key are made at the first start and kept in a file that only its
owner can read; the database holds their hashes, as of anybody's.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.auth.authenticate import Authenticator, is_local
from app.auth.caller import AgentCaller
from app.auth.repository import find_api_key, person_by_id, store_key, store_person
from app.auth.roles import EVERY_RIGHT, Role
from app.auth.router import Agent, AuthDeps, me, set_cookie
from app.auth.secrets import Passwords, digest, new_api_key
from app.console import repository as sql
from app.conversations.repository import KnownCustomer, store_customers
from app.conversations.seal import Seal, seal_text
from app.gateway.body import body_of, documented
from app.gateway.chat_socket import CHANNEL as WIDGET
from app.gateway.message import Id
from app.gateway.ports import Tenants
from app.handoff.status import sources
from app.problems import Problem, not_found

FILE = "demo.json"
KEY_ID = "demo"


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody who works in the demo."""

    id: str
    name: str
    email: str
    role: Role
    skills: Sequence[str]


PEOPLE = (
    DemoPerson(
        id="runa",
        name="Runa Solberg",
        email="runa@demo.example",
        role="agent",
        skills=("orders", "refunds", "general", "billing", "product"),
    ),
    DemoPerson(
        id="tove",
        name="Tove Aaltonen",
        email="tove@demo.example",
        role="supervisor",
        skills=("orders", "refunds", "general", "complaints", "safety"),
    ),
    DemoPerson(id="ines", name="Ines Duarte", email="ines@demo.example", role="designer", skills=()),
    DemoPerson(id="jonas", name="Jonas Weber", email="jonas@demo.example", role="evaluator", skills=()),
    DemoPerson(id="ada", name="Ada Okafor", email="ada@demo.example", role="admin", skills=()),
)
"""One person for every room; the first is who signs in without a password."""


@dataclass(frozen=True, kw_only=True)
class DemoCustomer:
    """A customer of the demo's company, with order numbers to ask about."""

    id: str
    name: str
    email: str
    tier: str
    language: str
    orders: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the demo's parts answer."""

    base_url: str
    console_url: str
    shop_url: str
    nlu_url: str
    smtp: Mapping[str, Any] | None = None
    """Where a customer's mail is taken: `host`, `port`, and the `address` to write to."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The demo's secrets."""

    api_key: str
    passwords: dict[str, str]


def read_credentials(folder: Path) -> Credentials | None:
    """Read the secrets of an earlier start; None when there are none that can be used."""
    try:
        kept = orjson.loads((folder / FILE).read_bytes())
        passwords = {agent["id"]: agent["password"] for agent in kept["agents"]}
        # Who was not in an older demo gets a password; key and passwords of the others stay.
        known = {p.id: passwords.get(p.id) or token_urlsafe(12) for p in PEOPLE}
        return Credentials(api_key=kept["api_key"], passwords=known)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def new_credentials() -> Credentials:
    """Make fresh secrets."""
    return Credentials(api_key=new_api_key(), passwords={p.id: token_urlsafe(12) for p in PEOPLE})


def write_demo(
    folder: Path, addresses: Addresses, credentials: Credentials, customers: Sequence[DemoCustomer]
) -> dict[str, Any]:
    """Write what `frontdesk demo-info` shows, for its owner's eyes only."""
    told = {
        **asdict(addresses),
        "api_key": credentials.api_key,
        "agents": [{**asdict(p), "password": credentials.passwords[p.id]} for p in PEOPLE],
        "customers": [asdict(customer) for customer in customers],
    }
    fresh = folder / f"{FILE}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    fresh.replace(folder / FILE)
    return told


async def seed_people(tenants: Tenants, vault: Seal, tenant_id: str, credentials: Credentials) -> None:
    """Store the people and the key, unless they are stored with these secrets and every right already."""
    async with tenants.anyone() as conn:
        known = await find_api_key(conn, digest(credentials.api_key))
    if known is not None and set(known.scopes) >= EVERY_RIGHT:
        return
    passwords = Passwords()
    hashes = {p.id: await passwords.hash(credentials.passwords[p.id]) for p in PEOPLE}
    async with tenants.tenant(tenant_id) as conn:
        for person in PEOPLE:
            await store_person(
                conn,
                tenant_id,
                person.id,
                email_index=vault.blind_index(tenant_id, person.email),
                email=seal_text(vault, tenant_id, person.email, f"users:email:{person.id}"),
                name=person.name,
                password_hash=hashes[person.id],
                role=person.role,
                skills=person.skills,
            )
        await store_key(
            conn, tenant_id, KEY_ID, digest(credentials.api_key), "the demo's key", sorted(EVERY_RIGHT)
        )


async def seed_demo(
    tenants: Tenants,
    vault: Seal,
    tenant_id: str,
    folder: Path,
    addresses: Addresses,
    customers: Sequence[DemoCustomer],
) -> dict[str, Any]:
    """Lay the demo out, or find it laid out; the same secrets hold from start to start."""
    async with _alone(folder):
        credentials = read_credentials(folder) or new_credentials()
        await seed_people(tenants, vault, tenant_id, credentials)
        told = write_demo(folder, addresses, credentials, customers)
    known = [
        KnownCustomer(external_id=c.id, name=c.name, email=c.email, tier=c.tier, language=c.language)
        for c in customers
    ]
    async with tenants.tenant(tenant_id) as conn:
        await store_customers(conn, vault, tenant_id, known)
    return told


@contextlib.asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[None]:
    """Keep engines that start at once from making secrets of their own, of which only one set would hold."""
    with (folder / f"{FILE}.lock").open("w") as file:
        await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
        yield


class DemoLogin(BaseModel):
    """As whom to sign in; the first agent when nobody is named."""

    agent_id: Id | None = None


class StartOver(BaseModel):
    """Whose story begins anew."""

    customer_id: Id


ResetCustomer = Callable[[str], Awaitable[bool]]
"""Asks the company's systems to forget what was done for a customer, by its id; says whether they did."""


@dataclass(frozen=True, kw_only=True)
class DemoDeps:
    """What the demo's routes need."""

    auth: AuthDeps
    authenticator: Authenticator
    reset_customer: ResetCustomer


def build_router(deps: DemoDeps) -> APIRouter:
    """Build the demo's routes; included only while the demo is on."""
    router = APIRouter(prefix="/api/v1/demo", tags=["demo"])

    @router.post("/login", openapi_extra=documented(DemoLogin))
    async def sign_in(
        request: Request,
        response: Response,
        login: Annotated[DemoLogin, Depends(body_of(DemoLogin, empty={}))],
    ) -> Agent:
        """Sign in without a password, on this machine only."""
        _refuse_far(request)
        caller = await _person(deps, login.agent_id or PEOPLE[0].id)
        set_cookie(request, response, await deps.authenticator.begin(caller))
        return await me(deps.auth, caller)

    @router.post("/start-over", status_code=204, openapi_extra=documented(StartOver))
    async def start_over(request: Request, asked: Annotated[StartOver, Depends(body_of(StartOver))]) -> None:
        """Put a demo customer back to the first day, on this machine only."""
        _refuse_far(request)
        await _start_over(deps, asked.customer_id)

    return router


def _refuse_far(request: Request) -> None:
    """Let only this machine in."""
    if not is_local(request):
        raise Problem(
            403, "not-local", "This works on the machine itself only.", "Sign in with email and password."
        )


async def _start_over(deps: DemoDeps, external_id: str) -> None:
    """Reset the company's side first: a conversation is put away only when its story can be told again."""
    auth, tenant_id = deps.auth, deps.auth.tenant_id
    index = auth.vault.blind_index(tenant_id, external_id)
    async with auth.tenants.tenant(tenant_id) as conn:
        known = await sql.customer(conn, tenant_id, "", index)
    if known is None:
        raise not_found("customer")
    if not await deps.reset_customer(external_id):
        raise Problem(
            503,
            "not-reset",
            "The company's systems did not start over.",
            "What was done in the company's systems stays done. Try again in a moment.",
            headers={"Retry-After": "5"},
        )
    async with auth.tenants.tenant(tenant_id) as conn:
        await sql.archive_idle(conn, tenant_id, known.customer_id, WIDGET, sources("archive"), auth.clock())


async def _person(deps: DemoDeps, agent_id: str) -> AgentCaller:
    tenant_id = deps.auth.tenant_id
    async with deps.auth.tenants.tenant(tenant_id) as conn:
        person = await person_by_id(conn, tenant_id, agent_id)
    if person is None or agent_id not in {p.id for p in PEOPLE}:
        raise not_found("agent")
    return AgentCaller(tenant_id=tenant_id, agent_id=agent_id, name=person.name, role=person.role)
