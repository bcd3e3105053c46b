"""The questions of `evals/datasets/knowledge_questions.jsonl`, and which of them may be tuned on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.errors import EvalError
from knowledge.passage import Passage

OWN = Path(__file__).parents[1] / "datasets" / "knowledge_questions.jsonl"

Half = Literal["development", "held_back"]
HALVES: tuple[Half, ...] = ("development", "held_back")


class QuestionsInvalid(EvalError):
    """A file of questions cannot be used; the message names the line."""


class Question(BaseModel):
    """One question; without articles none of them answers it, and it has to be left open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=3, max_length=300)
    articles: tuple[str, ...] = ()
    """Those that answer it; quoting any of them is right."""
    holds: tuple[str, ...] = ()
    """The words by which an answer is known: it holds one of them, as the article writes it."""
    misspelt: bool = False

    @property
    def answerable(self) -> bool:
        """Whether an article answers it."""
        return bool(self.articles)

    @property
    def half(self) -> Half:
        """Which half it belongs to: decided by its own text, so adding a question moves no other."""
        return HALVES[hashlib.sha256(self.text.encode()).digest()[0] % 2]

    def answered_by(self, text: str, article_id: str) -> bool:
        """Say whether a text of an article answers it."""
        return article_id in self.articles and any(words in text for words in self.holds)

    def found_in(self, passages: Sequence[Passage]) -> bool:
        """Say whether one of the passages answers it."""
        return any(
            self.answered_by(f"{one.heading} {one.body} {' '.join(one.sentences)}", one.article_id)
            for one in passages
        )


def read_questions(path: Path = OWN) -> list[Question]:
    """Read the file; a line that cannot be used is told with its number."""
    if not path.is_file():
        raise QuestionsInvalid(f"{path} does not exist; give a .jsonl file of questions with --test")
    lines = path.read_bytes().splitlines()
    return [_question(line, f"{path.name}:{number}") for number, line in enumerate(lines, start=1) if line]


def _question(line: bytes, place: str) -> Question:
    try:
        return Question.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "line"
        raise QuestionsInvalid(f"{place}: {field}: {first['msg']}") from None
