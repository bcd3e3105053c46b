"""How well the shipped articles answer real questions, with the encoder that the NLU service uses.

Runs where the NLU environment is installed; the figures belong to the questions in
`test_knowledge_questions.yaml`, of which the measured ones were never used for fitting.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.db import Database
from knowledge.answer_types import Answered
from knowledge.base import ArticleBase
from knowledge.ingest import publish
from knowledge.parse import read_articles
from knowledge.repository import passage_text
from tests.integration.nlu_encoder import NLU_PYTHON, NluEncoder

QUESTIONS = Path(__file__).with_name("test_knowledge_questions.yaml")
TENANT = "quality"
KINDS = ("answered", "unanswered", "measured_answered", "measured_unanswered")
STORY = (
    ("What is your return policy?", "returns", "30 days"),
    ("How long does a refund take?", "refunds", "3 to 5 working days"),
    ("How much is delivery?", "delivery", "€4.90"),
    ("How long is the warranty?", "warranty", "2 years"),
    ("When are you open?", "opening-hours", "9:00 to 18:00"),
    ("Can I pay by invoice?", "payment-methods", "invoice"),
    ("How long are gift cards valid?", "gift-cards", "3 years"),
)
pytestmark = pytest.mark.skipif(not NLU_PYTHON.exists(), reason="the NLU environment is not installed")


@dataclass(frozen=True)
class Outcome:
    """What became of a set of questions."""

    asked: int
    answered: int
    right: int


@dataclass(frozen=True)
class Setting:
    """The shipped articles, published, and the encoder of the questions."""

    base: ArticleBase
    encoder: NluEncoder


@pytest.fixture(scope="module")
async def setting(database: str) -> AsyncIterator[Setting]:
    articles = read_articles(Path("knowledge/articles"))
    passages = [(each, chunk) for each in articles for chunk in each.chunks]
    texts = [text for each, chunk in passages for text in (passage_text(each, chunk), *chunk.sentences)]
    rows = [row.split(" | ")[0] for kind in KINDS for row in questions(kind)]
    encoder = NluEncoder([*texts, *rows, *(row[0] for row in STORY)])
    opened = Database(database)
    await opened.open()
    await publish(opened.tenant, TENANT, articles, encoder)
    yield Setting(ArticleBase(opened.tenant, lambda: 0.0, lend=opened.anyone), encoder)
    await opened.close()


async def ask(setting: Setting, rows: list[str], *, by_words: bool = False) -> Outcome:
    """Ask every question and compare the answer with what it must hold."""
    parts = [row.split(" | ") for row in rows]
    vectors = await setting.encoder.embed([part[0] for part in parts])
    answered = right = 0
    for (question, *expected), vector in zip(parts, vectors, strict=True):
        said = await setting.base.answer(TENANT, question, None if by_words else vector)
        if isinstance(said, Answered):
            answered += 1
            right += bool(expected) and any(words in said.text for words in expected[1].split("|"))
    return Outcome(len(rows), answered, right)


def questions(kind: str) -> list[str]:
    rows: list[str] = YAML(typ="safe").load(QUESTIONS.read_text("utf-8"))[kind]
    return rows


async def test_most_questions_never_seen_before_get_the_right_answer(setting: Setting) -> None:
    outcome = await ask(setting, questions("measured_answered"))

    assert outcome.right >= 0.75 * outcome.asked, outcome
    assert outcome.right >= 0.8 * outcome.answered, outcome


async def test_questions_that_the_articles_leave_open_are_left_open(setting: Setting) -> None:
    outcome = await ask(setting, questions("unanswered") + questions("measured_unanswered"))

    assert outcome.answered <= 0.05 * outcome.asked, outcome


async def test_without_the_encoder_answers_are_fewer_but_not_made_up(setting: Setting) -> None:
    known = await ask(setting, questions("answered"), by_words=True)
    unknown = await ask(setting, questions("measured_unanswered"), by_words=True)

    assert known.right >= 0.55 * known.asked, known
    assert unknown.answered <= 0.1 * unknown.asked, unknown


async def test_the_questions_of_the_story_are_answered_with_their_source(setting: Setting) -> None:
    for question, article, words in STORY:
        (vector,) = await setting.encoder.embed([question])
        said = await setting.base.answer(TENANT, question, vector)
        assert isinstance(said, Answered), question
        assert (said.citations[0].article_id, words in said.text) == (article, True), said
