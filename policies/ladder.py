"""The escalation ladder: who answers a message, and why. Pure; the numbers come from the book.

Rows carry the numbers of `thresholds.yaml`. They are asked in their order, with one exception: rows 8, 9 and
the upper half of 10 do not depend on what the message means, so they are asked before row 5, whose
question to the customer would otherwise hide them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policies.model import Routing, Thresholds

RouteKind = Literal["automate", "confirm_first", "clarify", "person", "read_only"]
Priority = Literal["urgent", "high", "normal"]
ROWS = range(1, 14)
"""The numbers of the rows; 13 is asked when an answer is known, the others before."""


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Everything the ladder looks at. What was not measured keeps its harmless default."""

    asked_for_person: bool = False
    safety_word: bool = False
    sentiment: float = 0.0
    previous_sentiment: float | None = None
    aside: bool = False
    """Small talk, or a person declined: a cool tone there says nothing about the matter."""
    risk: float = 0.0
    risk_rising: bool = False
    frustration: float = 0.0
    intent: str | None = None
    confidence: float = 1.0
    low_confidence_streak: int = 0
    """Messages directly before this one that were not understood."""
    complex_intent: bool = False
    """Set also by the book, for the intents it calls complex."""
    tier: str | None = None
    tier_is_vip: bool = False
    """Set also by the book, for the tiers it calls VIP."""
    attempts_without_resolution: int = 0
    escalation: float = 0.0
    resolution: float = 1.0
    troubleshooting_attempts: int = 0
    urgency: float = 1.0
    out_of_scope: float = 0.0
    """How far the message lies from everything the book knows; 1 is farthest."""
    turns: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the ladder that applies to a message, and why."""

    rule: int
    kind: RouteKind
    reason: str


@dataclass(frozen=True, kw_only=True)
class Flag:
    """What agents and supervisors should see, or the assistant should heed, whatever was decided."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Route:
    """What happens with the message, by which row, and what else agents should see."""

    kind: RouteKind
    rule: int
    reasons: tuple[str, ...]
    priority: Priority
    flags: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    """Every row that applies, in the order in which they are asked; the first one decided."""
    notes: tuple[Flag, ...] = ()
    """The flags with their reasons."""


def route(signals: Signals, thresholds: Thresholds, routing: Routing) -> Route:
    """Let the first row that applies decide; flags are collected from all of them."""
    vip = signals.tier_is_vip or signals.tier in routing.vip_tiers
    unsure = (
        signals.confidence < thresholds.confidence_clarify or signals.out_of_scope > thresholds.out_of_scope
    )
    rows = tuple(_rows(signals, thresholds, routing, vip=vip, unsure=unsure))
    notes = tuple(_flags(signals, thresholds, vip=vip, unsure=unsure))
    return Route(
        kind=rows[0].kind,
        rule=rows[0].rule,
        reasons=(rows[0].reason,),
        priority=_priority(signals, thresholds, rows[0], vip=vip),
        flags=tuple([note.name for note in notes]),
        rows=rows,
        notes=notes,
    )


def unsure_answer(confidence: float, thresholds: Thresholds) -> Row | None:
    """Row 13: an answer that is not sure enough goes to a person instead of being guessed.

    No other answer is ever less sure: what a model words anew is checked whole against the reply it
    stands for, and dropped for it where it differs.
    """
    needed = thresholds.knowledge_confidence
    if confidence >= needed:
        return None
    return _person(13, f"the best answer was found with {confidence:.2f}, {needed:.2f} is needed")


def _rows(
    signals: Signals, thresholds: Thresholds, routing: Routing, *, vip: bool, unsure: bool
) -> Iterator[Row]:
    """Yield the rows that apply, in the order in which they are asked; the last always does."""
    yield from _whatever_is_meant(signals, thresholds)
    if unsure:
        yield _not_understood(signals, thresholds)
    if signals.complex_intent or signals.intent in routing.complex_intents:
        yield _person(6, "this kind of request always goes to a person")
    if vip and signals.confidence < thresholds.vip_confidence:
        yield _person(7, f"VIP, and understood with {signals.confidence:.2f} only")
    if signals.urgency >= thresholds.urgency_read_only:
        yield Row(kind="read_only", rule=10, reason=f"urgency {signals.urgency:g}: nothing is changed")
    if signals.confidence < thresholds.confidence_automate:
        reason = f"understood with {signals.confidence:.2f}: effects are confirmed first"
        yield Row(kind="confirm_first", rule=11, reason=reason)
    yield Row(kind="automate", rule=12, reason=f"understood with {signals.confidence:.2f}")


