"""What customers read who ask for a person once more: how it stands, and nothing is asked for twice."""

from collections.abc import Callable

from app.conversations.repository import standing_of
from app.desk import repository as sql
from app.desk.giving import DeskDeps, Giving, waiting_of
from app.desk.round import outlooks
from app.desk.telling import TEMPLATES, note_told, told_values
from app.desk.waits import Outlook
from app.turns.claim import Claim
from graphs.draft import Notice
from policies.template_values import PERSON_HERE
from policies.values import Facts

QUEUED = "queue_waiting"
"""Said where nothing more exact is known."""


IN_SOMEBODYS_HANDS = Outlook(kind="soon", position=1)


class AskedAgain:
    """Tells the place in the queue, or who has the conversation."""

    def __init__(self, deps: DeskDeps, giving: Giving, has: Callable[[str, str], bool]) -> None:
        self._deps = deps
        self._giving = giving
        self._has = has
        """Whether a tenant's book has a reply."""

    async def __call__(self, claim: Claim) -> Notice | None:
        """Return the notice; None when the conversation is the assistant's again."""
        async with self._deps.handoff.tenants.tenant(claim.tenant_id) as conn:
            standing = await standing_of(conn, claim.tenant_id, claim.conversation_id)
        if standing is None or standing.status == "active":
            return None
        if standing.status == "escalating":
            return await self._queued(claim)
        if not self._has(claim.tenant_id, PERSON_HERE):
            return self._notice(claim, QUEUED, {})
        return self._notice(claim, PERSON_HERE, {"agent": standing.owner_name})

    async def _queued(self, claim: Claim) -> Notice:
        """Tell the same figures as the regular round does, which then need not say them again."""
        tenant_id, now = claim.tenant_id, self._deps.handoff.clock()
        rules = self._deps.rules(tenant_id)
        async with self._deps.handoff.tenants.tenant(tenant_id) as conn:
            rows = {row.conversation_id: row for row in await sql.waiting(conn, tenant_id)}
            row = rows.get(claim.conversation_id)
            if row is None:
                return self._notice(claim, QUEUED, {})
            look = IN_SOMEBODYS_HANDS
            if row.offered_to is None:
                agents = await self._giving.there(conn, tenant_id, now)
                handling = (await self._giving.figures(conn, tenant_id, now)).handling
                waiting = [waiting_of(one, rules) for one in rows.values() if one.offered_to is None]
                look = outlooks(waiting, agents, rules, handling, now)[claim.conversation_id]
            await note_told(conn, tenant_id, row, look, now)
        return self._notice(claim, TEMPLATES[look.kind], told_values(row, look, rules))

    def _notice(self, claim: Claim, template: str, values: Facts) -> Notice:
        text = self._deps.say(claim.tenant_id, template, values, claim.profile.language)
        return Notice(text=text, template=template, hold=True)
