"""The help centre as its room reads and writes it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.publishing.differing import Difference
from knowledge.publishing.release import Release

State = Literal["published", "changed", "new", "withdrawing", "withdrawn"]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
ArticleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]
LONGEST_BODY = 400_000


class ArticleLine(BaseModel):
    """An article in the list; `changed`, `new` and `withdrawing` wait to be published."""

    article_id: str
    title: str
    state: State
    version: int | None
    domain: str | None
    owner: str | None
    language: str | None
    updated: date | None
    review: date | None
    expires: date | None
    source: str | None
    changed_by: str | None
    changed_at: datetime | None
    helpful: int
    unhelpful: int


class ArticleList(BaseModel):
    """All articles, and how many drafts wait."""

    items: Sequence[ArticleLine]
    drafts: int


class Fields(BaseModel):
    """What an author writes."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, StringConstraints(min_length=3, max_length=200, strip_whitespace=True)]
    domain: Word
    owner: Word
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    keywords: Annotated[Sequence[Word], Field(max_length=60)] = ()
    products: Annotated[Sequence[Word], Field(max_length=60)] = ()
    valid_from: date | None = None
    review: date | None = None
    expires: date | None = None
    body: Annotated[str, StringConstraints(max_length=LONGEST_BODY)]


class DraftBody(BaseModel):
    """The next text of an article, and the revision it was begun from; null for a new draft."""

    model_config = ConfigDict(extra="forbid")

    fields: Fields
    revision: int | None = None


class DraftShape(BaseModel):
    """A draft that waits; without fields the article is to be withdrawn."""

    revision: int
    changed_by: str
    changed_at: datetime
    fields: Fields | None
    overtaken: bool
    """Another text was published since it was begun."""


class VersionLine(BaseModel):
    """A version that was staged for publication once."""

    version: int
    title: str
    published_at: datetime
    published: bool


class ArticlePage(BaseModel):
    """One article with its draft and its history."""

    article_id: str
    published: Fields | None
    version: int | None
    draft: DraftShape | None
    versions: Sequence[VersionLine]
    source: str | None
    helpful: int
    unhelpful: int


class Passage(BaseModel):
    """A part of an article under its heading, and what an answer may quote of it."""

    heading: str
    anchor: str
    sentences: Sequence[str]


class Preview(BaseModel):
    """An article as readers will see it, and as it will be quoted; or why it cannot be read."""

    html: str
    passages: Sequence[Passage]
    problem: str | None


class DiffLineShape(BaseModel):
    """One line; `left_out` stands for lines that are the same."""

    kind: Literal["same", "gone", "come", "left_out"]
    text: str


class DifferenceShape(BaseModel):
    """What becomes of one article."""

    article_id: str
    title: str
    change: Literal["new", "changed", "withdrawn", "same"]
    lines: Sequence[DiffLineShape]


class Differences(BaseModel):
    """What becomes of each article that differs."""

    items: Sequence[DifferenceShape]


class ReleaseLine(BaseModel):
    """A publication; `name` names the state of everything that was answered from then."""

    number: int
    name: str
    articles: int
    restores: int | None
    note: str
    made_by: str
    made_at: datetime


class Releases(BaseModel):
    """The releases, the newest first; that one is in force."""

    items: Sequence[ReleaseLine]


class PublishBody(BaseModel):
    """Which drafts to publish, and why; all of them where none is named."""

    model_config = ConfigDict(extra="forbid")

    articles: Sequence[ArticleId] | None = None
    note: Annotated[str, StringConstraints(max_length=300)] = ""


class PublishedShape(BaseModel):
    """What was published; no release where nothing changed."""

    release: ReleaseLine | None
    articles: Sequence[str]


class NoteBody(BaseModel):
    """Why somebody goes back."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, StringConstraints(max_length=300)] = ""


class VersionBody(NoteBody):
    """Which version of an article to publish again."""

    version: Annotated[int, Field(ge=1)]


class SuggestedShape(BaseModel):
    """An article in which a gap could be closed."""

    article_id: str
    title: str
    near: int


class GapShape(BaseModel):
    """Something customers ask and no article answers."""

    questions: Sequence[str]
    language: str
    asked: int
    conversations: int
    last_at: datetime
    conversation_id: str
    seq: int
    suggested: Sequence[SuggestedShape]


class Gaps(BaseModel):
    """Gaps, the most frequent first."""

    items: Sequence[GapShape]


class CloseGap(BaseModel):
    """The wordings of a gap that was dealt with."""

    model_config = ConfigDict(extra="forbid")

    questions: Annotated[Sequence[Annotated[str, StringConstraints(max_length=4000)]], Field(max_length=50)]


class LinkShape(BaseModel):
    """A link that leads nowhere."""

    article_id: str
    words: str
    address: str
    why: str


class SaidShape(BaseModel):
    """A sentence and where it stands."""

    article_id: str
    title: str
    heading: str
    anchor: str
    text: str


class ContradictionShape(BaseModel):
    """Two sentences that give other figures for the same."""

    first: SaidShape
    second: SaidShape
    why: str


class DayShape(BaseModel):
    """An article whose day has come."""

    article_id: str
    title: str
    owner: str
    what: Literal["review", "expires"]
    day: date


class SourceShape(BaseModel):
    """A source, and what the last import from it did."""

    source_id: str
    address: str
    every_minutes: int | None
    last_at: datetime | None
    summary: str
    lines: Sequence[str]


class Review(BaseModel):
    """What owners should look at."""

    links: Sequence[LinkShape]
    contradictions: Sequence[ContradictionShape]
    days: Sequence[DayShape]
    sources: Sequence[SourceShape]


def difference_shape(one: Difference) -> DifferenceShape:
    """Show a difference."""
    return DifferenceShape(
        article_id=one.article_id,
        title=one.title,
        change=one.change,
        lines=[DiffLineShape(kind=line.kind, text=line.text) for line in one.lines],
    )


def release_line(one: Release) -> ReleaseLine:
    """Show a release."""
    return ReleaseLine(
        number=one.number,
        name=one.name,
        articles=len(one.shown),
        restores=one.restores,
        note=one.note,
        made_by=one.made_by,
        made_at=one.made_at,
    )
