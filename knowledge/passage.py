"""A piece of an article that a search found."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A passage that may answer, as the search found it."""

    article_id: str
    version: int
    title: str
    heading: str
    anchor: str
    body: str
    sentences: list[str]
    keywords: list[str]
    score: float
    """Fused rank: only its order means something."""
    similarity: float | None
    """Cosine to the question, or None without vectors."""
    sentence_similarities: list[float | None]


def words_of(passage: Passage) -> str:
    """Return everything that says what a passage is about."""
    return f"{passage.title} {passage.heading} {' '.join(passage.keywords)} {passage.body}"
