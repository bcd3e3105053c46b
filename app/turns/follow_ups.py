"""What a committed turn sets in motion: actions on their threads, confirmations, approvals, tasks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.ids import new_id
from app.privacy.vault import Vault
from app.turns import repository as sql
from app.turns import repository_actions as actions
from app.turns.claim import Claim, action_place
from app.turns.lanes import ENDED, begin_or_queue, enqueue, free, lane_name
from graphs.draft import ActionChange, ApprovalRequest, Draft, Notice, Proposal, Task
from graphs.events import ActionStarts, CustomerDecides, Event

__all__ = ["FollowUps", "Moved", "enqueue", "task_place"]

FIRST_LOOK_S = 60.0
"""So long after a person was asked the backend is asked once more what became of an effect in doubt.

Nothing else may happen to the thing meanwhile, so who waits for it waits at least as long.
"""


def task_place(task_id: str, column: str = "detail") -> str:
    """Where a part of a task is sealed for."""
    return f"tasks:{column}:{task_id}"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a commit set in motion."""

    due: int
    """How many threads have got an event."""
    approval_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUps:
    """Writes everything beside the reply, inside the turn's transaction."""

    conn: AsyncConnection
    vault: Vault
    claim: Claim
    now: datetime

    async def write(self, draft: Draft, interrupt_id: str | None) -> Moved:
        """Write what the turn wants to happen next."""
        for proposal in draft.proposals:
            await self._propose(proposal)
        starts = [*draft.starts, *(one.start for one in draft.proposals if not one.confirm)]
        begun = [await self._start(start, draft.if_queued.get(start.action_id)) for start in starts]
        await self._pass_on(draft)
        for task in draft.tasks:
            await self._open_task(task)
        freed = [await self._change(change) for change in draft.changes]
        approval = None
        if draft.approval is not None and interrupt_id is not None:
            approval = await self._ask_for_approval(draft.approval, interrupt_id)
        due = sum(begun) + sum(freed) + len(draft.confirmations) + len(draft.asks)
        return Moved(due=due, approval_id=approval)

    async def _pass_on(self, draft: Draft) -> None:
        """Tell actions what was decided, the conversation what an action asks, the list what is settled."""
        for confirmation in draft.confirmations:
            await self._enqueue(confirmation.action_id, CustomerDecides(yes=confirmation.yes))
        for asks in draft.asks:
            await self._enqueue(self.claim.conversation_id, asks)
        for settled in draft.settled:
            values = [settled.outcome, self.now, self.claim.tenant_id, settled.action_id]
            await self.conn.execute(actions.SETTLE_TASK, values)

    async def _enqueue(self, thread_id: str, event: Event) -> None:
        claim = self.claim
        await enqueue(
            self.conn,
            self.vault,
            claim.tenant_id,
            claim.conversation_id,
            thread_id,
            event,
            self.now,
            claim.channel,
        )

    async def _propose(self, proposal: Proposal) -> None:
        """Write down a proposed action; it begins with the customer's yes, or right after this."""
        claim, start = self.claim, proposal.start
        detail = {"subject": proposal.subject, "label": proposal.label, "args": dict(start.args)}
        await actions.new_action(
            self.conn,
            tenant=claim.tenant_id,
            conversation=claim.conversation_id,
            customer=claim.customer_id,
            action_id=start.action_id,
            action=start.action,
            status="confirming" if proposal.confirm else "proposed",
            detail=self._sealed(start.action_id, detail),
            lane=lane_name(self.vault, claim.tenant_id, claim.customer_id, proposal.subject),
            waits_for=proposal.waits_for,
            now=self.now,
        )

    async def _start(self, start: ActionStarts, notice: Notice | None) -> int:
        """Begin an action; the customer is told if it has to wait for one that the turn did not know of."""
        claim = self.claim
        queued = await begin_or_queue(
            self.conn, self.vault, claim.tenant_id, claim.conversation_id, start, claim.channel, self.now
        )
        if queued and notice is not None:
            entry = NewEntry(
                kind="notice",
                direction="outbound",
                sender="system",
                text=notice.text,
                channel=claim.channel,
                detail={"hold": notice.hold},
            )
            await append_entry(self.conn, self.vault, claim.tenant_id, claim.conversation_id, entry, self.now)
        return int(not queued)

    async def _change(self, change: ActionChange) -> int:
        """Give an action its new state; its end lets those begin that waited for it."""
        claim = self.claim
        detail: bytes | None = None
        if change.args is not None:
            known = next((a for a in claim.open_actions if a.action_id == change.action_id), None)
            kept: dict[str, Any] = {
                "subject": known.subject if known else "",
                "label": known.label if known else "",
                "args": dict(change.args),
            }
            detail = self._sealed(change.action_id, kept)
        await actions.change(self.conn, claim.tenant_id, change.action_id, change.state, detail, self.now)
        if change.state not in ENDED:
            return 0
        return await free(self.conn, self.vault, claim.tenant_id, change.action_id, self.now)

    async def _open_task(self, task: Task) -> None:
        """Put what only a person can settle on the list."""
        claim, task_id = self.claim, new_id("tsk")
        detail = {
            "label": task.label,
            "subject": task.subject,
            "args": dict(task.args),
            "reason": task.reason,
        }
        looks = task.kind == "unknown_outcome"
        named = {
            "tenant": claim.tenant_id,
            "task": task_id,
            "conversation": claim.conversation_id,
            "action_id": task.action_id,
            "kind": task.kind,
            "detail": self.vault.seal(claim.tenant_id, orjson.dumps(detail), task_place(task_id)),
            "now": self.now,
            "look_at": self.now + timedelta(seconds=FIRST_LOOK_S) if looks else None,
        }
        await self.conn.execute(actions.NEW_TASK, named)

    def _sealed(self, action_id: str, detail: dict[str, Any]) -> bytes:
        return self.vault.seal(self.claim.tenant_id, orjson.dumps(detail), action_place(action_id))

    async def _ask_for_approval(self, request: ApprovalRequest, interrupt_id: str) -> str:
        claim, approval_id = self.claim, new_id("apr")
        stored = {**orjson.loads(orjson.dumps(request)), "seq": claim.seq}
        place = f"approvals:request:{approval_id}"
        values = [
            claim.tenant_id,
            approval_id,
            claim.conversation_id,
            request.action_id,
            claim.thread_id,
            interrupt_id,
            request.role,
            self.vault.seal(claim.tenant_id, orjson.dumps(stored), place),
            self.now,
            self.now + timedelta(minutes=request.expires_minutes),
        ]
        await self.conn.execute(sql.NEW_APPROVAL, values)
        return approval_id
