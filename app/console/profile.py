"""Who writes: contact details, earlier matters, and what was bought, as far as that is told in time."""

import asyncio
from collections.abc import Sequence

from psycopg import AsyncConnection

from app.auth.caller import Caller
from app.console.customers_router import purchases
from app.console.deps import ConsoleDeps
from app.console.shapes import Issue, Order, Profile
from app.conversations.seal import Seal
from app.customers import repository as customers
from app.customers.record import opened
from app.handoff.gather import Gathered, customer_name

MOST_ISSUES = 20
PURCHASES_WITHIN_S = 0.3
"""A conversation opens at once, also when the order system is slow; the orders have a route of their own."""


async def profile_of(conn: AsyncConnection, vault: Seal, tenant_id: str, gathered: Gathered) -> Profile:
    """Read what we keep of the customer, with the other conversations."""
    facts = gathered.facts
    row = await customers.one(conn, tenant_id, facts.customer_id)
    known = gathered.profile if row is None else opened(vault, tenant_id, row)
    past = await customers.history(conn, tenant_id, facts.customer_id, MOST_ISSUES + 1)
    return Profile(
        customer_id=facts.customer_id,
        external_id=known.get("external_id"),
        name=customer_name(known),
        email=known.get("email"),
        phone=known.get("phone") or None,
        tier=facts.tier,
        language=facts.language,
        previous_issues=_issues(past, facts.conversation_id),
    )


def _issues(past: Sequence[customers.PastRow], but: str) -> list[Issue]:
    return [
        Issue(
            conversation_id=row.conversation_id,
            about=row.intent,
            channel=row.channel,
            status=row.status,
            started_at=row.started_at,
            updated_at=row.updated_at,
        )
        for row in past
        if row.conversation_id != but
    ][:MOST_ISSUES]


async def with_purchases(deps: ConsoleDeps, caller: Caller, profile: Profile) -> Profile:
    """Add what the customer bought; null when the caller may not read it or nobody answers in time."""
    return profile.model_copy(update={"purchase_history": await _bought(deps, caller, profile.external_id)})


async def _bought(deps: ConsoleDeps, caller: Caller, external_id: str | None) -> list[Order] | None:
    if "customers:read" not in caller.rights:
        return None
    if external_id is None:
        return []
    try:
        async with asyncio.timeout(PURCHASES_WITHIN_S):
            return await purchases(deps, caller.tenant_id, external_id)
    except TimeoutError:
        return None
