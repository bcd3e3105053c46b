"""Was every message understood as it was meant?"""

from collections.abc import Iterator

from evals.metrics.check import Check
from evals.suite.record import Record


def right_intent(record: Record) -> Iterator[Check]:
    """Compare the intent of each turn with the script's; one of several may be named."""
    for exchange in record.exchanges:
        wanted = exchange.expect.intent
        if wanted is None or exchange.why is None:
            continue
        choices = (wanted,) if isinstance(wanted, str) else wanted
        confidence = exchange.why.confidence
        found = f"{exchange.why.intent or 'none'}" + (
            f" ({confidence:.2f})" if confidence is not None else ""
        )
        yield Check(
            passed=(exchange.why.intent or "none") in choices,
            line=exchange.line,
            about=f"intent of '{exchange.said}'",
            wanted=" or ".join(choices),
            found=found,
        )
