"""Did the conversation come to what it should: words, status, approvals, and the shop's own books?"""

from collections.abc import Iterator

from evals.metrics.check import Check
from evals.suite.accounts import compared
from evals.suite.matching import occurs
from evals.suite.record import Exchange, Record
from evals.suite.schema import OrderLeft
from evals.suite.shop import Order

A_CENT = 0.005


def right_outcome(record: Record) -> Iterator[Check]:
    """Look at every turn's outcome, then at what is left behind."""
    for exchange in record.exchanges:
        yield from _words(record, exchange)
        yield from _standing(exchange)
    if record.broke:
        yield Check(
            passed=False,
            line=record.scenario.line,
            about="the script",
            wanted="played to its end",
            found=record.broke,
        )
    else:
        yield from _books(record)
        yield from _account(record)


def _words(record: Record, exchange: Exchange) -> Iterator[Check]:
    for wanted in exchange.expect.text:
        yield _text(record, exchange, wanted, exchange.told, "told at once")
    for wanted in exchange.expect.later:
        yield _text(record, exchange, wanted, exchange.told_later, "told afterwards")
    if exchange.expect.silent:
        spoken = [reply.text for reply in exchange.replies if reply.sender == "assistant"]
        yield Check(
            passed=not spoken,
            line=exchange.line,
            about="the assistant",
            wanted="silent",
            found="; ".join(spoken) or "silent",
        )


def _text(record: Record, exchange: Exchange, wanted: str | tuple[str, ...], told: str, about: str) -> Check:
    choices = (wanted,) if isinstance(wanted, str) else wanted
    filled = tuple(record.cast.fill(choice) for choice in choices)
    return Check(
        passed=occurs(filled, told),
        line=exchange.line,
        about=about,
        wanted=" or ".join(f"'{choice}'" for choice in filled),
        found=f"'{told}'",
    )


def _standing(exchange: Exchange) -> Iterator[Check]:
    """Compare route, status, approvals, buttons and rail with the script's."""
    expect, why = exchange.expect, exchange.why
    found_pending = "pending" if exchange.approvals_pending else "none"
    offered = sorted({payload.removeprefix("/") for reply in exchange.replies for payload in reply.buttons})
    pairs: list[tuple[str, str | None, str]] = [
        ("status", expect.status, exchange.status),
        ("approval", expect.approval, found_pending),
        ("route", expect.route, (why.route or "none") if why else "none"),
        (
            "buttons",
            ", ".join(sorted(expect.buttons)) if expect.buttons is not None else None,
            ", ".join(offered),
        ),
        (
            "input rail",
            "stopped" if expect.stopped else None,
            "passed" if why and why.passed_input else "stopped",
        ),
    ]
    for about, wanted, found in pairs:
        if wanted is not None:
            yield Check(passed=wanted == found, line=exchange.line, about=about, wanted=wanted, found=found)


def _books(record: Record) -> Iterator[Check]:
    """Ask the shop: what should have changed has, and nothing else."""
    for name, before in record.cast.orders.items():
        after = record.orders_after[name]
        left = record.scenario.script.leaves.get(name)
        yield from _changed(record, left, after) if left else _untouched(record, before, after)


def _account(record: Record) -> Iterator[Check]:
    """Ask the shop about the account: what should have changed has, and nothing else."""
    before, after = record.cast.account, record.account_after
    if before is None or after is None:
        return
    for about, wanted, found in compared(
        before, after, record.scenario.script.leaves_account, record.cast.fill
    ):
        yield Check(
            passed=wanted == found,
            line=record.scenario.line,
            about=f"{about} of the account in the shop",
            wanted=wanted,
            found=found,
        )


def _untouched(record: Record, before: Order, after: Order) -> Iterator[Check]:
    was = (before.status, f"{before.refunded:.2f} back", before.address, *before.followed)
    now = (after.status, f"{after.refunded:.2f} back", after.address, *after.followed)
    yield Check(
        passed=was == now,
        line=record.scenario.line,
        about=f"order {before.id} in the shop",
        wanted=f"as before: {', '.join(was)}",
        found=", ".join(now),
    )


def _changed(record: Record, left: OrderLeft, after: Order) -> Iterator[Check]:
    fill = record.cast.fill
    if left.status is not None:
        yield _book(record, after, "status", left.status, after.status)
    if left.address is not None:
        yield _book(record, after, "address", fill(left.address), after.address)
    begun = ", ".join(sorted(left.followed)) or "nothing"
    yield _book(record, after, "what followed", begun, ", ".join(after.followed) or "nothing")
    if left.refunds is not None:
        wanted = sorted(float(fill(one)) if isinstance(one, str) else one for one in left.refunds)
        found = sorted(after.refunds)
        same = len(wanted) == len(found) and all(
            abs(w - f) < A_CENT for w, f in zip(wanted, found, strict=True)
        )
        yield Check(
            passed=same,
            line=record.scenario.line,
            about=f"refunds of order {after.id}",
            wanted=str(wanted),
            found=str(found),
        )


def _book(record: Record, order: Order, about: str, wanted: str, found: str) -> Check:
    return Check(
        passed=wanted == found,
        line=record.scenario.line,
        about=f"{about} of order {order.id}",
        wanted=wanted,
        found=found,
    )
