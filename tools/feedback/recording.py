"""The tool that writes a rating down, and what it needs for that."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import Field, StringConstraints

from tools.arguments import Answer, Arguments
from tools.spec import ActionKey, Caller, ToolSpec


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What somebody thinks, from 1 to 5, with their own words if they gave any."""

    id: str
    rating: int
    comment: str | None


class FeedbackBox(Protocol):
    """Keeps ratings. The same key never keeps two."""

    async def put(self, caller: Caller, rating: int, comment: str | None, *, key: ActionKey) -> Feedback:
        """Keep a rating."""

    async def done_under(self, caller: Caller, key: ActionKey) -> Feedback | None:
        """Return what was kept under this key, or None."""


class RecordFeedback(Arguments):
    """How it was, from 1 to 5, and why."""

    rating: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None = None


class FeedbackKept(Answer):
    """The receipt of a rating."""

    feedback_id: str
    rating: int


def record_feedback(box: FeedbackBox) -> ToolSpec[RecordFeedback, FeedbackKept]:
    """Make the tool that keeps a rating; a guest may rate, too: it touches no account and no order."""

    async def run(caller: Caller, args: RecordFeedback, key: ActionKey | None) -> FeedbackKept:
        assert key is not None
        return receipt(await box.put(caller, args.rating, args.comment or None, key=key))

    async def settle(caller: Caller, args: RecordFeedback, key: ActionKey) -> FeedbackKept | None:
        done = await box.done_under(caller, key)
        return receipt(done) if done else None

    return ToolSpec(
        name="record_feedback",
        description="Write down what the customer thinks of the service, from 1 to 5.",
        args=RecordFeedback,
        result=FeedbackKept,
        risk="write",
        run=run,
        settle=settle,
        needs_verified=False,
    )


def receipt(one: Feedback) -> FeedbackKept:
    """A rating as its receipt."""
    return FeedbackKept(feedback_id=one.id, rating=one.rating)
