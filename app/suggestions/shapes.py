"""What the API says of recommended actions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.suggestions.offers import Offer
from app.suggestions.repository import StoredRun
from graphs.suggestions.ranking import Kind, Recommendation


class RecordShape(BaseModel):
    """How often it was done for the same intent, and how often it ended well."""

    tries: int
    wins: int


class SuggestionShape(BaseModel):
    """Something that an agent could do now."""

    id: str
    type: Kind
    description: str
    expected_outcome: str
    confidence: float
    parameters: Mapping[str, Any]
    missing: Sequence[str]
    """Values to send with `run`; until they are known it cannot."""
    editable: Sequence[str]
    action: str | None
    text: str
    """Words for a reply, to be changed before they are sent."""
    customer_agrees_first: bool
    approval: str | None
    """Who decides before it is done: `agent`, `supervisor`."""
    record: RecordShape


class Suggestions(BaseModel):
    """At most three, the surest first."""

    items: Sequence[SuggestionShape]


class RunBody(BaseModel):
    """The click, with what only the agent knows."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, Any] = Field(default_factory=dict)
    """Values that were missing, as `{"order_id": "1042"}`."""
    args: dict[str, Any] = Field(default_factory=dict)
    """Changes of the action's parameters; an amount may only go down."""
    customer_agrees: bool = False
    parameters: dict[str, Any] | None = None
    """What the agent saw; when it has changed since, nothing is done."""


class OutcomeBody(BaseModel):
    """How it ended, in the eyes of the agent."""

    model_config = ConfigDict(extra="forbid")

    success: bool
    customer_satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    resolution_time: Annotated[int, Field(ge=0)] | None = None
    """Seconds."""
    notes: Annotated[str, Field(max_length=2000)] = ""


class RunResult(BaseModel):
    """What the click led to."""

    run_id: str
    does: Literal["action", "draft", "transfer"]
    action_id: str | None
    approval: str | None
    """`accepted` by this agent, or `pending`: somebody else decides."""
    text: str
    parameters: Mapping[str, Any]


class RunShape(BaseModel):
    """A suggestion that was run."""

    run_id: str
    suggestion: str
    type: str
    action_id: str | None
    action_status: str | None
    confidence: float
    agent_id: str
    agent: str | None
    at: datetime
    success: bool | None
    """None: it has not ended."""
    customer_satisfaction: int | None
    resolution_time: int | None
    notes: str


class Runs(BaseModel):
    """What was run in a conversation, oldest first."""

    items: Sequence[RunShape]


def show(found: Recommendation, offer: Offer) -> SuggestionShape:
    """Show a recommendation."""
    candidate, decision = found.candidate, offer.decision
    need = decision.approval if decision else None
    return SuggestionShape(
        id=candidate.key,
        type=candidate.kind,
        description=candidate.title,
        expected_outcome=candidate.expected,
        confidence=round(found.confidence, 4),
        parameters=candidate.parameters,
        missing=candidate.missing,
        editable=offer.editable,
        action=candidate.action,
        text=offer.text,
        customer_agrees_first=decision is not None and decision.confirm,
        approval=need.role if need else None,
        record=RecordShape(tries=found.record.tries, wins=found.record.wins),
    )


def show_run(run: StoredRun, notes: str) -> RunShape:
    """Show a run."""
    return RunShape(
        run_id=run.run_id,
        suggestion=run.suggestion,
        type=run.kind,
        action_id=run.action_id,
        action_status=run.action_status,
        confidence=round(run.confidence, 4),
        agent_id=run.agent_id,
        agent=run.agent,
        at=run.chosen_at,
        success=run.success,
        customer_satisfaction=run.satisfaction,
        resolution_time=run.resolution_s,
        notes=notes,
    )
