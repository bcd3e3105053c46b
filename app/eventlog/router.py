"""`GET /api/v1/events`: everything that happened, in order, from a cursor that loses nothing."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.auth.caller import sees_only
from app.auth.rights import ReadsConversations
from app.conversations.feed.event import BEGINNING, read_cursor
from app.conversations.feed.repository import events_after
from app.conversations.seal import Seal
from app.eventlog.gather import gather
from app.eventlog.shapes import EventPage
from app.eventlog.telling import told
from app.gateway.ports import Tenants
from app.problems import Problem, wrong_fields
from app.webhooks.messages import TYPES, kind_of

MOST = 200


def build_router(tenants: Tenants, vault: Seal) -> APIRouter:
    """Build the route."""
    router = APIRouter(tags=["events"])

    @router.get("/api/v1/events")
    async def events(
        caller: ReadsConversations,
        after: Annotated[
            str | None, Query(max_length=60, description="`next_after` of the page before")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
        event_type: Annotated[
            list[str] | None, Query(description="Only these; repeat it for several")
        ] = None,
    ) -> EventPage:
        """Read what happened after a place, oldest first; the names are those of webhooks."""
        if sees_only(caller) is not None:
            raise Problem(
                403, "not-allowed", "You may not do this.", "The log tells of everybody; ask a supervisor."
            )
        cursor = BEGINNING if after is None else read_cursor(after)
        if cursor is None:
            raise wrong_fields([{"loc": ("after",), "msg": "is not the next_after of a page"}])
        if unknown := sorted(set(event_type or ()) - TYPES):
            known = ", ".join(sorted(TYPES))
            raise wrong_fields([{"loc": ("event_type",), "msg": f"{len(unknown)} unknown; known: {known}"}])
        async with tenants.tenant(caller.tenant_id) as conn:
            read = await events_after(conn, vault, caller.tenant_id, cursor, limit)
            wanted = [
                one for one in read if (kind := kind_of(one)) and (not event_type or kind in event_type)
            ]
            around = await gather(conn, vault, caller.tenant_id, wanted)
        items = [told(one, beside) for one, beside in zip(wanted, around, strict=True)]
        return EventPage(items=items, next_after=str(read[-1].cursor if read else cursor))

    return router
