"""Tokens for people whom the company's own site or app has signed in: with one they chat as that customer."""

import secrets
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict

from app.auth.caller import KeyCaller, require
from app.auth.customer_token import CustomerToken, expiry, write_token
from app.gateway.body import body_of, documented
from app.gateway.deps import GatewayDeps
from app.gateway.message import Id
from app.identity.repository_links import newest_open
from app.problems import Problem


class AskForToken(BaseModel):
    """Who is signed in, and where."""

    model_config = ConfigDict(extra="forbid")
    customer_id: Id
    """The company's own id of the customer."""
    channel: Literal["web", "mobile"] = "web"
    """What the messages count as: the site's chat, or the app's."""


class TokenMade(BaseModel):
    """What the page or app says in its `hello`."""

    token: str
    conversation_id: str
    expires_at: datetime


def build_router(gateway: GatewayDeps) -> APIRouter:
    """Build the route; it is for the company's own servers, never for pages or apps themselves."""
    router = APIRouter(prefix="/api/v1/identity", tags=["identity"])

    @router.post("/tokens", status_code=201, openapi_extra=documented(AskForToken))
    async def make(
        request: Request, body: Annotated[AskForToken, Depends(body_of(AskForToken))]
    ) -> TokenMade:
        """Make a token for who is signed in; it opens their newest open conversation, or a new one."""
        caller = await gateway.authenticator.caller(request)
        require(caller, "messages:write")
        if not isinstance(caller, KeyCaller):
            raise Problem(403, "not-allowed", "Only programs make customers' tokens.", "Use a key.")
        tenant_id, now = caller.tenant_id, gateway.clock()
        async with gateway.tenants.tenant(tenant_id) as conn:
            found = await _conversation(conn, gateway, tenant_id, body.customer_id)
        token = CustomerToken(
            tenant_id=tenant_id,
            visitor=secrets.token_hex(16),
            conversation_id=found or f"cnv_{secrets.token_hex(16)}",
            customer_id=body.customer_id,
            verified=True,
            expires=expiry(now),
            channel=body.channel,
        )
        return TokenMade(
            token=write_token(gateway.vault, token),
            conversation_id=token.conversation_id,
            expires_at=datetime.fromtimestamp(token.expires, now.tzinfo),
        )

    return router


async def _conversation(
    conn: AsyncConnection, gateway: GatewayDeps, tenant_id: str, customer_id: str
) -> str | None:
    return await newest_open(conn, tenant_id, gateway.vault.blind_index(tenant_id, customer_id))
