"""What the knowledge base says to a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Citation:
    """Where a claim comes from: an article, a heading in it, at one version."""

    number: int
    article_id: str
    title: str
    heading: str
    url: str
    """Path that opens the article at the heading: `/help/<article_id>#<anchor>`."""
    version: int
    passage: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An extractive answer; every sentence ends in the number of its citation, as `[1]`."""

    text: str
    confidence: float
    """0..1, calibrated to "is this an answer to the question"."""
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """Nothing found that answers; better said than guessed."""

    confidence: float
    nearest: tuple[Citation, ...]


class KnowledgeBase(Protocol):
    """One tenant's published articles."""

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """Answer from the articles. `vector`: 384 floats of the question, or None while NLU is away."""
