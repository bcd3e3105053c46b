"""Counts the running conversations at each step of each flow, from the memory of their threads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from app.conversations.seal import Seal
from app.rulebooks.editing import repository as sql
from app.turns.claim import checkpoint_place
from app.turns.saver import Snapshot, TurnSaver

MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who is where now."""

    steps: Mapping[tuple[str, int], int]
    """Conversations by flow and step, on the book in force."""
    older: Mapping[str, int]
    """Conversations by flow that go on with the version they began on."""
    deciding: Mapping[str, int]
    """Approvals that wait, by action."""


async def standing(conn: AsyncConnection, vault: Seal, tenant_id: str, version: str) -> Standing:
    """Look where the running conversations stand."""
    steps: Counter[tuple[str, int]] = Counter()
    older: Counter[str] = Counter()
    for row in await sql.running(conn, tenant_id, MOST):
        memory = _memory(vault, tenant_id, row)
        flow = memory.get("flow")
        if flow and memory.get("book", version) == version:
            steps[flow, int(memory.get("step", 0))] += 1
        elif flow:
            older[flow] += 1
    return Standing(steps=steps, older=older, deciding=await sql.deciding(conn, tenant_id))


def _memory(vault: Seal, tenant_id: str, row: sql.RunningRow) -> dict[str, Any]:
    place = checkpoint_place(row.conversation_id, row.checkpoint_id, "data")
    data = vault.open(tenant_id, row.data, place)
    snapshot = Snapshot(checkpoint_id=row.checkpoint_id, parent_id=None, data=data, writes=None)
    return TurnSaver(row.conversation_id, snapshot).remembered()
