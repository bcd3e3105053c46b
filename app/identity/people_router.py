"""`/api/v1/customers/{id}/identities` and `/timeline`: who may be one person, and all channels as one."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query
from psycopg import AsyncConnection

from app.audit.record import Deed, actor_of, record
from app.auth.caller import Caller, sees_only
from app.auth.rights import ManagesCustomers, ReadsConversations, ReadsCustomers
from app.console.deps import ConsoleDeps
from app.console.lists import read_place, write_cursor
from app.conversations.repository import entries_of_customer
from app.conversations.seal import open_text
from app.customers import repository as customers
from app.customers.record import opened
from app.gateway.body import body_of, documented
from app.identity import repository as people
from app.identity import repository_candidates as sql
from app.identity.binding import contact_place
from app.identity.candidates import Candidate, candidates
from app.identity.shapes import (
    CandidateShape,
    ContactShape,
    EvidenceShape,
    IdentitiesShape,
    Line,
    Other,
    Timeline,
)
from app.problems import not_found

MOST_LINES = 200


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

    @router.get("/{customer_id}/identities")
    async def identities(caller: ReadsCustomers, customer_id: str) -> IdentitiesShape:
        """Show what a customer proved to be theirs, and who may be the same person, with the evidence."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            return await _identities(deps, conn, caller, await _present(conn, caller, customer_id))

    @router.post("/{customer_id}/apart", openapi_extra=documented(Other))
    async def apart(
        caller: ManagesCustomers, customer_id: str, body: Annotated[Other, Depends(body_of(Other))]
    ) -> IdentitiesShape:
        """Say that two customers are not the same person: they are not shown to each other again."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            one, other = [await _present(conn, caller, asked) for asked in (customer_id, body.other)]
            actor, now = actor_of(caller), deps.clock()
            if one.customer_id != other.customer_id and await sql.keep_apart(
                conn, caller.tenant_id, one.customer_id, other.customer_id, actor.actor_id, now
            ):
                detail = {"other": other.customer_id}
                deed = Deed(
                    action="customer.apart", subject="customer", subject_id=one.customer_id, detail=detail
                )
                await record(conn, deps.vault, caller.tenant_id, actor, deed, now)
            return await _identities(deps, conn, caller, one)

    @router.get("/{customer_id}/timeline")
    async def timeline(
        caller: ReadsConversations,
        customer_id: str,
        before: str | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LINES)] = 50,
    ) -> Timeline:
        """Read everything with a customer on all channels as one, oldest first; `before` goes back."""
        place = read_place(before)
        asked = {
            "viewer": sees_only(caller),
            "at": place.at if place else None,
            "conversation": place.conversation_id if place else None,
            "entry_no": round(place.urgency) if place else None,
            "most": limit + 1,
        }
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            row = await _present(conn, caller, customer_id)
            asked["customer"] = row.customer_id
            found = await entries_of_customer(conn, deps.vault, caller.tenant_id, asked)
        shown, more = found[:limit], len(found) > limit
        last_id, last = shown[-1] if shown else ("", None)
        return Timeline(
            items=[Line(conversation_id=one, entry=entry) for one, entry in reversed(shown)],
            earlier=write_cursor(last.timestamp, last_id, last.entry_no) if last and more else None,
        )

    return router


async def _present(conn: AsyncConnection, caller: Caller, customer_id: str) -> customers.CustomerRow:
    """Read a customer as whom they are now: whoever was merged is the one who was kept."""
    now_as = await people.whom(conn, caller.tenant_id, customer_id)
    row = await customers.one(conn, caller.tenant_id, now_as)
    if row is None:
        raise not_found("customer")
    return row


async def _identities(
    deps: ConsoleDeps, conn: AsyncConnection, caller: Caller, row: customers.CustomerRow
) -> IdentitiesShape:
    vault, tenant_id = deps.vault, caller.tenant_id
    contacts = await people.contacts(conn, tenant_id, row.customer_id)
    found = await candidates(conn, vault, tenant_id, row, deps.clock())
    return IdentitiesShape(
        contacts=[
            ContactShape.model_validate(
                {
                    "kind": one.kind,
                    "value": open_text(
                        vault, tenant_id, one.contact, contact_place(bytes(one.contact_index))
                    ),
                    "verified_at": one.verified_at,
                }
            )
            for one in contacts
        ],
        candidates=[await _candidate(deps, conn, tenant_id, one) for one in found],
    )


async def _candidate(
    deps: ConsoleDeps, conn: AsyncConnection, tenant_id: str, candidate: Candidate
) -> CandidateShape:
    row = cast("customers.CustomerRow", await customers.one(conn, tenant_id, candidate.customer_id))
    known = opened(deps.vault, tenant_id, row)
    return CandidateShape(
        customer_id=row.customer_id,
        name=known.get("name") or None,
        tier=row.tier,
        known_since=row.created_at,
        has_account=bool(known.get("external_id")),
        likelihood=candidate.likelihood,
        evidence=[EvidenceShape(kind=one.kind, shared=one.shared) for one in candidate.evidence],
    )
