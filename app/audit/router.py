"""`/api/v1/admin/audit`: who did what, and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from app.audit import repository as sql
from app.audit.record import place
from app.auth.rights import ReadsAudit
from app.conversations.seal import Seal, open_json
from app.gateway.ports import Tenants
from app.problems import Problem


class Line(BaseModel):
    """One thing that somebody did."""

    audit_id: str
    at: datetime
    actor: str
    """A person's name, `key <id>`, or `command line`."""
    actor_id: str
    action: str
    subject: str
    subject_id: str
    detail: Mapping[str, Any]


class Lines(BaseModel):
    """One page, newest first."""

    items: Sequence[Line]
    next_cursor: str | None


def build_router(tenants: Tenants, vault: Seal) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/admin/audit", tags=["admin"])

    @router.get("")
    async def audit(
        caller: ReadsAudit,
        subject: str | None = None,
        subject_id: str | None = None,
        actor_id: str | None = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Lines:
        """List what was done, newest first."""
        at, after = _place(cursor)
        wanted = sql.Wanted(
            subject=subject, subject_id=subject_id, actor_id=actor_id, at=at, after=after, limit=limit
        )
        async with tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.lines(conn, caller.tenant_id, wanted)
        more = f"{rows[-1].at.isoformat()}~{rows[-1].audit_id}" if len(rows) == limit else None
        return Lines(items=[_line(vault, caller.tenant_id, row) for row in rows], next_cursor=more)

    return router


def _place(cursor: str | None) -> tuple[datetime | None, str | None]:
    if cursor is None:
        return None, None
    at, _, after = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), after
    except ValueError:
        raise Problem(
            422, "wrong-fields", "Some fields do not fit.", "cursor: take `next_cursor` of the page before."
        ) from None


def _line(vault: Seal, tenant_id: str, row: sql.Row) -> Line:
    return Line(
        audit_id=row.audit_id,
        at=row.at,
        actor=_actor(row),
        actor_id=row.actor_id,
        action=row.action,
        subject=row.subject,
        subject_id=row.subject_id,
        detail=open_json(vault, tenant_id, row.detail, place(row.audit_id)),
    )


def _actor(row: sql.Row) -> str:
    if row.actor_kind == "command":
        return "command line"
    return row.actor_name or (f"key {row.actor_id}" if row.actor_kind == "key" else row.actor_id)
