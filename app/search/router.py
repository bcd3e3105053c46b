"""`/api/v1/search`: conversations by their words and by what is known of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from app.auth.caller import AgentCaller, sees_only
from app.auth.rights import ReadsConversations
from app.console import repository as lists
from app.console.deps import ConsoleDeps
from app.console.lists import read_filter, read_place, show_row, write_cursor
from app.console.shapes import Row
from app.conversations.seal import open_text
from app.search import repository as sql
from app.search.indexing import PURPOSE
from app.search.words import asked_hashes

MOST_HITS = 50
SNIPPET = 200


class FoundLine(BaseModel):
    """The newest line in which the words stand."""

    entry_no: int
    sender: str
    timestamp: datetime
    text: str


class FoundRow(Row):
    """A conversation that fits."""

    line: FoundLine | None


class Found(BaseModel):
    """What fits, the newest first."""

    items: Sequence[FoundRow]
    next_cursor: str | None


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the route."""
    router = APIRouter(prefix="/api/v1", tags=["conversations"])

    @router.get("/search")
    async def search(
        caller: ReadsConversations,
        q: Annotated[str, Query(max_length=300, description="Words, or their beginnings; all must fit")] = "",
        status: str | None = None,
        tag: Annotated[str | None, Query(max_length=40)] = None,
        agent: Annotated[
            str | None, Query(description="An agent who has or had it; `me` for oneself")
        ] = None,
        channel: Annotated[str | None, Query(max_length=40)] = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        cursor: str | None = None,
    ) -> Found:
        """Find conversations among those that the caller may see."""
        own = caller.agent_id if isinstance(caller, AgentCaller) else None
        after = read_place(cursor)
        wanted = sql.Wanted(
            words=asked_hashes(deps.vault.derive(caller.tenant_id, PURPOSE), q) or None,
            statuses=list(read_filter(status, own).statuses) if status else None,
            channel=channel or None,
            agent=(own if agent == "me" else agent) or None,
            tag=tag.casefold() if tag else None,
            since=since,
            until=until,
            seen_by=sees_only(caller),
            before=after.at if after else None,
            before_id=after.conversation_id if after else None,
        )
        return await _found(deps, caller.tenant_id, own, wanted)

    return router


async def _found(deps: ConsoleDeps, tenant_id: str, own: str | None, wanted: sql.Wanted) -> Found:
    async with deps.tenants.tenant(tenant_id) as conn:
        hits = await sql.find(conn, tenant_id, wanted, MOST_HITS + 1)
        shown = hits[:MOST_HITS]
        lines = await sql.hit_lines(conn, tenant_id, shown)
        rows = await lists.rows_of(conn, tenant_id, [hit.conversation_id for hit in shown], own)
    by_id = {row.conversation_id: row for row in rows}
    said = {line.conversation_id: _line(deps, tenant_id, line) for line in lines}
    items = [
        FoundRow(
            **dict(show_row(deps.vault, tenant_id, by_id[hit.conversation_id])),
            line=said.get(hit.conversation_id),
        )
        for hit in shown
        if hit.conversation_id in by_id
    ]
    last = shown[-1] if len(hits) > MOST_HITS else None
    return Found(
        items=items, next_cursor=write_cursor(last.written_at, last.conversation_id) if last else None
    )


def _line(deps: ConsoleDeps, tenant_id: str, line: sql.HitLine) -> FoundLine:
    text = open_text(deps.vault, tenant_id, line.text, f"entries:text:{line.entry_id}")
    return FoundLine(
        entry_no=line.entry_no, sender=line.sender, timestamp=line.created_at, text=text[:SNIPPET]
    )
