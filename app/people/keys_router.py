"""`/api/v1/admin/keys`: what programs may do, with keys that are shown once."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends

from app.audit.record import Deed
from app.auth.caller import Caller
from app.auth.repository import store_key
from app.auth.rights import ManagesKeys
from app.auth.secrets import digest, new_api_key
from app.gateway.body import body_of, documented
from app.ids import new_id
from app.people import repository as sql
from app.people.deps import PeopleDeps
from app.people.shapes import Keys, KeyShape, NewKey, ShownKey
from app.problems import Problem, not_found

PROGRAMS = frozenset({"messages:write", "messages:bulk"})
"""What programs do and people do not: bring customers' messages in."""


def build_router(deps: PeopleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/admin/keys", tags=["admin"])

    @router.get("")
    async def keys(caller: ManagesKeys) -> Keys:
        """List the keys, and what a new one may be allowed."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.keys(conn, caller.tenant_id)
        return Keys(items=[KeyShape(**vars(row)) for row in rows], scopes=sorted(caller.rights | PROGRAMS))

    @router.post("", status_code=201, openapi_extra=documented(NewKey))
    async def create(caller: ManagesKeys, new: Annotated[NewKey, Depends(body_of(NewKey))]) -> ShownKey:
        """Make a key; it is shown in this answer and never again."""
        no_more_than_own(caller, new.scopes)
        key, key_id, scopes = new_api_key(), new_id("key"), sorted(set(new.scopes))
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            await store_key(conn, caller.tenant_id, key_id, digest(key), new.name, scopes)
            await deps.note(conn, caller, _deed("key.created", key_id, name=new.name, scopes=scopes))
        return ShownKey(key_id=key_id, name=new.name, scopes=scopes, key=key)

    @router.delete("/{key_id}", status_code=204)
    async def revoke(caller: ManagesKeys, key_id: str) -> None:
        """Revoke a key; within ten seconds nothing answers to it."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            name = await sql.revoke(conn, caller.tenant_id, key_id, deps.clock())
            if name is None:
                raise not_found("key")
            await deps.note(conn, caller, _deed("key.revoked", key_id, name=name))

    return router


def no_more_than_own(caller: Caller, scopes: Iterable[str]) -> None:
    """Refuse scopes that the maker of a key or client does not have."""
    if beyond := sorted(set(scopes) - caller.rights - PROGRAMS):
        raise Problem(
            403,
            "not-allowed",
            "A key cannot be allowed more than its maker.",
            f"Leave out {', '.join(beyond)}.",
        )


def _deed(action: str, key_id: str, **detail: object) -> Deed:
    return Deed(action=action, subject="key", subject_id=key_id, detail=detail)
