"""Find the passages that may answer a question."""

from collections.abc import Sequence

from psycopg import AsyncConnection

from knowledge import repository
from knowledge.passage import Passage
from knowledge.terms import with_synonyms

MOST_PASSAGES = 6


async def retrieve(
    conn: AsyncConnection, tenant_id: str, question: str, vector: Sequence[float] | None, language: str
) -> list[Passage]:
    """Return at most six passages, best first; without a vector the words decide alone."""
    words = with_synonyms(question) if language == "en" else question
    return await repository.search(conn, tenant_id, language, _storable(words), vector, MOST_PASSAGES)


def _storable(text: str) -> str:
    """Drop what PostgreSQL takes in no text: the zero byte and halves of letters."""
    return text.replace("\x00", " ").encode("utf-8", "ignore").decode()
