"""Snoozed conversations come back by themselves: at their time, or when the customer writes."""

from collections.abc import Callable
from datetime import datetime

from app.conversations.feed.repository import record_event
from app.gateway.ports import Hub, Tenants
from app.privacy.vault import Vault
from app.workspace import repository as sql

EVERY_S = 2.0


class DueSnoozes:
    """What every engine looks for every few seconds; two at once tell nothing twice."""

    def __init__(self, tenants: Tenants, vault: Vault, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._tenants = tenants
        self._vault = vault
        self._hub = hub
        self._clock = clock

    async def return_due(self, tenant_id: str) -> int:
        """End the snoozes that are over, tell who snoozed, and return how many there were."""
        now = self._clock()
        async with self._tenants.tenant(tenant_id) as conn:
            returned = await sql.take_over_snoozes(conn, tenant_id, now)
            for one in returned:
                because = "time" if one.on_time else "changed"
                facts = {"agent_id": one.snoozed_by, "because": because}
                await record_event(
                    conn, self._vault, tenant_id, "conversation.returned", one.conversation_id, facts, now
                )
        for one in returned:
            self._hub.changed(tenant_id, one.conversation_id)
        return len(returned)
