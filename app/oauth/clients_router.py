"""`/api/v1/admin/clients`: programs that fetch access tokens with a secret that is shown once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.audit.record import actor_of
from app.auth.caller import Caller
from app.auth.rights import ManagesKeys
from app.gateway.body import body_of, documented
from app.oauth import repository as sql
from app.oauth.service import OAuth, Registrar
from app.people.keys_router import no_more_than_own
from app.people.shapes import NewKey
from app.problems import not_found


class ClientShape(BaseModel):
    """A client, without its secret."""

    client_id: str
    name: str
    scopes: Sequence[str]
    created_at: datetime
    revoked_at: datetime | None


class Clients(BaseModel):
    """Every client."""

    items: Sequence[ClientShape]


class ShownClient(BaseModel):
    """A client with its secret, which is never shown again."""

    client_id: str
    client_secret: str


def build_router(oauth: OAuth) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/admin/clients", tags=["admin"])

    @router.get("")
    async def clients(caller: ManagesKeys) -> Clients:
        """List the OAuth clients."""
        async with oauth.tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.clients(conn, caller.tenant_id)
        return Clients(items=[ClientShape(**vars(row)) for row in rows])

    @router.post("", status_code=201, openapi_extra=documented(NewKey))
    async def create(caller: ManagesKeys, new: Annotated[NewKey, Depends(body_of(NewKey))]) -> ShownClient:
        """Make a client; its secret is shown in this answer and never again."""
        no_more_than_own(caller, new.scopes)
        async with _registrar(oauth, caller) as registrar:
            made = await registrar.make(new.name, new.scopes)
        return ShownClient(client_id=made.client_id, client_secret=made.secret)

    @router.post("/{client_id}/secret")
    async def renew(caller: ManagesKeys, client_id: str) -> ShownClient:
        """Give a client a new secret; the old one ends at once, tokens in use go on to their end."""
        async with _registrar(oauth, caller) as registrar:
            made = await registrar.renew(client_id)
        if made is None:
            raise not_found("client")
        return ShownClient(client_id=made.client_id, client_secret=made.secret)

    @router.delete("/{client_id}", status_code=204)
    async def revoke(caller: ManagesKeys, client_id: str) -> None:
        """End a client; within ten seconds none of its tokens holds."""
        async with _registrar(oauth, caller) as registrar:
            ended = await registrar.revoke(client_id)
        if not ended:
            raise not_found("client")

    return router


@asynccontextmanager
async def _registrar(oauth: OAuth, caller: Caller) -> AsyncIterator[Registrar]:
    """One transaction in which a caller changes clients."""
    async with oauth.tenants.tenant(caller.tenant_id) as conn:
        yield Registrar(
            conn=conn,
            vault=oauth.vault,
            tenant_id=caller.tenant_id,
            actor=actor_of(caller),
            now=oauth.clock(),
        )
