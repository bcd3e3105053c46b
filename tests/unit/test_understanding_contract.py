"""The answers of the NLU service in the form the graphs read."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from app.settings import ROOT
from app.understanding.contract import Parsed

RECORDED = ROOT / "nlu" / "contract" / "examples"


def recorded(name: str, **changed: Any) -> Parsed:
    """Read a recorded answer, with some fields changed."""
    answer = orjson.loads((RECORDED / f"parse.response.{name}.json").read_bytes())
    return Parsed.model_validate(answer | changed)


def clause(intent: str, confidence: float, start: int, end: int) -> dict[str, Any]:
    """Write a clause as the contract has it."""
    named = {"name": intent, "confidence": confidence}
    return {"start": start, "end": end, "intent": named, "intent_ranking": [named], "entities": []}


def test_one_wish_has_the_ranking_of_the_whole_text() -> None:
    understood = recorded("refund").understood()
    assert (understood.intent, understood.clauses) == ("refund_request", ())
    assert understood.ranking[0] == ("refund_request", understood.confidence)
    assert [one.name for one in understood.entities] == ["amount", "order_number"]
    assert understood.vector is not None
    assert len(understood.vector) == 384


def test_the_first_of_two_equally_sure_wishes_comes_first() -> None:
    clauses = [clause("order_cancel", 0.89, 0, 10), clause("account_edit", 0.9, 15, 30)]
    understood = recorded("refund", clauses=clauses).understood()
    assert (understood.intent, understood.confidence) == ("order_cancel", 0.89)
    assert [name for name, _ in understood.ranking[:2]] == ["order_cancel", "account_edit"]
    assert [one.intent for one in understood.clauses] == ["order_cancel", "account_edit"]


def test_a_far_surer_second_wish_comes_first_and_mention_order_is_kept() -> None:
    clauses = [clause("order_cancel", 0.6, 0, 10), clause("account_edit", 0.9, 15, 30)]
    understood = recorded("refund", clauses=clauses).understood()
    assert understood.intent == "account_edit"
    assert [one.intent for one in understood.clauses] == ["order_cancel", "account_edit"]


def test_what_the_whole_looked_like_ranks_behind_its_parts() -> None:
    clauses = [clause("order_cancel", 0.9, 0, 10), clause("account_edit", 0.8, 15, 30)]
    understood = recorded("refund", clauses=clauses, out_of_scope=0.9).understood()
    shares = [share for _, share in understood.ranking]
    assert shares == sorted(shares, reverse=True)
    assert understood.ranking[2][0] == "refund_request"
    assert understood.out_of_scope == 0


def test_each_wish_has_a_vector_of_its_own_where_one_was_asked_for() -> None:
    first, second = recorded("pair").understood().clauses
    assert first.vector is not None
    assert second.vector is not None
    assert len(first.vector) == len(second.vector) == 384
    assert first.vector != second.vector
    bare = recorded(
        "refund", clauses=[clause("order_cancel", 0.9, 0, 10), clause("account_edit", 0.8, 15, 30)]
    )
    assert [one.vector for one in bare.understood().clauses] == [None, None]


@pytest.mark.parametrize("spoilt", ["AAAA", "AH4A" * 256])
def test_a_wish_with_a_spoilt_vector_is_refused(spoilt: str) -> None:
    clauses = [clause("order_cancel", 0.9, 0, 10) | {"embedding": spoilt}]
    with pytest.raises(ValueError, match="vector"):
        recorded("refund", clauses=clauses).understood()


def test_a_mood_without_a_label_is_refused() -> None:
    with pytest.raises(ValidationError):
        recorded("track", sentiment={"score": 0.1})


def test_how_sure_a_mood_is_comes_along() -> None:
    mood = {"score": -0.6, "label": "negative", "confidence": 0.7}
    assert recorded("track", sentiment=mood).understood().sentiment_confidence == 0.7


def test_a_mood_cannot_be_surer_than_sure() -> None:
    with pytest.raises(ValidationError):
        recorded("track", sentiment={"score": -0.6, "label": "negative", "confidence": 1.2})
