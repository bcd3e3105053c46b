"""What only a person can settle: an effect whose outcome nobody knows, one that failed, one half undone.

As with approvals, settling is recorded once and told to the action's thread, which alone acts on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.conversations.seal import Seal, open_json, open_text
from app.handoff import repository as threads
from app.handoff import repository_tasks as sql
from app.handoff.deps import HandoffDeps
from app.handoff.gather import customer_name
from app.handoff.telling import channel_of, record
from app.turns import repository_actions as actions
from app.turns.follow_ups import task_place
from app.turns.lanes import enqueue, free
from graphs.events import PersonSettles

Outcome = Literal["happened", "did_not_happen", "done"]
SAID: Mapping[Outcome, str] = {
    "happened": "found that it did happen",
    "did_not_happen": "found that it did not happen",
    "done": "has dealt with it",
}


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task, opened."""

    task_id: str
    conversation_id: str
    action_id: str
    thread_id: str
    kind: str
    status: str
    label: str
    subject: str
    reason: str
    args: Mapping[str, Any]
    action: str
    action_status: str
    waits: bool
    """True: the action's thread waits for what a person finds out."""
    customer: str
    verified: bool
    note: str
    settled_by: str | None
    created_at: datetime
    settled_at: datetime | None
    looks_again_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SettledAlready:
    """Somebody was faster, or the backend was."""

    task: Task


@dataclass(frozen=True, kw_only=True)
class NotThisWay:
    """What is said does not fit the kind of task."""

    fitting: Sequence[Outcome]


@dataclass(frozen=True)
class NoTask:
    """There is no such task."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a person found out, and who."""

    outcome: Outcome
    note: str
    by: str
    by_name: str


async def find(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    *,
    task_id: str | None = None,
    conversation_id: str | None = None,
    status: Literal["open", "settled"] | None = None,
) -> list[Task]:
    """Return tasks, newest first, by whichever of the three is given."""
    rows = await sql.find(conn, tenant_id, task_id=task_id, conversation_id=conversation_id, status=status)
    return [_opened(vault, tenant_id, row) for row in rows]


async def settle(
    deps: HandoffDeps, tenant_id: str, task_id: str, finding: Finding
) -> Task | SettledAlready | NotThisWay | NoTask:
    """Record the first finding and owe it to the action; a later one is told who was first."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await find(conn, deps.vault, tenant_id, task_id=task_id)
        if not found:
            return NoTask()
        task = found[0]
        fitting = outcomes_of(task)
        if finding.outcome not in fitting:
            return NotThisWay(fitting=fitting)
        await threads.lock_thread(conn, tenant_id, task.thread_id)
        first = await _record(conn, deps, tenant_id, task, finding, now)
        task = (await find(conn, deps.vault, tenant_id, task_id=task_id))[0]
    deps.hub.nudge(tenant_id, task.conversation_id)
    if not first:
        return SettledAlready(task=task)
    deps.hub.changed(tenant_id, task.conversation_id)
    return task


def outcomes_of(task: Task) -> tuple[Outcome, ...]:
    """Say what a person may find out: whether it happened, or only that it has been dealt with."""
    return ("happened", "did_not_happen") if task.kind == "unknown_outcome" else ("done",)


async def _record(
    conn: AsyncConnection, deps: HandoffDeps, tenant_id: str, task: Task, finding: Finding, now: datetime
) -> bool:
    note = None
    if finding.note:
        note = deps.vault.seal(tenant_id, finding.note.encode(), task_place(task.task_id, "note"))
    first = await sql.settle(
        conn, tenant_id, task.task_id, status=finding.outcome, note=note, by=finding.by, now=now
    )
    if not first:
        return False
    channel = await channel_of(conn, tenant_id, task.conversation_id)
    if task.kind == "unknown_outcome":
        await _tell_action(conn, deps, tenant_id, task, finding, channel, now)
    about = f"{task.label} {task.subject}".strip() or task.action
    text = f"{finding.by_name} {SAID[finding.outcome]}: {about}." + (
        f" {finding.note}" if finding.note else ""
    )
    entry = NewEntry(kind="event", direction="internal", sender="system", text=text, channel=channel)
    await append_entry(conn, deps.vault, tenant_id, task.conversation_id, entry, now)
    facts = {"task_id": task.task_id, "status": finding.outcome, "settled_by": finding.by_name}
    await record(conn, deps, tenant_id, "task.settled", task.conversation_id, facts, now)
    return True


async def _tell_action(
    conn: AsyncConnection,
    deps: HandoffDeps,
    tenant_id: str,
    task: Task,
    finding: Finding,
    channel: str,
    now: datetime,
) -> None:
    """Let the thread that waits go on; one that does not wait any more only gives its place free."""
    happened = finding.outcome == "happened"
    if task.waits:
        event = PersonSettles(happened=happened, by=finding.by_name)
        await enqueue(conn, deps.vault, tenant_id, task.conversation_id, task.thread_id, event, now, channel)
        return
    ended = "done" if happened else "failed"
    await actions.change(conn, tenant_id, task.action_id, ended, None, now)
    await free(conn, deps.vault, tenant_id, task.action_id, now)


def _opened(vault: Seal, tenant_id: str, row: sql.StoredTask) -> Task:
    detail = open_json(vault, tenant_id, row.detail, task_place(row.task_id))
    profile = open_json(vault, tenant_id, row.profile, f"customers:profile:{row.customer_id}")
    note = open_text(vault, tenant_id, row.note, task_place(row.task_id, "note")) if row.note else ""
    return Task(
        task_id=row.task_id,
        conversation_id=row.conversation_id,
        action_id=row.action_id,
        thread_id=row.thread_id,
        kind=row.kind,
        status=row.status,
        label=str(detail.get("label") or row.action or ""),
        subject=str(detail.get("subject") or ""),
        reason=str(detail.get("reason") or ""),
        args=detail.get("args") or {},
        action=row.action or "",
        action_status=row.action_status or "",
        waits=bool(row.interrupted),
        customer=customer_name(profile),
        verified=row.verified,
        note=note,
        settled_by=row.settled_by,
        created_at=row.created_at,
        settled_at=row.settled_at,
        looks_again_at=row.look_at,
    )
