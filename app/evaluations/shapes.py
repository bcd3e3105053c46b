"""A run of an eval as it is kept, and as the evaluator's room shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=20_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Kept(BaseModel):
    """Nothing beside what is named."""

    model_config = ConfigDict(extra="forbid")


class Metric(Kept):
    """One metric over all conversations of a run."""

    metric: Name
    promise: Text
    conversations: int
    passed: int
    wanted: float


class ScoreShape(Kept):
    """What one metric found in one conversation."""

    metric: Name
    passed: bool
    reason: Text


class ExchangeShape(Kept):
    """What was said and what came back."""

    who: Name
    said: Text
    replies: Sequence[Text]
    seq: int | None = None
    """The turn, where its why can be opened."""


class Played(Kept):
    """One conversation that was played."""

    name: Name
    file: Text = ""
    conversation_id: Name
    passed: bool
    broke: Text | None = None
    scores: Sequence[ScoreShape]
    exchanges: Sequence[ExchangeShape]


class Run(Kept):
    """A whole run."""

    suite: Name
    at: datetime
    passed: bool
    book: str | None = None
    figures: Mapping[str, float]
    metrics: Sequence[Metric]
    conversations: Annotated[Sequence[Played], Field(max_length=20_000)]


class RunLine(BaseModel):
    """A run in a list."""

    run_id: str
    suite: str
    at: datetime
    passed: int
    failed: int
    book: str | None


class Runs(BaseModel):
    """Runs, the newest first."""

    items: Sequence[RunLine]


class OpenedRun(BaseModel):
    """A run with its conversations; those that are in this installation can be opened."""

    run_id: str
    run: Run
    here: Sequence[str]


class FigureChange(BaseModel):
    """One figure of two runs."""

    name: str
    old: float | None
    new: float | None


class Change(BaseModel):
    """One conversation of two runs."""

    name: str
    what: Literal["broken", "mended", "still_failing", "added", "removed"]
    old: Played | None
    new: Played | None


class RunComparison(BaseModel):
    """What is different between two runs."""

    old: RunLine
    new: RunLine
    figures: Sequence[FigureChange]
    changes: Sequence[Change]
    same: int
    """Conversations that passed in both."""


class Doubtful(BaseModel):
    """A message that was understood with little confidence and nobody labelled yet."""

    entry_id: str
    conversation_id: str
    seq: int | None
    text: str
    intent: str | None
    confidence: float
    at: datetime


class DoubtfulPage(BaseModel):
    """Messages to label, the least sure first, and the intents there are."""

    items: Sequence[Doubtful]
    intents: Sequence[str]
    labelled: int


class Label(Kept):
    """What a message means; null: it was looked at and left."""

    intent: Name | None


class Labelled(BaseModel):
    """A label as it is kept."""

    entry_id: str
    intent: str | None
