"""Answers kept for a while, apart for every caller."""

from dataclasses import replace

from tools.read_cache import ReadCache, cache_key
from tools.spec import Caller

MARTA = Caller(tenant_id="t", conversation_id="c", customer_id="C-1001", verified=True)
OTHER = replace(MARTA, customer_id="C-1002")


def test_an_answer_is_given_again_until_its_time_is_over() -> None:
    cache, key = ReadCache(), cache_key(MARTA, "find_order", {"order_id": "1042"})
    cache.put(key, {"status": "shipped"}, until=10)

    assert cache.get(key, now=9.9) == {"status": "shipped"}
    assert cache.get(key, now=10) is None


def test_nobody_gets_an_answer_meant_for_somebody_else() -> None:
    cache, args = ReadCache(), {"order_id": "1042"}
    cache.put(cache_key(MARTA, "find_order", args), {"status": "shipped"}, until=10)

    others = [OTHER, replace(MARTA, tenant_id="u"), replace(MARTA, verified=False)]

    assert [cache.get(cache_key(other, "find_order", args), now=0) for other in others] == [None] * 3
    assert cache.get(cache_key(MARTA, "refund_status", args), now=0) is None


def test_the_sequence_of_arguments_does_not_matter_and_the_conversation_neither() -> None:
    elsewhere = replace(MARTA, conversation_id="d")

    assert cache_key(MARTA, "x", {"a": 1, "b": 2}) == cache_key(elsewhere, "x", {"b": 2, "a": 1})


def test_what_changed_is_forgotten_for_its_customer_only() -> None:
    cache, key, other = ReadCache(), cache_key(MARTA, "x", {}), cache_key(OTHER, "x", {})
    cache.put(key, {}, until=10)
    cache.put(other, {}, until=10)

    cache.forget("t", "C-1001")

    assert cache.get(key, now=0) is None
    assert cache.get(other, now=0) == {}


def test_what_was_not_used_for_longest_makes_room() -> None:
    cache = ReadCache(size=2)
    first, second, third = (cache_key(MARTA, "x", {"n": n}) for n in range(3))
    cache.put(first, {}, until=10)
    cache.put(second, {}, until=10)
    cache.get(first, now=0)

    cache.put(third, {}, until=10)

    assert [cache.get(key, now=0) for key in (first, second, third)] == [{}, None, {}]
