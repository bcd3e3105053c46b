"""Lines whose provider stays away: another channel stands in after a while, or they are given up."""

from datetime import timedelta

from app.outbox import repository as sql
from app.outbox.deps import OutboxDeps
from app.outbox.instead import given_up, stand_in

A_TIME = 50
LOOK_AGAIN = timedelta(minutes=5)
"""How soon a line is looked at again for which nobody can stand in."""
AWAY = "the provider was away for too long"


async def give_up_late(deps: OutboxDeps, tenant_id: str, channel: str) -> int:
    """Give up lines of a channel that waited longer than the book wants; returns how many."""
    now, rules = deps.clock(), deps.rules(tenant_id)
    values = {
        "tenant": tenant_id,
        "channel": channel,
        "before": now - rules.patience(channel),
        "now": now,
        "most": A_TIME,
    }
    ended = []
    async with deps.tenants.tenant(tenant_id) as conn:
        for line in await sql.late(conn, values):
            place = (tenant_id, line.conversation_id, line.entry_no, channel, now)
            named = {"tenant": tenant_id, "outbox_id": line.outbox_id, "now": now, "error": AWAY}
            if line.created_at <= now - timedelta(hours=rules.give_up_hours):
                await conn.execute(sql.BURY, named)
                await given_up(deps, conn, *place)
            elif await stand_in(deps, conn, *place):
                await conn.execute(sql.BURY, named)
            else:
                await conn.execute(sql.PUT_OFF, named | {"due": now + LOOK_AGAIN})
                continue
            ended.append(line.conversation_id)
    for conversation_id in ended:
        deps.hub.changed(tenant_id, conversation_id)
    return len(ended)
