"""Around a language model: details hidden and put back, prices, and when it is left alone."""

import pytest

from app.models.openai import same_model
from app.models.pauses import LONGEST_PAUSE_S, UNTOLD_PAUSE_S, Pauses
from app.models.prices import Price, tokens_of
from app.settings import SettingsInvalid, load_settings
from graphs.planner.llm_answer import stands_in
from graphs.planner.llm_veil import Veil
from graphs.ports import Entity


def test_hidden_details_come_back_as_they_were() -> None:
    text = "Marta Lindqvist (marta@x.example) asks about order #1042 and 1077, call 070-123 45 67"
    veil = Veil()
    veil.learn(text, names=["Marta Lindqvist"])
    hidden = veil.hide(text)
    assert not any(secret in hidden for secret in ("Marta", "marta@x", "1042", "1077", "123 45"))
    assert veil.show(hidden) == text


def test_the_same_detail_has_the_same_token_everywhere() -> None:
    veil = Veil()
    veil.learn(
        "order 1042, I said 1042", [Entity(name="order_number", value="1042", start=6, end=10, confidence=1)]
    )
    assert veil.hide("1042 or 1042") == "ORDER_1 or ORDER_1"
    assert veil.hide("21042") == "21042"
    assert veil.show("ORDER_7") == "ORDER_7"


@pytest.mark.parametrize(
    ("value", "message", "stands"),
    [
        ("1042", "it is 1042.", True),
        ("42", "it is 1042.", False),
        ("5,000", "refund 5,000 now", True),
        ("5000", "refund 1042", False),
        ("Main Street 1", "to main street 1, please", True),
        ("", "anything", False),
    ],
)
def test_a_value_stands_in_a_message_as_whole_words(value: str, message: str, stands: bool) -> None:
    assert stands_in(value, message) is stands


@pytest.mark.parametrize(
    ("asked", "told", "same"),
    [
        ("large-1", "large-1", True),
        ("large-1", "large-1-2026-08-06", True),
        ("org/large-1", "large-1", True),
        ("large", "large:latest", True),
        ("large-1", "large-1-mini", False),
        ("large-1", "small-1", False),
    ],
)
def test_a_dated_version_of_a_model_is_that_model(asked: str, told: str, same: bool) -> None:
    assert same_model(asked, told) is same


def test_a_model_waits_as_long_as_its_server_says() -> None:
    pauses = Pauses()
    pauses.limited("large-1", "20", now=100.0)
    assert pauses.closed("large-1", 119.0) == "rate_limited"
    assert pauses.closed("small-1", 119.0) is None
    assert pauses.closed("large-1", 120.0) is None
    pauses.limited("large-1", "Wed, 21 Oct 2026 07:28:00 GMT", now=200.0)
    assert pauses.closed("large-1", 200.0 + UNTOLD_PAUSE_S) is None
    pauses.limited("large-1", "86400", now=300.0)
    assert pauses.closed("large-1", 300.0 + LONGEST_PAUSE_S) is None


def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    pauses = Pauses()
    for _ in range(5):
        pauses.ended("large-1", "late", 100.0)
    assert pauses.closed("large-1", 129.0) == "paused"
    assert pauses.closed("large-1", 131.0) is None
    pauses.ended("large-1", "answered", 131.0)
    assert pauses.closed("large-1", 131.0) is None


def test_a_price_is_for_a_million_tokens() -> None:
    assert Price(read=2.5, written=10.0).of(1_000_000, 100_000) == pytest.approx(3.5)
    assert tokens_of("four words are here") == 7


def test_a_budget_without_a_price_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"llm_url": "http://127.0.0.1:1/v1", "llm_model": "large-1", "llm_daily_usd": 5}
    with pytest.raises(SettingsInvalid, match=r'FRONTDESK_LLM_PRICES: no price for large-1.*"large-1": \['):
        load_settings(**given)
    assert load_settings(**given, llm_prices={"large-1": (1, 2)}).llm_daily_usd == 5
