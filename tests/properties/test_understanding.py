"""What holds of understanding whatever a customer writes, on the model of the shipped book."""

import json
import urllib.request
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.understanding.contract import Parsed
from graphs.assess.urgency import urgency
from graphs.ports import Understood
from tests.unit.books.altered import shop_book

BOOK = shop_book()
CATEGORIES = {"inquiry", "complaint", "request", "feedback", "escalation"}
LABELS = ("very_negative", "negative", "neutral", "positive", "very_positive")
EXAMPLES = [(name, example) for name, intent in sorted(BOOK.intents.items()) for example in intent.examples]
PLAIN = [(name, text) for name, text in EXAMPLES if "[" not in text and len(text.split()) in range(3, 9)]
SAID = st.sampled_from([text for _, text in EXAMPLES])
MESSAGES = st.text(max_size=300) | SAID | st.tuples(SAID, st.text(max_size=40)).map(" ".join)

ORDERS = st.integers(1000, 9999).map(lambda number: ("order_number", f"{number}", f"order #{number}"))
AMOUNTS = st.integers(100, 99_999).map(
    lambda cents: ("amount", f"{cents / 100:.2f}", f"{cents / 100:.2f} euros")
)
DATES = st.dates(date(2020, 1, 1), date(2039, 12, 31)).map(
    lambda day: ("date", day.isoformat(), day.isoformat())
)
PRODUCTS = st.sampled_from(BOOK.products).map(lambda name: ("product", name, name))
ENTITIES = st.tuples(ORDERS, AMOUNTS, DATES, PRODUCTS)
CARRIERS = st.sampled_from(
    [
        "hello, it is about {}, {}, {} and {} please",
        "{} / {} / {} / {}",
        "Sorry! {}; I mean {}. Then {}, also {}",
        "{}\n{}\n{}\n{}",
    ]
)
JOINTS = st.sampled_from([" and also ", ". Also, ", "; ", ". By the way, ", " and ", "? Plus "])

many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Ask = Callable[[str], Parsed]


@pytest.fixture(scope="session")
def ask(nlu_server: str) -> Ask:
    """Asks the real NLU service."""

    def parse(text: str) -> Parsed:
        """Send one text; half characters travel as JSON escapes."""
        body = json.dumps({"text": text}).encode()
        request = urllib.request.Request(f"{nlu_server}/model/parse", body)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Parsed.model_validate_json(answer.read())

    return parse


def read(ask: Ask, text: str) -> Understood:
    """Ask, in the form the graphs read."""
    return ask(text).understood()


FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters by their class that nobody sees."""


@many
@given(text=MESSAGES)
def test_every_message_gets_an_intent_of_a_known_category(ask: Ask, text: str) -> None:
    """Feature: omnichannel-cx-platform, Property 3: Intent Classification Validity.

    Where no word stands, nothing is meant, and nothing is guessed.
    """
    understood = read(ask, text)
    if understood.intent is None:
        assert not any(letter.isalnum() for letter in text if letter not in FILLERS)
        return
    assert BOOK.intents[understood.intent].category in CATEGORIES
    assert 0 <= understood.confidence <= 1


@many
@given(carrier=CARRIERS, given_entities=ENTITIES)
def test_what_can_be_recognised_is_extracted(
    ask: Ask, carrier: str, given_entities: tuple[tuple[str, str, str], ...]
) -> None:
    """Feature: omnichannel-cx-platform, Property 5: Entity Extraction Presence."""
    text = carrier.format(*(written for _, _, written in given_entities))
    found = read(ask, text).entities
    for name, value, written in given_entities:
        hits = [one for one in found if one.name == name and text[one.start : one.end] in written]
        assert hits, (text, name, found)
        assert 0 <= hits[0].confidence <= 1
        assert hits[0].value == value or (name == "amount" and float(hits[0].value) == float(value))


@many
@given(text=MESSAGES)
def test_every_entity_stands_in_the_message(ask: Ask, text: str) -> None:
    """Feature: omnichannel-cx-platform, Property 5: Entity Extraction Presence."""
    understood = read(ask, text)
    for one in [
        *understood.entities,
        *(entity for clause in understood.clauses for entity in clause.entities),
    ]:
        assert 0 <= one.start < one.end <= len(text)
        assert 0 <= one.confidence <= 1


@many
@given(first=st.sampled_from(PLAIN), second=st.sampled_from(PLAIN), joint=JOINTS)
def test_several_intents_are_ranked_by_relevance(
    ask: Ask, first: tuple[str, str], second: tuple[str, str], joint: str
) -> None:
    """Feature: omnichannel-cx-platform, Property 6: Multi-Intent Ranking."""
    text = first[1].rstrip(".!? ") + joint + second[1]
    understood = read(ask, text)
    relevance = [share for _, share in understood.ranking]
    assert relevance == sorted(relevance, reverse=True)
    assert {clause.intent for clause in understood.clauses} <= {name for name, _ in understood.ranking}
    mentions = [(clause.start, clause.end) for clause in understood.clauses]
    assert mentions == sorted(mentions)
    assert all(0 <= start < end <= len(text) for start, end in mentions)
    assert understood.intent == understood.ranking[0][0]


@many
@given(text=MESSAGES)
def test_the_mood_is_a_score_with_its_label(ask: Ask, text: str) -> None:
    """Feature: omnichannel-cx-platform, Property 7: Sentiment Score Range."""
    sentiment = ask(text).sentiment
    assert -1 <= sentiment.score <= 1
    assert sentiment.label in LABELS


@many
@given(
    sentiment=st.floats(-1, -0.5, exclude_max=True),
    category=st.sampled_from(sorted(CATEGORIES)),
    tier=st.sampled_from(["standard", "gold", "vip"]),
    text=st.text(max_size=60),
    vip=st.booleans(),
)
def test_a_bad_mood_makes_a_message_more_urgent(
    sentiment: float, category: str, tier: str, text: str, vip: bool
) -> None:
    """Feature: omnichannel-cx-platform, Property 8: Negative Sentiment Urgency Boost."""
    bad = urgency(sentiment=sentiment, category=category, tier=tier, text=text, vip=vip)
    plain = urgency(sentiment=0.0, category=category, tier=tier, text=text, vip=vip)
    assert bad.raw > plain.raw
    assert any(factor.name == "sentiment" and factor.contribution > 0 for factor in bad.factors)
