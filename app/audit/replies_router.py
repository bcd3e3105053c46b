"""`/api/v1/admin/audit/replies`: what was sent to customers, what the rails said, and its link."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.audit import repository_chain as sql
from app.audit.verifying import AuditBroken, verify
from app.auth.rights import ReadsAudit
from app.conversations.seal import open_json, open_text
from app.gateway.deps import Keyring
from app.gateway.ports import Tenants


class AuditedReply(BaseModel):
    """One reply as it was sent."""

    number: int
    """Its place in the chain."""
    hash: str
    conversation_id: str
    message_id: str
    at: datetime
    sender: str
    """`assistant`, `system` for a notice, or `agent`."""
    channel: str
    text: str
    rails: Mapping[str, Any]
    """What the rails of its turn said; empty for a person's message and for notices without a turn."""


class AuditedReplies(BaseModel):
    """One page, newest first; `before` the last number gives the next."""

    items: Sequence[AuditedReply]
    next_before: int | None


class ChainState(BaseModel):
    """Whether the audit's chain holds."""

    holds: bool
    problem: str | None
    """The first broken link and what is wrong with it."""
    head: str | None
    """The newest link: note it down, `frontdesk audit verify --head` compares with it later."""
    links: Mapping[str, int]
    erased: int


def build_router(tenants: Tenants, vault: Keyring) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/admin/audit", tags=["admin"])

    @router.get("/replies")
    async def replies(
        caller: ReadsAudit,
        conversation_id: str | None = None,
        before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> AuditedReplies:
        """List what was sent to customers, newest first; the newest seconds follow a little later."""
        async with tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.replies(conn, caller.tenant_id, conversation_id, before, limit)
        more = rows[-1].number if len(rows) == limit else None
        items = [_reply(vault, caller.tenant_id, row) for row in rows]
        return AuditedReplies(items=items, next_before=more)

    @router.post("/verify")
    async def verify_chain(caller: ReadsAudit) -> ChainState:
        """Read the whole chain again and say whether it holds."""
        try:
            async with tenants.tenant(caller.tenant_id) as conn:
                found = await verify(conn, vault, caller.tenant_id)
        except AuditBroken as broken:
            return ChainState(holds=False, problem=str(broken), head=None, links={}, erased=0)
        return ChainState(
            holds=True, problem=None, head=str(found.head), links=found.links, erased=found.erased
        )

    return router


def _reply(vault: Keyring, tenant_id: str, row: sql.Reply) -> AuditedReply:
    trace = open_json(vault, tenant_id, row.trace, f"turns:trace:{row.thread_id}:{row.seq}")
    return AuditedReply(
        number=row.number,
        hash=row.hash.hex(),
        conversation_id=row.conversation_id,
        message_id=row.entry_id,
        at=row.created_at,
        sender=row.sender,
        channel=row.channel,
        text=open_text(vault, tenant_id, row.text, f"entries:text:{row.entry_id}"),
        rails=trace.get("rails") or {},
    )
