"""A knowledge base of one article."""

from collections.abc import Sequence

from knowledge.answer_types import Answered, Citation, NoAnswer

PASSAGE = "You can send an item back within 30 days."


class OneArticle:
    """Knows when things can be sent back, and nothing else."""

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """Answer questions about returning."""
        source = Citation(
            number=1,
            article_id="returns",
            title="Returning an item",
            heading="How long",
            url="/help/returns#how-long",
            version=1,
            passage=PASSAGE,
        )
        if "return" in question or "send" in question:
            return Answered(text=f"{PASSAGE} [1]", confidence=0.9, citations=(source,))
        return NoAnswer(confidence=0.1, nearest=(source,))
