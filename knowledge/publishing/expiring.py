"""Withdraws articles on the day on which they expire."""

from datetime import date

from knowledge import repository
from knowledge.ports import Connect
from knowledge.publishing import repository as sql
from knowledge.publishing.release import Made
from knowledge.publishing.switching import switch

BY = "calendar"


async def withdraw_expired(connect: Connect, tenant_id: str, today: date) -> tuple[str, ...]:
    """Withdraw what is not to be answered from any more, as one release; returns which articles went."""
    async with connect(tenant_id) as conn:
        if not (gone := await sql.expired(conn, tenant_id, today)):
            return ()
        await repository.lock_publishing(conn, tenant_id)
        gone = await sql.expired(conn, tenant_id, today)
        if gone:
            made = Made(by=BY, note="expired")
            await switch(conn, tenant_id, dict.fromkeys(gone), made)
        return tuple(gone)
