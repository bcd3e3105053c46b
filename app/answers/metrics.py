"""How often answers from the articles were searched for, and how often they were there already."""

from prometheus_client import Counter

_FOUND = Counter(
    "frontdesk_knowledge_answers",
    "Answers from the articles, by where they came from: memory, waited, shared, searched, personal.",
    ["found"],
)


def count_answer(found: str) -> None:
    """Count one answer."""
    _FOUND.labels(found).inc()
