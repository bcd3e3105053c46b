"""Every row that is held of a customer, sealed as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row

OF_CUSTOMER = """select conversation_id from conversations where tenant_id = %s and customer_id = %s
  order by started_at"""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of row: where it stands, what is plain, what is sealed and for which place."""

    name: str
    statement: str
    sealed: dict[str, str]
    """Column to place; names in braces are the row's own columns."""


PARTS = (
    Part(
        name="actions",
        statement="""select action_id, action, status, detail, created_at, updated_at from actions
          where tenant_id = %s and conversation_id = %s order by created_at""",
        sealed={"detail": "actions:detail:{action_id}"},
    ),
    Part(
        name="approvals",
        statement="""select approval_id, action_id, status, role, request, decision, decided_by, decided_at,
            created_at, expires_at from approvals
          where tenant_id = %s and conversation_id = %s order by created_at""",
        sealed={
            "request": "approvals:request:{approval_id}",
            "decision": "approvals:decision:{approval_id}",
        },
    ),
    Part(
        name="handoffs",
        statement="""select handoff_id, status, reason, priority, skills, context, agent_id, requested_at,
            assigned_at, closed_at from handoffs
          where tenant_id = %s and conversation_id = %s order by requested_at""",
        sealed={"context": "handoffs:context:{handoff_id}"},
    ),
    Part(
        name="follow_ups",
        statement="""select follow_up_id, kind, state, due_at, ends_at, detail, created_at from follow_ups
          where tenant_id = %s and conversation_id = %s order by created_at""",
        sealed={"detail": "follow_ups:detail:{follow_up_id}"},
    ),
    Part(
        name="ratings",
        statement="""select feedback_id, rating, comment, created_at from feedback
          where tenant_id = %s and conversation_id = %s order by created_at""",
        sealed={"comment": "feedback:comment:{feedback_id}"},
    ),
    Part(
        name="turns",
        statement="""select thread_id, seq, why, book_version, trace, committed_at from turns
          where tenant_id = %s and conversation_id = %s order by committed_at""",
        sealed={"trace": "turns:trace:{thread_id}:{seq}"},
    ),
)


async def conversations(conn: AsyncConnection, tenant_id: str, customer_id: str) -> Sequence[str]:
    """List the ids of a customer's conversations, the oldest first."""
    rows = await (await conn.execute(OF_CUSTOMER, [tenant_id, customer_id])).fetchall()
    return [str(row[0]) for row in rows]


async def rows(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, part: Part
) -> list[dict[str, Any]]:
    """Read the rows of one part of a conversation."""
    cursor = conn.cursor(row_factory=dict_row)
    await cursor.execute(part.statement, [tenant_id, conversation_id])
    return await cursor.fetchall()
