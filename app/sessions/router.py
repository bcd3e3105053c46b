"""`/api/v1/conversations/{id}/sessions`: sittings, and whether the customer is there."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter

from app.auth.rights import ReadsConversations
from app.console.deps import ConsoleDeps
from app.problems import not_found
from app.sessions import repository as sql
from app.sessions.keeping import OPEN
from app.sessions.shapes import SessionsShape, sessions_shape
from policies.sessions import SessionTimes

EVER = datetime.min.replace(tzinfo=UTC)


def build_router(deps: ConsoleDeps, times: Callable[[str], SessionTimes]) -> APIRouter:
    """Build the route."""
    router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])

    @router.get("/{conversation_id}/sessions")
    async def sessions(caller: ReadsConversations, conversation_id: str) -> SessionsShape:
        """List a conversation's sittings as of now, and say whether the customer has a page open."""
        tenant_id = caller.tenant_id
        async with deps.tenants.tenant(tenant_id) as conn:
            chain = await sql.chain(conn, tenant_id, conversation_id)
            if chain is None:
                raise not_found("conversation")
            await sql.follow(conn, tenant_id, sql.Since(statuses=OPEN, since=EVER, only=conversation_id))
            rows = await sql.of_conversation(conn, tenant_id, conversation_id)
            read = await sql.read_by_customer(conn, tenant_id, conversation_id)
        return sessions_shape(conversation_id, rows, chain, read, times(tenant_id), deps.clock())

    return router
