"""`/api/v1/auth/welcome` and `/password`: a code becomes a password; one's own password is changed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from psycopg import AsyncConnection

from app.audit.record import Actor
from app.auth.rights import Person
from app.auth.router import AuthDeps, set_cookie
from app.auth.secrets import digest
from app.conversations.seal import open_text
from app.gateway.body import body_of, documented
from app.people import repository as sql
from app.people import staff
from app.people.deps import PeopleDeps
from app.people.shapes import Chosen, ChosenPassword, OwnPassword, UsedCode, Welcome
from app.problems import Problem


def build_router(deps: PeopleDeps, auth: AuthDeps) -> APIRouter:
    """Build the routes; the first two need no login but a code."""
    router = APIRouter(prefix="/api/v1/auth", tags=["login"])

    @router.post("/welcome", openapi_extra=documented(UsedCode))
    async def welcome(used: Annotated[UsedCode, Depends(body_of(UsedCode))]) -> Welcome:
        """Say whose code it is."""
        return await _whose(deps, used.code)

    @router.post("/welcome/password", openapi_extra=documented(ChosenPassword))
    async def choose(chosen: Annotated[ChosenPassword, Depends(body_of(ChosenPassword))]) -> Chosen:
        """Use a code up and choose the password to sign in with."""
        return await _choose(deps, chosen)

    @router.post("/password", status_code=204, openapi_extra=documented(OwnPassword))
    async def own(
        caller: Person,
        request: Request,
        response: Response,
        wanted: Annotated[OwnPassword, Depends(body_of(OwnPassword))],
    ) -> None:
        """Change one's own password; every other login of the person ends."""
        _not_too_often(auth, caller.agent_id)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            stored = await sql.password_of(conn, caller.tenant_id, caller.agent_id)
        if not await deps.passwords.fits(wanted.old, stored):
            raise Problem(403, "wrong-password", "This is not your password.", "Check it.", field="old")
        hashed = await deps.passwords.hash(wanted.new)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            await sql.set_password(conn, caller.tenant_id, caller.agent_id, hashed)
            await _note(deps, conn, caller.tenant_id, caller.agent_id)
        auth.throttle.forget(caller.agent_id, "password")
        set_cookie(request, response, await auth.authenticator.begin(caller))

    return router


def _not_too_often(auth: AuthDeps, agent_id: str) -> None:
    wait = auth.throttle.seconds_to_wait(agent_id, "password", auth.clock())
    if wait:
        headers = {"Retry-After": str(wait)}
        raise Problem(429, "too-many-tries", "Too many tries.", f"Try again in {wait} s.", headers=headers)


async def _whose(deps: PeopleDeps, code: str) -> Welcome:
    tenant_id, user_id = await _found(deps, code)
    if user_id is None:
        return Welcome(first_admin=True, name=None, email=None)
    async with deps.tenants.tenant(tenant_id) as conn:
        person = await sql.person(conn, tenant_id, user_id)
    if person is None or person.deactivated_at is not None:
        raise _ended()
    email = open_text(deps.vault, tenant_id, person.email, f"users:email:{user_id}")
    return Welcome(first_admin=False, name=person.name, email=email)


async def _choose(deps: PeopleDeps, chosen: ChosenPassword) -> Chosen:
    """Take the code and store the password in one transaction: a code works once."""
    tenant_id, user_id = await _found(deps, chosen.code)
    if user_id is None and not (chosen.email and chosen.name):
        raise Problem(422, "wrong-fields", "Some fields do not fit.", "Correct: email, name.")
    email = chosen.email if user_id is None else (await _whose(deps, chosen.code)).email
    hashed = await deps.passwords.hash(chosen.password)
    async with deps.tenants.tenant(tenant_id) as conn:
        if not await sql.take_code(conn, tenant_id, digest(chosen.code), deps.clock()):
            raise _ended()
        user_id = user_id or await _first_admin(deps, conn, tenant_id, chosen)
        await sql.set_password(conn, tenant_id, user_id, hashed)
        await _note(deps, conn, tenant_id, user_id)
    return Chosen(email=email or "")


async def _first_admin(
    deps: PeopleDeps, conn: AsyncConnection, tenant_id: str, chosen: ChosenPassword
) -> str:
    if await sql.admins(conn, tenant_id):
        raise _ended()
    new = staff.NewPerson(email=chosen.email or "", name=chosen.name or "", role="admin")
    user_id, _ = await staff.add(_office(deps, conn, tenant_id, "first-administrator"), new)
    return user_id


async def _found(deps: PeopleDeps, code: str) -> tuple[str, str | None]:
    async with deps.tenants.anyone() as conn:
        found = await sql.find_code(conn, digest(code), deps.clock())
    if found is None:
        raise _ended()
    return found


def _ended() -> Problem:
    return Problem(
        404,
        "code-ended",
        "This link does not work any more.",
        "It was used, replaced, or is older than three days. Ask an administrator for another.",
    )


async def _note(deps: PeopleDeps, conn: AsyncConnection, tenant_id: str, user_id: str) -> None:
    await _office(deps, conn, tenant_id, user_id).note("person.password_chosen", user_id)


def _office(deps: PeopleDeps, conn: AsyncConnection, tenant_id: str, user_id: str) -> staff.Office:
    actor = Actor(kind="person", actor_id=user_id)
    return staff.Office(conn=conn, vault=deps.vault, tenant_id=tenant_id, actor=actor, now=deps.clock())
