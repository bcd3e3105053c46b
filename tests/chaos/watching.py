"""Watches actions to their end, says what each waits for, and is patient as long as anything moves."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.house import TENANT, House, NotInTime

LOOK_S = 0.5
STANDS_STILL_S = 180.0
"""Longer than this nothing that is due may take; a machine under load is slower, but it moves."""
ENDED = ("done", "failed", "rejected", "cancelled", "expired", "unknown")
HOLDS = ("proposed", "confirming", "approving", "running", "unknown")
"""States of an action that has its lane, once it has begun."""
GOING_ON = """select a.conversation_id, a.action_id, a.status, a.began_at is not null as began,
    c.status as talk, t.fence, t.last_seq, t.interrupted, i.why, i.attempts, i.error, j.state as journal,
    j.attempts as calls,
    p.approval_id, w.action_id as behind, w.status as behind_is, k.looks,
    greatest(0, extract(epoch from greatest(i.due_at, k.look_at) - now()))::int as due_in_s
  from actions a
    join conversations c on c.tenant_id = a.tenant_id and c.conversation_id = a.conversation_id
    left join threads t on t.tenant_id = a.tenant_id and t.thread_id = a.action_id
    left join inbox i on i.tenant_id = a.tenant_id and i.thread_id = a.action_id and i.state = 'waiting'
      and i.seq = t.last_seq + 1
    left join tool_journal j on j.tenant_id = a.tenant_id and j.key = a.action_id || ':run'
    left join approvals p on p.tenant_id = a.tenant_id and p.action_id = a.action_id and p.status = 'pending'
    left join actions w on a.status = 'queued' and w.tenant_id = a.tenant_id and w.lane = a.lane
      and w.action_id <> a.action_id and w.began_at is not null and w.status = any(%s)
    left join tasks k on k.tenant_id = w.tenant_id and k.action_id = w.action_id and k.status = 'open'
  where a.tenant_id = %s and a.status <> all(%s)"""

Row = Mapping[str, Any]


@dataclass
class Watch:
    """Looks at all actions at once, so that many who wait cost one question."""

    house: House
    going_on: dict[str, list[Row]] = field(default_factory=dict)
    """What has not ended, by its conversation."""
    looked: asyncio.Condition = field(default_factory=asyncio.Condition)
    looks: int = 0

    async def work(self) -> None:
        """Look until cancelled."""
        while True:
            rows = await self.house.rows(GOING_ON, list(HOLDS), TENANT, list(ENDED))
            found: dict[str, list[Row]] = {}
            for row in rows:
                found.setdefault(row["conversation_id"], []).append(row)
            async with self.looked:
                self.going_on, self.looks = found, self.looks + 1
                self.looked.notify_all()
            await asyncio.sleep(LOOK_S)

    async def sees(self, conversation_id: str) -> list[Row]:
        """What goes on in a conversation, by a look that began after this question."""
        async with self.looked:
            after = self.looks + 2
            await self.looked.wait_for(lambda: self.looks >= after)
            return self.going_on.get(conversation_id, [])

    def tells(self) -> str:
        """What is waited for now, in one line."""
        rows = [row for rows in self.going_on.values() for row in rows]
        return ", ".join(f"{times} {what}" for what, times in Counter(map(waits_for, rows)).most_common())


def waits_for(row: Row) -> str:
    """Say in a few words what an action waits for."""
    match row["status"]:
        case "queued":
            return f"queued behind {row['behind_is'] or 'nothing'}"
        case "confirming":
            return "asking the customer"
        case "approving":
            return "asking a person" if row["approval_id"] else "asking nobody"
    if row["why"] is None:
        return f"{row['status']} with nothing to do"
    return f"{row['status']}, try {row['attempts'] + 1}"


class Patience:
    """Lasts as long as what is waited for changes, or is scheduled for later."""

    def __init__(self) -> None:
        self._seen: list[Any] = []
        self._until = time.monotonic() + STANDS_STILL_S

    def with_(self, rows: list[Row]) -> None:
        """Go on waiting; `NotInTime` shows what has stood still for too long."""
        seen = [{**row, "due_in_s": None} for row in rows]
        if seen != self._seen:
            scheduled = max((row["due_in_s"] or 0 for row in rows), default=0)
            self._seen, self._until = seen, time.monotonic() + scheduled + STANDS_STILL_S
        if time.monotonic() > self._until:
            told = "\n".join(f"{waits_for(row)}: {dict(row)}" for row in rows)
            raise NotInTime(f"nothing has moved for {STANDS_STILL_S:g} s:\n{told}")
