"""Was every message answered once, by one voice?"""

from collections.abc import Iterator

from evals.metrics.check import Check
from evals.suite.record import Exchange, Record

A_PERSON_OWNS = frozenset({"escalating", "assigned", "human_handling", "waiting"})


def one_voice(record: Record) -> Iterator[Check]:
    """Each message gets words from exactly one turn; while a person owns the conversation, none."""
    before = "active"
    for exchange in record.exchanges:
        if exchange.who == "customer":
            yield _check(exchange, before)
        before = exchange.status


def _check(exchange: Exchange, before: str) -> Check:
    if before in A_PERSON_OWNS:
        wanted = "no word of the assistant"
        spoken = [reply.text for reply in exchange.replies if reply.sender == "assistant"]
        return _found(exchange, wanted, not spoken, "; ".join(spoken) or wanted)
    texts = [reply.text for reply in exchange.replies]
    repeated = len(texts) != len(set(texts))
    found = "nothing" if not texts else "the same twice" if repeated else f"{len(texts)} texts"
    return _found(exchange, "an answer, nothing twice", bool(texts) and not repeated, found)


def _found(exchange: Exchange, wanted: str, passed: bool, found: str) -> Check:
    about = f"answer to '{exchange.said}'"
    return Check(passed=passed, line=exchange.line, about=about, wanted=wanted, found=found)
