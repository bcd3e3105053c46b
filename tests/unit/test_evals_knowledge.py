"""The questions that are put to the articles, and the figures made of them."""

import re
from pathlib import Path

import pytest

from evals.bench.answers import stream
from evals.bench.knowledge_corpus import sizes
from evals.knowledge.asking import WAYS, Result
from evals.knowledge.measure import figures_of
from evals.knowledge.questions import HALVES, Question, QuestionsInvalid, read_questions
from evals.knowledge.shares import Share
from knowledge.parse import read_articles


def test_the_set_is_large_and_half_of_it_is_held_back() -> None:
    questions = read_questions()

    assert len({question.text for question in questions}) == len(questions)
    for half in HALVES:
        part = [question for question in questions if question.half == half]
        assert sum(question.answerable for question in part) >= 100
        assert sum(not question.answerable for question in part) >= 40
        assert sum(question.misspelt for question in part) >= 10


def test_what_an_answer_must_hold_stands_in_its_articles() -> None:
    texts = {
        article.id: " ".join(
            f"{chunk.heading} {chunk.body} {' '.join(chunk.sentences)}" for chunk in article.chunks
        )
        for article in read_articles(Path("knowledge/articles"))
    }

    for question in (one for one in read_questions() if one.answerable):
        found = re.sub(r"\s+", " ", " ".join(texts[article] for article in question.articles))
        assert all(words in found for words in question.holds), question


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "is it free"}\n{"text": "is it free", "article": "delivery"}\n')

    with pytest.raises(QuestionsInvalid, match=r"questions.jsonl:2: article"):
        read_questions(file)
    with pytest.raises(QuestionsInvalid, match="does not exist"):
        read_questions(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(95, 100, 0.888, 0.978), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)]
)
def test_a_share_comes_with_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == pytest.approx((low, high), abs=0.001)


def test_precision_counts_only_what_was_answered_and_refusals_only_what_has_no_answer() -> None:
    known, unknown = Question(text="known", articles=("a",), holds=("x",)), Question(text="unknown")
    seen = dict.fromkeys(WAYS, True)
    results = [
        Result(question=known, found=seen, answered=True, right=True, confidence=0.9, said="x"),
        Result(question=known, found=seen, answered=True, right=False, confidence=0.7, said="y"),
        Result(question=known, found=seen, answered=False, right=False, confidence=0.1, said=""),
        Result(question=unknown, found=seen, answered=True, right=False, confidence=0.8, said="z"),
    ]

    figures = figures_of(results)

    assert (figures["answer_precision"], figures["coverage"]) == (0.5, pytest.approx(2 / 3, abs=0.001))
    assert figures["unanswerable_refused"] == 0.0
    assert figures["hybrid_recall_at_5"] == 1.0


def test_companies_of_the_benchmark_differ_in_size_and_add_up() -> None:
    held = sizes(100_000, 50)

    assert len(held) == 50
    assert abs(sum(held.values()) - 100_000) < 50
    assert max(held.values()) > 10 * min(held.values())


def test_the_stream_of_questions_repeats_itself_in_other_wordings() -> None:
    texts = stream(2000)

    assert stream(2000) == texts
    assert len(set(texts)) > 500
