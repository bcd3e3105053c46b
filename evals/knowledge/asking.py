"""Asking every question of a set: what was found, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.db import Database
from evals.knowledge.questions import Question
from knowledge import repository, repository_search
from knowledge.answer_types import Answered
from knowledge.base import ArticleBase
from knowledge.ingest import publish
from knowledge.parse import read_articles
from knowledge.ports import Embed
from knowledge.repository import Vector
from knowledge.retrieve import MOST_PASSAGES, retrieve
from knowledge.scope import Scope, Wanted
from knowledge.spelling import mended
from knowledge.terms import Commonness

TENANT = "measured"
FIRST = 5
WAYS = ("hybrid", "vector", "text")


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one question."""

    question: Question
    found: Mapping[str, bool]
    """Whether the first five passages hold the answer, by the way of searching."""
    answered: bool
    right: bool
    confidence: float
    said: str


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The published articles, and the vectors of the questions."""

    database: Database
    base: ArticleBase
    common: Commonness
    vectors: Mapping[str, Vector]

    async def result(self, question: Question) -> Result:
        """Ask one question in every way, then for its answer."""
        vector = self.vectors[question.text]
        said = await self.base.answer(TENANT, question.text, vector)
        answered = isinstance(said, Answered)
        text = said.text if isinstance(said, Answered) else ""
        cited = {source.article_id for source in said.citations} if isinstance(said, Answered) else set()
        return Result(
            question=question,
            found={way: await self._finds(question, way, vector) for way in WAYS},
            answered=answered,
            right=any(question.answered_by(text, article_id) for article_id in cited),
            confidence=said.confidence,
            said=text,
        )

    async def _finds(self, question: Question, way: str, vector: Vector) -> bool:
        """Say whether a way of searching puts the answer among the first five passages."""
        asked, scope = mended(question.text, frozenset(self.common)), Scope(tenant_id=TENANT)
        async with self.database.anyone() as conn:
            if way == "vector":
                wanted = Wanted(words="", names=(), vector=vector, most=MOST_PASSAGES)
                _, passages = await repository_search.search(conn, scope, wanted)
            else:
                by = vector if way == "hybrid" else None
                passages = (await retrieve(conn, scope, asked, by, self.common)).passages
        return question.found_in(passages[:FIRST])


async def asking(
    database: Database, encoder: Embed, articles: Path, questions: Sequence[Question], floor: float
) -> Asking:
    """Publish the sample articles and encode the questions."""
    await publish(database.tenant, TENANT, read_articles(articles), encoder)
    async with database.tenant(TENANT) as conn:
        state = await repository.read_state(conn, TENANT, None)
    texts = [question.text for question in questions]
    return Asking(
        database=database,
        base=ArticleBase(database.tenant, lambda: 0.0, lend=database.anyone, floor=floor),
        common=(state.commonness or {}) if state else {},
        vectors=dict(zip(texts, await encoder.embed(texts), strict=True)),
    )
