"""`/api/v1/board`: how the desk stands, and the conversations behind every figure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Depends, Query
from psycopg import AsyncConnection
from pydantic import BaseModel

from app.auth.caller import AgentCaller, Caller
from app.auth.rights import ActsOnBoard, ManagesCustomers, ReadsBoard, ReadsCustomers
from app.board import repository as sql
from app.board import repository_behind as behind_sql
from app.board.gather import board, recent_since, stuck_lines
from app.board.shapes import Board, Vip
from app.board.span import Period, Span
from app.console.deps import ConsoleDeps
from app.console.lists import limit_of, read_place, show_row, write_place
from app.console.repository import rows_of
from app.console.shapes import Rows
from app.conversations.feed.repository import record_event
from app.customers.repository_holding import hold_conversations
from app.gateway.body import body_of, documented
from app.handoff import tasks
from app.outbox import dead_letters as replies
from app.outbox import repository as outbox
from app.problems import Problem, not_found
from app.turns import dead_letters

SURVEY_DAYS = 30
"""So far back an agent's survey and the usual time of a conversation are looked at."""
MOST_DEAD = 100

Zone = Annotated[str, Query(description="Where the reader lives, as Europe/Oslo: days begin at its midnight")]


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Which figure is opened, and what its statement is given."""

    figure: str
    named: dict[str, Any]


class VipMark(BaseModel):
    """Whether the customer counts as important from now on."""

    vip: bool


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["board"])

    @router.get("/board")
    async def the_board(caller: ReadsBoard, period: Period = "today", zone: Zone = "UTC") -> Board:
        """Show the whole board, in one answer."""
        return await read_board(deps, caller.tenant_id, _span(deps, period, zone))

    @router.get("/board/conversations")
    async def behind(
        caller: ReadsBoard,
        figure: str,
        value: Annotated[str, Query(max_length=200)] = "",
        period: Period = "today",
        zone: Zone = "UTC",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Rows:
        """List the conversations behind a figure, the newest first."""
        asked = _asked(caller.tenant_id, _span(deps, period, zone), figure, value)
        return await page(deps, caller, asked, cursor, limit)

    @router.post("/board/dead-letters/{thread_id}/{seq}/replay", status_code=204)
    async def replay(caller: ActsOnBoard, thread_id: str, seq: int) -> None:
        """Have an event that was set aside worked on again, or send a reply again (`outbox/NUMBER`)."""
        await replay_letter(deps, caller.tenant_id, f"{thread_id}/{seq}")

    @router.get("/customers/{customer_id}/vip")
    async def marked(caller: ReadsCustomers, customer_id: str) -> Vip:
        """Say whether a customer is marked as important."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            stands = await behind_sql.marked(conn, caller.tenant_id, customer_id)
        if stands is None:
            raise not_found("customer")
        return Vip(vip=stands.vip, tier=stands.tier)

    @router.post("/customers/{customer_id}/vip", openapi_extra=documented(VipMark))
    async def mark(
        caller: ManagesCustomers, customer_id: str, said: Annotated[VipMark, Depends(body_of(VipMark))]
    ) -> Vip:
        """Mark a customer as important, or take the mark away; open conversations count for more at once."""
        return await mark_vip(deps, caller, customer_id, vip=said.vip)

    return router


async def read_board(deps: ConsoleDeps, tenant_id: str, span: Span) -> Board:
    """Count everything and lay it out."""
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await sql.counted(conn, _named(tenant_id, span))
        dead = await dead_letters.list_dead(conn, tenant_id, MOST_DEAD)
        unheard = await outbox.stuck(conn, tenant_id, MOST_DEAD)
        open_tasks = await tasks.find(conn, deps.vault, tenant_id, status="open")
    return board(found, stuck_lines(dead, unheard, open_tasks), span)


async def replay_letter(deps: ConsoleDeps, tenant_id: str, name: str) -> None:
    """Have an event worked on again, or a reply carried again, and tell those who do it."""
    again = replies.replay if name.startswith(replies.PREFIX) else event_again
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await again(conn, tenant_id, name, deps.clock())
    if found is None:
        raise not_found("dead-letter")
    deps.hub.nudge(tenant_id, found)
    deps.hub.changed(tenant_id, found)


async def event_again(conn: AsyncConnection, tenant_id: str, name: str, now: datetime) -> str | None:
    """Put an event at the end of its thread's inbox again; its thread, or None when there is no such."""
    try:
        await dead_letters.replay(conn, tenant_id, name, now)
    except dead_letters.NoSuchDeadLetter:
        return None
    return name.rpartition("/")[0]


