"""Choices that were sent as a numbered list: a number that is typed, or a title, presses its button."""

from dataclasses import replace

from app.conversations.repository import entries_after
from app.formatting.choices import chosen, may_choose
from app.formatting.reply import Reply, reply_of
from app.gateway.message import Inbound
from app.gateway.ports import Accept, Accepted
from app.outbox import repository as sql
from app.outbox.deps import OutboxDeps

AFTER = 20
"""So many lines may have been said since."""


class TypedChoices:
    """Stands before `Accept`; only a short number on a channel that is written to costs a look."""

    def __init__(self, deps: OutboxDeps, accept: Accept) -> None:
        self._deps = deps
        self._accept = accept

    async def __call__(self, inbound: Inbound) -> Accepted:
        """See `Accept`."""
        if inbound.channel in self._deps.senders and inbound.payload is None and may_choose(inbound.text):
            inbound = await self._understood(inbound)
        return await self._accept(inbound)

    async def _understood(self, inbound: Inbound) -> Inbound:
        """Add what the number stands for, when it stands for something."""
        choice = chosen((await self._offered(inbound)).answers, inbound.text)
        return replace(inbound, payload=choice.payload) if choice else inbound

    async def _offered(self, inbound: Inbound) -> Reply:
        """The newest choices that were sent since the customer wrote last."""
        deps, tenant_id = self._deps, inbound.tenant_id
        index = deps.vault.blind_index(tenant_id, f"{inbound.channel}:{inbound.address}")
        async with deps.tenants.tenant(tenant_id) as conn:
            found = await sql.offered(conn, tenant_id, inbound.channel, index, inbound.conversation_id)
            if found is None:
                return Reply(text="")
            conversation_id, after = found
            said = await entries_after(conn, deps.vault, tenant_id, conversation_id, after, AFTER)
        replies = [reply_of(entry) for entry in said if entry.direction == "outbound" and entry.buttons]
        return replies[-1] if replies else Reply(text="")
