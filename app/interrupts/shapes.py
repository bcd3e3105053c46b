"""The shapes of LangGraph Server's threads, states and runs, as far as its clients need them here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.console.shapes import HumanRequest

ThreadStatus = Literal["idle", "busy", "interrupted", "error"]
RunStatus = Literal["pending", "running", "error", "success", "timeout", "interrupted"]
MOST_THREADS = 1000
MOST_STATES = 100


class InterruptShape(BaseModel):
    """What a thread waits for: one request to a person, and the shape of the answer."""

    id: str
    value: Sequence[HumanRequest]
    response_schema: Mapping[str, Any]


class ThreadShape(BaseModel):
    """An action's thread."""

    thread_id: str
    created_at: datetime
    updated_at: datetime
    metadata: Mapping[str, Any]
    status: ThreadStatus
    values: Mapping[str, Any]
    interrupts: Mapping[str, Sequence[InterruptShape]]


class CheckpointShape(BaseModel):
    """Where a state stands in its thread."""

    thread_id: str
    checkpoint_ns: str = ""
    checkpoint_id: str | None
    checkpoint_map: Mapping[str, Any] | None = None


class TaskShape(BaseModel):
    """A node that waits."""

    id: str
    name: str
    error: str | None = None
    interrupts: Sequence[InterruptShape]
    checkpoint: CheckpointShape | None = None
    state: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None


class StateShape(BaseModel):
    """A thread's memory at one checkpoint."""

    values: Mapping[str, Any]
    next: Sequence[str]
    checkpoint: CheckpointShape
    metadata: Mapping[str, Any]
    created_at: datetime | None
    parent_checkpoint: CheckpointShape | None
    tasks: Sequence[TaskShape]
    interrupts: Sequence[InterruptShape]


class RunShape(BaseModel):
    """A decision that was taken, and what the action makes of it."""

    run_id: str
    thread_id: str
    assistant_id: str
    created_at: datetime
    updated_at: datetime
    status: RunStatus
    metadata: Mapping[str, Any]
    multitask_strategy: Literal["reject"] = "reject"


class CountBody(BaseModel):
    """Which threads are counted."""

    model_config = ConfigDict(extra="ignore")

    status: ThreadStatus | None = None
    metadata: dict[str, Any] | None = None
    values: dict[str, Any] | None = None


class SearchBody(CountBody):
    """Which threads are looked for, and which page of them."""

    ids: Annotated[list[str], Field(max_length=MOST_THREADS)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_THREADS)] = 10
    offset: Annotated[int, Field(ge=0)] = 0
    sort_by: Literal["thread_id", "status", "created_at", "updated_at", "state_updated_at"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"
    select: list[str] | None = None
    extract: dict[str, str] | None = None


class HistoryBody(BaseModel):
    """Which states of a thread are wanted."""

    model_config = ConfigDict(extra="ignore")

    limit: Annotated[int, Field(ge=1, le=MOST_STATES)] = 10
    before: str | dict[str, Any] | None = None


class StateAtBody(BaseModel):
    """At which checkpoint a state is wanted."""

    model_config = ConfigDict(extra="ignore")

    checkpoint: dict[str, Any]


class StateUpdate(BaseModel):
    """A change of a thread's state: only its end, which dismisses what it waits for."""

    model_config = ConfigDict(extra="ignore")

    values: Any = None
    as_node: str | None = None


class Resumption(BaseModel):
    """LangGraph's command, of which only the answer to an interrupt is possible."""

    model_config = ConfigDict(extra="allow")

    resume: Any = None


class RunBody(BaseModel):
    """A run: the answer to what a thread waits for."""

    model_config = ConfigDict(extra="ignore")

    assistant_id: str
    command: Resumption | None = None
    input: Any = None
