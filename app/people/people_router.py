"""`/api/v1/admin/people` and `/groups`: who works here, in which groups, with which role."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends
from psycopg import AsyncConnection

from app.audit.record import Deed, actor_of
from app.auth.caller import Caller
from app.auth.rights import ManagesPeople
from app.gateway.body import body_of, documented
from app.ids import new_id
from app.people import repository as sql
from app.people import staff
from app.people.deps import PeopleDeps
from app.people.shapes import (
    Added,
    CodeShape,
    GroupBody,
    GroupChange,
    Groups,
    GroupShape,
    NewPersonBody,
    People,
    PersonChange,
    PersonShape,
    code_shape,
    person_shape,
)
from app.problems import Problem, not_found

PREFIX = "/api/v1/admin"


def build_router(deps: PeopleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix=PREFIX, tags=["admin"])
    _add_reading(router, deps)
    _add_people(router, deps)
    _add_groups(router, deps)
    return router


def office(deps: PeopleDeps, caller: Caller) -> AbstractAsyncContextManager[staff.Office]:
    """Open one transaction in which a caller changes people."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[staff.Office]:
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            yield staff.Office(
                conn=conn,
                vault=deps.vault,
                tenant_id=caller.tenant_id,
                actor=actor_of(caller),
                now=deps.clock(),
            )

    return opened()


def _add_reading(router: APIRouter, deps: PeopleDeps) -> None:
    @router.get("/people")
    async def people(caller: ManagesPeople) -> People:
        """List everybody with role, skills, languages and limit."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.people(conn, caller.tenant_id)
        return People(items=[person_shape(deps.vault, caller.tenant_id, row) for row in rows])

    @router.get("/groups")
    async def groups(caller: ManagesPeople) -> Groups:
        """List the groups and who is in them."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            return Groups(items=[GroupShape(**vars(row)) for row in await sql.groups(conn, caller.tenant_id)])


def _add_people(router: APIRouter, deps: PeopleDeps) -> None:
    @router.post("/people", status_code=201, openapi_extra=documented(NewPersonBody))
    async def add(
        caller: ManagesPeople, body: Annotated[NewPersonBody, Depends(body_of(NewPersonBody))]
    ) -> Added:
        """Add a person; the code is shown once and is good for three days."""
        new = staff.NewPerson(**body.model_dump(exclude={"groups"}))
        async with office(deps, caller) as at:
            user_id, code = await staff.add(at, new)
            await sql.set_groups(at.conn, at.tenant_id, user_id, body.groups)
            return Added(person=await _shown(deps, at.conn, caller, user_id), welcome=code_shape(code))

    @router.patch("/people/{agent_id}", openapi_extra=documented(PersonChange))
    async def change(
        caller: ManagesPeople,
        agent_id: str,
        body: Annotated[PersonChange, Depends(body_of(PersonChange))],
    ) -> PersonShape:
        """Change a person; `active: false` signs out everywhere at once, and nobody can sign in so."""
        async with office(deps, caller) as at:
            await staff.change(at, agent_id, body.model_dump(exclude_none=True))
            shown = await _shown(deps, at.conn, caller, agent_id)
        deps.changed(caller.tenant_id)
        return shown

    @router.post("/people/{agent_id}/reset")
    async def reset(caller: ManagesPeople, agent_id: str) -> CodeShape:
        """End a person's password and logins; the code lets the person choose another."""
        async with office(deps, caller) as at:
            return code_shape(await staff.reset(at, agent_id))


def _add_groups(router: APIRouter, deps: PeopleDeps) -> None:
    @router.post("/groups", status_code=201, openapi_extra=documented(GroupBody))
    async def add(
        caller: ManagesPeople, body: Annotated[GroupBody, Depends(body_of(GroupBody))]
    ) -> GroupShape:
        """Add a group."""
        group_id = new_id("grp")
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            if not await sql.add_group(conn, caller.tenant_id, group_id, body.name, deps.clock()):
                raise _name_taken()
            await sql.set_members(conn, caller.tenant_id, group_id, body.members)
            await deps.note(conn, caller, _deed("group.added", group_id, body.name))
            return await _group(conn, caller, group_id)

    @router.patch("/groups/{group_id}", openapi_extra=documented(GroupChange))
    async def change(
        caller: ManagesPeople, group_id: str, body: Annotated[GroupChange, Depends(body_of(GroupChange))]
    ) -> GroupShape:
        """Change a group's name or people."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            before = await _group(conn, caller, group_id)
            if body.name and not await sql.name_group(conn, caller.tenant_id, group_id, body.name):
                raise _name_taken()
            if body.members is not None:
                await sql.set_members(conn, caller.tenant_id, group_id, body.members)
            await deps.note(conn, caller, _deed("group.changed", group_id, before.name))
            return await _group(conn, caller, group_id)

    @router.delete("/groups/{group_id}", status_code=204)
    async def delete(caller: ManagesPeople, group_id: str) -> None:
        """Delete a group; its people stay."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            before = await _group(conn, caller, group_id)
            await sql.delete_group(conn, caller.tenant_id, group_id)
            await deps.note(conn, caller, _deed("group.deleted", group_id, before.name))


async def _shown(deps: PeopleDeps, conn: AsyncConnection, caller: Caller, agent_id: str) -> PersonShape:
    found = await sql.person(conn, caller.tenant_id, agent_id)
    if found is None:
        raise not_found("person")
    return person_shape(deps.vault, caller.tenant_id, found)


async def _group(conn: AsyncConnection, caller: Caller, group_id: str) -> GroupShape:
    found = await sql.groups(conn, caller.tenant_id, group_id)
    if not found:
        raise not_found("group")
    return GroupShape(**vars(found[0]))


def _deed(action: str, group_id: str, name: str) -> Deed:
    return Deed(action=action, subject="group", subject_id=group_id, detail={"name": name})


def _name_taken() -> Problem:
    return Problem(409, "name-taken", "Another group has this name.", "Choose another name.", field="name")