def _whatever_is_meant(signals: Signals, thresholds: Thresholds) -> Iterator[Row]:
    """Rows that bring a person whatever the message means."""
    if signals.asked_for_person:
        yield _person(1, "the customer asked for a person")
    if signals.safety_word:
        yield _person(2, "a safety word")
    if signals.sentiment < thresholds.sentiment_person:
        yield _person(3, f"sentiment {signals.sentiment:.2f}")
    if signals.risk > thresholds.risk_person:
        yield _person(3, f"escalation risk {signals.risk:.2f}")
    fell = _dropped(signals, thresholds) and not signals.aside
    if fell and signals.sentiment < thresholds.drop_person_below:
        yield _person(4, f"sentiment fell to {signals.sentiment:.2f}")
    if signals.attempts_without_resolution >= thresholds.attempts_limit:
        yield _person(8, f"{signals.attempts_without_resolution} answers did not help")
    if signals.escalation > thresholds.escalation_person and signals.resolution < thresholds.resolution_below:
        yield _person(9, f"escalation {signals.escalation:.2f}, resolution {signals.resolution:.2f}")
    if signals.urgency > thresholds.urgency_person:
        yield _person(10, f"urgency {signals.urgency:g}")


def _not_understood(signals: Signals, thresholds: Thresholds) -> Row:
    """Ask what is meant, up to the limit in a row; then bring a person."""
    far = signals.out_of_scope > thresholds.out_of_scope
    reason = "out of scope" if far else f"understood with {signals.confidence:.2f} only"
    if signals.low_confidence_streak >= thresholds.clarify_limit:
        return _person(5, f"{reason}, {signals.low_confidence_streak + 1} times in a row")
    return Row(kind="clarify", rule=5, reason=reason)


def _person(rule: int, reason: str) -> Row:
    """A row that brings a person."""
    return Row(kind="person", rule=rule, reason=reason)


def _dropped(signals: Signals, thresholds: Thresholds) -> bool:
    """Tell whether the mood fell sharply since the message before."""
    before = signals.previous_sentiment
    return before is not None and before - signals.sentiment > thresholds.drop_flagged


def _flags(signals: Signals, thresholds: Thresholds, *, vip: bool, unsure: bool) -> Iterator[Flag]:
    """Name what agents and supervisors should see, and what the assistant heeds, whatever was decided."""
    dropped = _dropped(signals, thresholds)
    if dropped:
        fell = f"sentiment fell from {signals.previous_sentiment:.2f} to {signals.sentiment:.2f}"
        yield Flag(name="sentiment_drop", reason=fell)
    if unsure:
        yield Flag(name="low_confidence", reason=f"understood with {signals.confidence:.2f} only")
    if signals.out_of_scope > thresholds.out_of_scope:
        yield Flag(name="out_of_scope", reason=f"out of scope by {signals.out_of_scope:.2f}")
    if vip and (bad := _bad_sign(signals, thresholds, dropped=dropped)):
        yield Flag(name="supervisor", reason=f"VIP, and {bad}")
    yield from _proactive(signals, thresholds)


def _proactive(signals: Signals, thresholds: Thresholds) -> Iterator[Flag]:
    """Name what the assistant does of itself while it goes on answering."""
    if signals.troubleshooting_attempts > thresholds.troubleshooting_limit:
        reason = f"{signals.troubleshooting_attempts} attempts changed nothing"
        yield Flag(name="person_suggested", reason=reason)
    if signals.risk > thresholds.check_in_risk and signals.risk_rising:
        yield Flag(name="check_in", reason=f"escalation risk {signals.risk:.2f}, and declining")
    if (
        signals.frustration > thresholds.frustration_other_approach
        and signals.turns > thresholds.frustration_turns
    ):
        reason = f"frustration {signals.frustration:.2f} after {signals.turns} messages"
        yield Flag(name="other_approach", reason=reason)


def _bad_sign(signals: Signals, thresholds: Thresholds, *, dropped: bool) -> str:
    """Name the first sign that something goes wrong; empty when there is none."""
    if signals.sentiment < 0 or dropped:
        return f"sentiment {signals.sentiment:.2f}"
    if signals.frustration > thresholds.frustration_other_approach:
        return f"frustration {signals.frustration:.2f}"
    if signals.risk > thresholds.check_in_risk:
        return f"escalation risk {signals.risk:.2f}"
    tried = signals.attempts_without_resolution
    return f"{tried} answers that did not help" if tried else ""


def _priority(signals: Signals, thresholds: Thresholds, verdict: Row, *, vip: bool) -> Priority:
    """Rank the wait for a person: danger and great urgency first, then anger and VIPs."""
    if signals.safety_word or signals.urgency > thresholds.urgency_person:
        return "urgent"
    if vip or verdict.rule in (3, 4) or signals.urgency >= thresholds.urgency_read_only:
        return "high"
    return "normal"
