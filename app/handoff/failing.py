"""Put a conversation into the queue because something failed for good."""

from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.highlights import ESCALATION
from app.conversations.reasons import read_reason, write_reason
from app.handoff import repository as sql
from app.handoff.deps import HandoffDeps
from app.handoff.queueing import open_handoff
from app.handoff.sentences import asked_for_person
from app.handoff.status import sources
from app.handoff.telling import record, tell
from app.turns.claim import Claim
from graphs.draft import Draft


class QueueFailure:
    """Asks for a person in the transaction that sets the event aside; one who is there already stays."""

    def __init__(self, deps: HandoffDeps) -> None:
        self._deps = deps

    async def __call__(self, conn: AsyncConnection, claim: Claim, draft: Draft, now: datetime) -> None:
        """Queue the conversation once."""
        asked, tenant, conversation = draft.hand_off, claim.tenant_id, claim.conversation_id
        if asked is None:
            return
        reason = read_reason(f"{asked.kind}: {asked.text}")
        await sql.lock_thread(conn, tenant, conversation)
        moved = await sql.wait_for_person(
            conn,
            tenant,
            conversation,
            "escalating",
            sources("escalate"),
            priority=asked.priority,
            reason=write_reason(reason),
            due=self._deps.desk().due(asked.priority, now),
            now=now,
        )
        if not moved:
            return
        await open_handoff(conn, self._deps, tenant, conversation, reason, skills=asked.skills, now=now)
        told = asked_for_person(reason.text)
        await tell(conn, self._deps, tenant, conversation, told, now, ESCALATION)
        await record(
            conn, self._deps, tenant, "handoff.requested", conversation, {"reason": reason.kind}, now
        )
