"""`/api/v1/handoffs`: one handoff, and its context package as JSON or YAML, in any version."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.auth.authenticate import authenticator_of
from app.auth.rights import ReadsConversations
from app.console.deps import ConsoleDeps
from app.console.passing_shapes import HandoffDetail
from app.conversations.reasons import read_reason
from app.handoff.context_package import ContextPackage
from app.handoff.packages import repository as sql
from app.handoff.packages.store import Kept, as_yaml, read
from app.problems import not_found

YAML = "application/yaml"
Version = Annotated[int | None, Query(ge=1, lt=2**31, description="Which version; left out: the newest")]


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/handoffs", tags=["handoff"])

    @router.get("/{handoff_id}")
    async def handoff(caller: ReadsConversations, handoff_id: str, request: Request) -> HandoffDetail:
        """Show one handoff, open or closed."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            row = await sql.handoff(conn, caller.tenant_id, handoff_id)
            kept = await read(conn, deps.vault, caller.tenant_id, handoff_id)
        if row is None or kept is None:
            raise not_found("handoff")
        await authenticator_of(request).keep_in_sight(caller, row.conversation_id)
        return _shown(row, kept)

    @router.get(
        "/{handoff_id}/package",
        responses={200: {"content": {YAML: {}}, "description": "The context package"}},
        response_model=ContextPackage,
    )
    async def package(
        caller: ReadsConversations, handoff_id: str, request: Request, version: Version = None
    ) -> Response:
        """Download the context package as YAML, or as JSON where that is asked for."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            kept = await read(conn, deps.vault, caller.tenant_id, handoff_id, version)
        if kept is None:
            raise not_found("handoff")
        await authenticator_of(request).keep_in_sight(caller, kept.package.conversation_id)
        headers = {"X-Package-Version": str(kept.version), "X-Package-Versions": str(kept.versions)}
        if "application/json" in request.headers.get("accept", ""):
            return Response(kept.package.model_dump_json(), headers=headers, media_type="application/json")
        name = f"{handoff_id}-{kept.version}.yaml"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return Response(as_yaml(kept.package), headers=headers, media_type=YAML)

    return router


def _shown(row: sql.StoredHandoff, kept: Kept) -> HandoffDetail:
    reason = read_reason(row.reason)
    return HandoffDetail(
        handoff_id=row.handoff_id,
        conversation_id=row.conversation_id,
        status=row.status,
        reason=reason.kind,
        reason_text=reason.text,
        priority=row.priority,
        skills=row.skills,
        agent_id=row.agent_id,
        to_group=row.to_group,
        requested_at=row.requested_at,
        assigned_at=row.assigned_at,
        closed_at=row.closed_at,
        sla_due_at=row.sla_due_at,
        package_version=kept.version,
        package_versions=kept.versions,
        package_why=kept.why,
    )
