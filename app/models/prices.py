"""What tokens cost, and how many a text is when nobody counts them; pure."""

from dataclasses import dataclass

import orjson

from graphs.planner.llm_port import Question

CHARS_A_TOKEN = 3
"""Fewer than in real texts, so that an estimate is rather too high."""
MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Price:
    """Dollars for a million tokens."""

    read: float
    written: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what a call costs."""
        return (prompt_tokens * self.read + completion_tokens * self.written) / MILLION

    def at_most(self, question: Question) -> float:
        """Return what a question costs when the model writes as much as it may."""
        return self.of(prompt_tokens_of(question), question.most_tokens)


def tokens_of(text: str) -> int:
    """Reckon how many tokens a text is."""
    return -(-len(text.encode()) // CHARS_A_TOKEN)


def prompt_tokens_of(question: Question) -> int:
    """Reckon how many tokens a model reads of a question, its demanded shape included."""
    shape = orjson.dumps(question.schema).decode() if question.schema else ""
    return tokens_of(question.task + question.text + shape)
