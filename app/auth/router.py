"""`/api/v1/auth`: sign in, who am I, sign out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.audit.record import Actor, Deed, record
from app.auth.authenticate import COOKIE, IDLE, Authenticator, SignedIn
from app.auth.caller import AgentCaller
from app.auth.repository import Person as StoredPerson
from app.auth.repository import person_by_id
from app.auth.rights import Person
from app.auth.throttle import Throttle
from app.conversations.seal import Seal, open_text
from app.gateway.body import body_of, documented
from app.gateway.ports import Tenants
from app.problems import Problem


class Login(BaseModel):
    """Who wants to sign in."""

    email: str = Field(min_length=1, max_length=320)
    password: str = Field(min_length=1, max_length=1024)


class Agent(BaseModel):
    """A person of the company."""

    agent_id: str
    name: str
    email: str
    role: str
    skills: Sequence[str]
    status: str
    max_load: int
    load: int


@dataclass(frozen=True, kw_only=True)
class AuthDeps:
    """What the login routes need."""

    tenants: Tenants
    vault: Seal
    authenticator: Authenticator
    throttle: Throttle
    clock: Callable[[], datetime]
    tenant_id: str
    """The tenant whose people sign in here."""


def agent_shape(vault: Seal, tenant_id: str, person: StoredPerson) -> Agent:
    """Show a person as the API does."""
    return Agent(
        agent_id=person.user_id,
        name=person.name,
        email=open_text(vault, tenant_id, person.email, f"users:email:{person.user_id}"),
        role=person.role,
        skills=list(person.skills),
        status=person.status,
        max_load=person.max_load,
        load=person.load,
    )


async def me(deps: AuthDeps, caller: AgentCaller) -> Agent:
    """Return the person who signed in."""
    async with deps.tenants.tenant(caller.tenant_id) as conn:
        person = await person_by_id(conn, caller.tenant_id, caller.agent_id)
    if person is None:
        raise Problem(401, "login-expired", "Your login has ended.", "This account is gone.")
    return agent_shape(deps.vault, caller.tenant_id, person)


def set_cookie(request: Request, response: Response, signed_in: SignedIn) -> None:
    """Give the browser its session; scripts cannot read it and other sites cannot send it."""
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=int(IDLE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


async def _sign_in(deps: AuthDeps, request: Request, login: Login) -> SignedIn:
    address = request.client.host if request.client else ""
    wait = deps.throttle.seconds_to_wait(address, login.email.casefold(), deps.clock())
    if wait:
        raise Problem(
            429,
            "too-many-tries",
            "Too many tries.",
            f"Try again in {wait} s.",
            headers={"Retry-After": str(wait)},
        )
    signed_in = await deps.authenticator.sign_in(deps.tenant_id, login.email, login.password)
    await _note(deps, signed_in, address)
    if signed_in is None:
        raise Problem(
            401, "wrong-login", "Email and password do not belong together.", "Check both and try again."
        )
    deps.throttle.forget(address, login.email.casefold())
    return signed_in


async def _note(deps: AuthDeps, signed_in: SignedIn | None, address: str) -> None:
    """Record who signed in, or that somebody could not and from where; never with which email."""
    agent_id = signed_in.caller.agent_id if signed_in else "unknown"
    action = "login.begun" if signed_in else "login.refused"
    deed = Deed(action=action, subject="login", subject_id=agent_id, detail={"address": address})
    actor = Actor(kind="person", actor_id=agent_id)
    async with deps.tenants.tenant(deps.tenant_id) as conn:
        await record(conn, deps.vault, deps.tenant_id, actor, deed, deps.clock())


def build_router(deps: AuthDeps) -> APIRouter:
    """Build the login routes."""
    router = APIRouter(prefix="/api/v1/auth", tags=["login"])

    @router.post("/login", openapi_extra=documented(Login))
    async def sign_in(
        request: Request, response: Response, login: Annotated[Login, Depends(body_of(Login))]
    ) -> Agent:
        """Sign in with email and password; sets the session cookie."""
        signed_in = await _sign_in(deps, request, login)
        set_cookie(request, response, signed_in)
        return await me(deps, signed_in.caller)

    @router.get("/me")
    async def who_am_i(caller: Person) -> Agent:
        """Say who is signed in."""
        return await me(deps, caller)

    @router.post("/logout", status_code=204)
    async def sign_out(request: Request, response: Response, caller: Person) -> None:
        """End the session."""
        await deps.authenticator.sign_out(request.cookies[COOKIE])
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    return router
