"""`/api/v1/tasks`: what only a person can settle about actions, and what they found out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, ConfigDict, Field

from app.auth.rights import DecidesApprovals, ReadsConversations
from app.console.approvals_router import decider_of
from app.console.deps import ConsoleDeps
from app.gateway.body import body_of, documented
from app.handoff import tasks
from app.problems import Problem, not_found


class TaskShape(BaseModel):
    """Something about an action that only a person can settle."""

    task_id: str
    conversation_id: str
    action_id: str
    action: str
    action_status: str
    kind: str
    """`unknown_outcome`, `failed_action` or `half_done`."""
    status: str
    label: str
    subject: str
    reason: str
    args: Mapping[str, Any]
    outcomes: Sequence[str]
    """What may be said of it."""
    customer: str
    verified: bool
    note: str
    settled_by: str | None
    created_at: datetime
    settled_at: datetime | None
    looks_again_at: datetime | None
    """When the backend is asked once more, without anybody's help."""


class Tasks(BaseModel):
    """A list of tasks, newest first."""

    items: Sequence[TaskShape]


class SettleBody(BaseModel):
    """What a person found out."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["happened", "did_not_happen", "done"]
    note: Annotated[str, Field(max_length=2000)] = ""


def shown(task: tasks.Task) -> TaskShape:
    """Show a task with all that settling it needs."""
    fields = {name: getattr(task, name) for name in TaskShape.model_fields if name != "outcomes"}
    return TaskShape(**fields, outcomes=tasks.outcomes_of(task) if task.status == "open" else ())


def _refusal(refused: tasks.SettledAlready | tasks.NotThisWay | tasks.NoTask) -> Problem:
    match refused:
        case tasks.NoTask():
            return not_found("task")
        case tasks.NotThisWay(fitting=fitting):
            reason = f"is one of {', '.join(fitting)} for this task"
            return Problem(
                422,
                "wrong-fields",
                "Some fields do not fit.",
                f"outcome {reason}.",
                errors=[{"field": "outcome", "reason": reason}],
            )
        case tasks.SettledAlready(task=task):
            return Problem(
                409,
                "settled-already",
                f"{task.settled_by} settled this.",
                "The first finding counts.",
                settled_by=task.settled_by,
                task=shown(task).model_dump(mode="json"),
            )


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])

    @router.get("")
    async def listed(
        caller: ReadsConversations,
        status: Literal["open", "settled"] | None = None,
        conversation_id: str | None = None,
    ) -> Tasks:
        """List tasks, newest first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await tasks.find(
                conn, deps.vault, caller.tenant_id, conversation_id=conversation_id, status=status
            )
        return Tasks(items=[shown(task) for task in found])

    @router.post("/{task_id}", openapi_extra=documented(SettleBody))
    async def settle(
        caller: DecidesApprovals,
        task_id: str,
        said: Annotated[SettleBody, Depends(body_of(SettleBody))],
        x_agent_id: Annotated[str | None, Header(description="The agent for whom a key settles")] = None,
    ) -> TaskShape:
        """Say what became of it; the first finding counts, a later one is told who was first."""
        by = await decider_of(deps, caller, x_agent_id)
        finding = tasks.Finding(outcome=said.outcome, note=said.note, by=by.decider_id, by_name=by.name)
        outcome = await tasks.settle(deps.handoff, caller.tenant_id, task_id, finding)
        if not isinstance(outcome, tasks.Task):
            raise _refusal(outcome)
        return shown(outcome)

    return router
