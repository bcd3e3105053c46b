"""The shipped articles and the shipped rules fit together: what an article says may be said."""

from pathlib import Path

import pytest

from app.rulebooks import rail_rules
from guardrails import input_checks, output_checks
from guardrails.configuration import read_configuration
from guardrails.rules import CompiledRules, compile_rules
from guardrails.verdict import Audience
from knowledge.article import Article
from knowledge.parse import read_articles
from tests.unit.books.altered import shop_book

ARTICLES = read_articles(Path("knowledge/articles"))
BOOK = shop_book()


@pytest.fixture(scope="module")
def rules() -> CompiledRules:

    return compile_rules(rail_rules(BOOK), read_configuration())


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_every_sentence_of_an_article_may_be_quoted(article: Article, rules: CompiledRules) -> None:
    for chunk in article.chunks:
        reader = Audience(customer_id=None, own_identifiers=frozenset(), supported=(chunk.body,))
        for sentence in chunk.sentences:
            reply = f"{sentence} [1]"
            assert output_checks.check_personal_details(reply, rules, reader) == (), reply
            assert output_checks.check_promises(reply, rules, reader) == (), reply
            assert output_checks.check_figures(reply, rules, reader) == (), reply


@pytest.mark.parametrize("intent", sorted(BOOK.intents))
def test_no_example_of_an_intent_is_taken_for_an_attack(intent: str, rules: CompiledRules) -> None:
    for example in BOOK.intents[intent].examples:
        hits = [
            *input_checks.check_encoding(example, rules),
            *input_checks.check_injection(example, rules),
            *input_checks.check_topics(example, rules),
        ]
        assert hits == [], example
