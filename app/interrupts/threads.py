"""Action threads as LangGraph's clients see them: what they wait for, remember, and came from."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.console.deps import ConsoleDeps
from app.conversations.seal import open_json
from app.handoff.approval_request import StoredRequest
from app.interrupts import repository as sql
from app.interrupts.answers import request_to_person, response_schema
from app.interrupts.shapes import (
    CheckpointShape,
    InterruptShape,
    RunShape,
    StateShape,
    TaskShape,
    ThreadShape,
)
from app.problems import not_found
from app.turns.claim import checkpoint_place
from app.turns.saver import Snapshot, TurnSaver

GRAPH = "action"
ASSISTANT_ID = str(uuid.uuid5(uuid.UUID("6ba7b821-9dad-11d1-80b4-00c04fd430c8"), GRAPH))
"""LangGraph's own namespace for assistants that a graph brings with it."""
_BRANCH = "branch:to:"


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a checkpoint holds, opened."""

    values: Mapping[str, Any]
    next: Sequence[str]
    metadata: Mapping[str, Any]


async def find(deps: ConsoleDeps, tenant_id: str, wanted: sql.Wanted) -> list[sql.StoredThread]:
    """Return a page of threads, sealed."""
    async with deps.tenants.tenant(tenant_id) as conn:
        return await sql.threads(conn, tenant_id, wanted, GRAPH, ASSISTANT_ID, deps.clock())


async def count(deps: ConsoleDeps, tenant_id: str, wanted: sql.Wanted) -> int:
    """Return how many threads there are of this kind."""
    async with deps.tenants.tenant(tenant_id) as conn:
        return await sql.count(conn, tenant_id, wanted, GRAPH, ASSISTANT_ID, deps.clock())


async def thread_named(deps: ConsoleDeps, tenant_id: str, thread_id: str) -> sql.StoredThread:
    """Return one thread, or 404."""
    found = await find(deps, tenant_id, sql.Wanted(ids=[thread_id], limit=1))
    if not found:
        raise not_found("thread")
    return found[0]


def request_of(deps: ConsoleDeps, tenant_id: str, row: sql.StoredThread) -> StoredRequest | None:
    """Return what the thread asks of a person; None when it waits for nobody."""
    if row.request is None:
        return None
    opened = open_json(deps.vault, tenant_id, row.request, f"approvals:request:{row.approval_id}")
    return StoredRequest.model_validate(opened)


def interrupts_of(deps: ConsoleDeps, tenant_id: str, row: sql.StoredThread) -> list[InterruptShape]:
    """Return what the thread waits for, at most one request."""
    request = request_of(deps, tenant_id, row)
    if request is None or row.interrupt_id is None:
        return []
    return [
        InterruptShape(
            id=row.interrupt_id,
            value=[request_to_person(request)],
            response_schema=response_schema(request),
        )
    ]


def show_thread(deps: ConsoleDeps, tenant_id: str, row: sql.StoredThread) -> ThreadShape:
    """Show a thread."""
    interrupts = interrupts_of(deps, tenant_id, row)
    newest = newest_state(row)
    return ThreadShape(
        thread_id=row.thread_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        metadata=row.metadata,
        status=row.status,
        values=memory_of(deps, tenant_id, row.thread_id, newest).values if newest else {},
        interrupts={row.approval_id: interrupts} if row.approval_id and interrupts else {},
    )


def newest_state(row: sql.StoredThread) -> sql.StoredState | None:
    """Return the thread's newest checkpoint; None before its first turn."""
    if row.checkpoint_id is None or row.data is None or row.seq is None or row.kept_at is None:
        return None
    return sql.StoredState(
        checkpoint_id=row.checkpoint_id,
        parent_id=row.parent_id,
        seq=row.seq,
        data=row.data,
        writes=row.writes,
        kept_at=row.kept_at,
    )


def memory_of(deps: ConsoleDeps, tenant_id: str, thread_id: str, state: sql.StoredState) -> Memory:
    """Open a checkpoint."""
    place = checkpoint_place(thread_id, state.checkpoint_id, "data")
    data = deps.vault.open(tenant_id, state.data, place)
    snapshot = Snapshot(checkpoint_id=state.checkpoint_id, parent_id=None, data=data, writes=None)
    saver = TurnSaver(thread_id, snapshot)
    assert saver.found is not None
    checkpoint, metadata, _ = saver.found
    branches = [name for name in checkpoint["channel_values"] if name.startswith(_BRANCH)]
    return Memory(
        values=saver.remembered(),
        next=[name.removeprefix(_BRANCH) for name in branches],
        metadata={**metadata, "seq": state.seq, "graph_id": GRAPH, "assistant_id": ASSISTANT_ID},
    )


def show_state(
    deps: ConsoleDeps, tenant_id: str, row: sql.StoredThread, state: sql.StoredState | None
) -> StateShape:
    """Show a thread's memory at a checkpoint; what it waits for stands at the newest one."""
    if state is None:
        return _no_state(row)
    memory = memory_of(deps, tenant_id, row.thread_id, state)
    newest = state.checkpoint_id == row.checkpoint_id
    interrupts = interrupts_of(deps, tenant_id, row) if newest else []
    tasks = [TaskShape(id=row.approval_id or name, name=name, interrupts=interrupts) for name in memory.next]
    return StateShape(
        values=memory.values,
        next=memory.next,
        checkpoint=CheckpointShape(thread_id=row.thread_id, checkpoint_id=state.checkpoint_id),
        metadata={**row.metadata, **memory.metadata},
        created_at=state.kept_at,
        parent_checkpoint=_checkpoint(row.thread_id, state.parent_id),
        tasks=tasks,
        interrupts=interrupts,
    )


def _no_state(row: sql.StoredThread) -> StateShape:
    """Show a thread that has not had its first turn."""
    return StateShape(
        values={},
        next=[],
        checkpoint=CheckpointShape(thread_id=row.thread_id, checkpoint_id=None),
        metadata=row.metadata,
        created_at=None,
        parent_checkpoint=None,
        tasks=[],
        interrupts=[],
    )


def _checkpoint(thread_id: str, checkpoint_id: str | None) -> CheckpointShape | None:
    return CheckpointShape(thread_id=thread_id, checkpoint_id=checkpoint_id) if checkpoint_id else None


def run_id_of(approval_id: str) -> str:
    """Return the id of the run that a decision is; the same decision always has the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"frontdesk:approval:{approval_id}"))


def show_runs(row: sql.StoredThread, decided: Sequence[sql.DecidedApproval]) -> list[RunShape]:
    """Show the decisions on a thread as runs, newest first; an older one ended in the next question."""
    runs: list[RunShape] = []
    for one in decided:
        older = bool(runs) or row.status == "interrupted"
        status = "interrupted" if older else _RUN_STATUS[row.status]
        runs.append(
            RunShape(
                run_id=run_id_of(one.approval_id),
                thread_id=row.thread_id,
                assistant_id=ASSISTANT_ID,
                created_at=one.decided_at,
                updated_at=row.updated_at if not older else one.decided_at,
                status=status,
                metadata={"approval_id": one.approval_id, "decision": one.status, "by": one.decided_by},
            )
        )
    return runs


_RUN_STATUS: Mapping[str, str] = {"busy": "running", "error": "error", "idle": "success"}
