"""Tools that promise something for later, and that take a promise back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from tools.arguments import Answer, Arguments
from tools.errors import BackendRefused
from tools.followups.port import FollowUp, FollowUps, Plan
from tools.spec import ActionKey, Caller, Compensation, ToolSpec
from tools.tickets.creating import Body, Subject

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
PromiseId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
TAKEN_BACK = Compensation(
    tool="cancel_followup", args=lambda asked, made: {"follow_up_id": made["follow_up_id"]}
)


class ScheduleFollowup(Arguments):
    """When what shall happen, and what the person or the system needs to know then."""

    kind: Kind
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    lead_minutes: Annotated[float, Field(ge=0, le=24 * 60)] = 0
    """So long before the start it is due, so that a person is ready."""
    subject: Subject
    body: Body
    told: Told
    instead_of: PromiseId | None = None
    """A promise that this one takes the place of; once that has begun, nothing new is promised."""

    @model_validator(mode="after")
    def ends_behind(self) -> "ScheduleFollowup":
        """A window ends after it began."""
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class CancelFollowup(Arguments):
    """Which promise."""

    follow_up_id: PromiseId


class Promised(Answer):
    """What is promised, or was."""

    follow_up_id: str
    kind: str
    state: str
    due_at: str
    text: str


def schedule_followup(followups: FollowUps) -> ToolSpec[ScheduleFollowup, Promised]:
    """Make the tool that promises something for later."""

    async def run(caller: Caller, args: ScheduleFollowup, key: ActionKey | None) -> Promised:
        assert key is not None
        if args.instead_of is not None and args.instead_of not in await open_ones(caller):
            raise BackendRefused("follow_up_begun", "what was promised has begun, or is promised no more")
        return receipt(await followups.schedule(caller, planned(args), key=key))

    async def open_ones(caller: Caller) -> set[str]:
        return {one.id for one in await followups.open_of(caller)}

    async def settle(caller: Caller, args: ScheduleFollowup, key: ActionKey) -> Promised | None:
        done = await followups.done_under(caller, key)
        return receipt(done) if done else None

    return ToolSpec(
        name="schedule_followup",
        description="Promise something for a later time; it begins then by itself.",
        args=ScheduleFollowup,
        result=Promised,
        risk="write",
        run=run,
        settle=settle,
        compensation=TAKEN_BACK,
    )


def cancel_followup(followups: FollowUps) -> ToolSpec[CancelFollowup, Promised]:
    """Make the tool that takes a promise back."""

    async def run(caller: Caller, args: CancelFollowup, key: ActionKey | None) -> Promised:
        assert key is not None
        return receipt(await followups.cancel(caller, args.follow_up_id, key=key))

    async def settle(caller: Caller, args: CancelFollowup, key: ActionKey) -> Promised | None:
        done = await followups.done_under(caller, key)
        return receipt(done) if done else None

    return ToolSpec(
        name="cancel_followup",
        description="Take back something that was promised for later.",
        args=CancelFollowup,
        result=Promised,
        risk="write",
        run=run,
        settle=settle,
    )


def planned(args: ScheduleFollowup) -> Plan:
    """Arguments as a plan, in one zone."""
    starts: datetime = args.starts_at.astimezone(UTC)
    return Plan(
        kind=args.kind,
        due_at=starts - timedelta(minutes=args.lead_minutes),
        ends_at=args.ends_at.astimezone(UTC),
        subject=args.subject,
        body=args.body,
        told=args.told,
    )


def receipt(one: FollowUp) -> Promised:
    """A promise as its receipt."""
    return Promised(
        follow_up_id=one.id,
        kind=one.plan.kind,
        state=one.state,
        due_at=one.plan.due_at.isoformat(),
        text=one.plan.told,
    )
