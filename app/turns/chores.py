"""Chores around actions: effects in doubt are looked at again, questions nobody can answer are dropped."""

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.privacy.vault import Vault
from app.turns import repository_actions as actions
from app.turns.lanes import enqueue
from graphs.events import CustomerDecides, LooksAgain

LOOKS = 11
"""How often the backend is asked what became of an effect: after a minute, 2, 4, 8, up to a day."""
EVERY_S = 60.0
SETTLED_S = 5.0
"""So long after a person came a turn that was under way may still commit."""
UNANSWERED_S = 24 * 3600.0


async def look_again(conn: AsyncConnection, vault: Vault, tenant_id: str, now: datetime) -> int:
    """Have the threads of effects in doubt ask their backend once more; returns how many."""
    named = {"tenant": tenant_id, "now": now, "most": LOOKS, "every_s": EVERY_S}
    due = await (await conn.execute(actions.TO_LOOK_AT, named)).fetchall()
    for conversation_id, thread_id in due:
        await enqueue(conn, vault, tenant_id, conversation_id, thread_id, LooksAgain(), now)
    return len(due)


async def drop_unanswered(conn: AsyncConnection, vault: Vault, tenant_id: str, now: datetime) -> int:
    """Drop actions whose question to the customer nobody will answer; returns how many threads are told."""
    settled, old = now - timedelta(seconds=SETTLED_S), now - timedelta(seconds=UNANSWERED_S)
    found = await actions.unanswered(conn, tenant_id, settled=settled, old=old)
    unbegun = [action_id for action_id, _, began in found if not began]
    if unbegun:
        await conn.execute(actions.DROP, [now, tenant_id, unbegun])
    asked = [(action_id, conversation_id) for action_id, conversation_id, began in found if began]
    if asked:
        await conn.execute(actions.TOUCH, [now, tenant_id, [action_id for action_id, _ in asked]])
    for action_id, conversation_id in asked:
        no = CustomerDecides(yes=False)
        await enqueue(conn, vault, tenant_id, conversation_id, action_id, no, now)
    return len(asked)