async def page(deps: ConsoleDeps, caller: Caller, asked: Behind, cursor: str | None, limit: int) -> Rows:
    """Read one page of the conversations behind a figure."""
    tenant_id = caller.tenant_id
    viewer = caller.agent_id if isinstance(caller, AgentCaller) else None
    most, after = limit_of(limit), read_place(cursor)
    place = {
        "after_at": after.at if after else None,
        "after_id": after.conversation_id if after else None,
    }
    async with deps.tenants.tenant(tenant_id) as conn:
        one = await behind_sql.behind(conn, asked.figure, {**asked.named, **place}, most + 1)
        found = await rows_of(conn, tenant_id, one.ids[:most], viewer)
    shown = sorted(found, key=lambda row: one.ids.index(row.conversation_id))
    return Rows(
        items=[show_row(deps.vault, tenant_id, row) for row in shown],
        total=one.total,
        next_cursor=write_place(shown[-1], by_urgency=False) if len(one.ids) > most and shown else None,
    )


async def mark_vip(deps: ConsoleDeps, caller: Caller, customer_id: str, *, vip: bool) -> Vip:
    """Mark a customer, or take the mark away, and tell everybody who watches."""
    tenant_id, now, desk = caller.tenant_id, deps.clock(), deps.handoff.desk()
    if vip and not desk.vip_tiers:
        raise Problem(
            409,
            "no-vip-tier",
            "The rule book knows no important customers.",
            "Name a tier under vip_tiers in routing.yaml.",
        )
    tier = ("vip" if "vip" in desk.vip_tiers else min(desk.vip_tiers)) if vip else None
    async with deps.tenants.tenant(tenant_id) as conn:
        if await behind_sql.marked(conn, tenant_id, customer_id) is None:
            raise not_found("customer")
        await hold_conversations(conn, tenant_id, [customer_id])
        changed = await behind_sql.mark(conn, tenant_id, customer_id, tier, _name(caller), now)
        touched = (
            await behind_sql.raise_open(conn, tenant_id, customer_id, desk.due("high", now))
            if changed and vip
            else ()
        )
        if changed:
            facts = {"customer_id": customer_id, "vip": vip, "by": _name(caller), "conversations": touched}
            await record_event(conn, deps.vault, tenant_id, "customer.vip", None, facts, now)
        stands = await behind_sql.marked(conn, tenant_id, customer_id)
    deps.hub.changed(tenant_id, None)
    assert stands is not None
    return Vip(vip=stands.vip, tier=stands.tier)


def _name(caller: Caller) -> str:
    return caller.agent_id if isinstance(caller, AgentCaller) else caller.key_id


def _span(deps: ConsoleDeps, period: Period, zone: str) -> Span:
    if zone not in available_timezones():
        raise _wrong("zone", "is a name as Europe/Oslo or UTC")
    return Span(period=period, zone=zone, now=deps.clock())


def _named(tenant_id: str, span: Span) -> dict[str, Any]:
    recent = recent_since(span.now)
    return {
        "tenant": tenant_id,
        "open": list(sql.OPEN_STATUSES),
        "now": span.now,
        "since": span.since,
        "days_since": span.days_since,
        "recent_since": recent,
        "sla_since": min(recent, span.since),
        "survey_since": span.now - timedelta(days=SURVEY_DAYS),
        "zone": span.zone,
        "width": span.width,
    }


def _asked(tenant_id: str, span: Span, figure: str, value: str) -> Behind:
    """Read a figure's value: a number, a time, or a name."""
    if figure not in behind_sql.FIGURES:
        raise _wrong("figure", f"is one of {', '.join(behind_sql.FIGURES)}")
    asked = {**_named(tenant_id, span), "value": value, "number": None, "at": None}
    if figure == "urgency":
        asked["number"] = _read("value", "is a number from 1 to 10", lambda: int(value))
    if figure in ("day", "quarter", "mood"):
        asked["at"] = _read(
            "value", "is a time as 2026-11-21T09:00:00Z, or a day", lambda: _moment(value, span)
        )
    return Behind(figure=figure, named=asked)


def _moment(value: str, span: Span) -> datetime:
    """Read a time; one without a zone is the reader's."""
    read = datetime.fromisoformat(value)
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(span.zone))


def _read(field: str, reason: str, reading: Any) -> Any:
    try:
        return reading()
    except ValueError:
        raise _wrong(field, reason) from None


def _wrong(field: str, reason: str) -> Problem:
    return Problem(
        422,
        "wrong-fields",
        "Some fields do not fit.",
        f"{field} {reason}.",
        errors=[{"field": field, "reason": reason}],
    )
