"""The table of what else brings a person, beside the ladder: keywords, moods, doubts, intents. Pure.

A book has such a table, and a company may add rows of its own, change the book's or switch them off. Rows
are asked in the ladder's order: words first, then mood, then doubt, then what the message is about.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policies.handoff_rows import HandoffTrigger, TriggerType
from policies.ladder import Priority, Route, Row
from policies.normalise import clauses, normalise
from policies.phrases import PhraseInvalid, Phrases, compile_phrases

TriggerPriority = Literal["low", "medium", "high", "urgent"]
PRIORITIES: dict[TriggerPriority, Priority] = {
    "low": "normal",
    "medium": "normal",
    "high": "high",
    "urgent": "urgent",
}
RULES: dict[TriggerType, int] = {"keyword": 1, "sentiment": 3, "confidence": 5, "intent": 6}
"""The row of the ladder whose reason each type gives."""
_PLACES: dict[TriggerType, int] = {"keyword": 2, "sentiment": 4, "confidence": 10, "intent": 12}
_LADDER = {1: 1, 2: 1, 3: 3, 4: 5, 8: 6, 9: 7, 5: 11, 6: 11, 7: 13}
"""Where a row that calls a person stands in the order; all others come last."""
_LAST = 20
_RANKS: tuple[Priority, ...] = ("normal", "high", "urgent")
_DENIES = re.compile(
    r"\b(?:not|never|without|neither|nor|nobody)\b"
    r"|\bno (?:need|longer|reason|wish|intention|point|more)\b|\bno $"
)
"""Words before a keyword, in its clause, that take it back: "I do not need a manager"."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the table looks at in one message."""

    text: str
    """Empty for a button: nobody chose its words."""
    sentiment: float = 0.0
    intent: str | None = None
    confidence: float = 1.0
    measured: bool = True
    """False: understanding did not read the message, so mood and doubt say nothing."""


@dataclass(frozen=True, kw_only=True)
class Called:
    """A row that applies, and why."""

    trigger_id: str
    type: TriggerType
    priority: Priority
    reason: str


class TriggerTable:
    """Rows compiled once; looking at a message costs next to nothing where no keyword is near."""

    def __init__(self, rows: Iterable[HandoffTrigger] = ()) -> None:
        on = [row for row in rows if row.enabled]
        self.rows = tuple(sorted(on, key=lambda row: (_PLACES[row.type], -_RANKS.index(_priority(row)))))
        self._phrases = {row.trigger_id: _compiled(row) for row in self.rows if row.type == "keyword"}
        needs = [phrases.needs for phrases in self._phrases.values()]
        self._needs = frozenset().union(*needs) if all(needs) else None

    def called(self, said: Said) -> tuple[Called, ...]:
        """Return every row that applies, in the order in which they are asked."""
        if not self.rows:
            return ()
        parts = self._parts(said.text)
        return tuple(
            Called(trigger_id=row.trigger_id, type=row.type, priority=_priority(row), reason=reason)
            for row in self.rows
            if (reason := self._reason(row, said, parts))
        )

    def _parts(self, text: str) -> tuple[str, ...]:
        """Return the clauses in which a keyword may stand; none where no message could hold one."""
        if not self._phrases or not text:
            return ()
        if self._needs is not None and self._needs.isdisjoint(normalise(text).split()):
            return ()
        return tuple(clauses(text))

    def _reason(self, row: HandoffTrigger, said: Said, parts: Sequence[str]) -> str:
        """Say why a row applies; empty when it does not."""
        limit = row.threshold or 0.0
        if row.type == "keyword":
            held = any(_holds(self._phrases[row.trigger_id], part) for part in parts)
            return f"trigger {row.trigger_id}: the words “{row.value}”" if held else ""
        if row.type == "intent":
            meant = said.intent == row.value and said.confidence >= limit
            return f"trigger {row.trigger_id}: the intent {row.value}" if meant else ""
        measured = said.sentiment if row.type == "sentiment" else said.confidence
        if not said.measured or measured >= limit:
            return ""
        return f"trigger {row.trigger_id}: {row.type} {measured:.2f} below {limit:.2f}"


def _compiled(row: HandoffTrigger) -> Phrases:
    """Compile a keyword; one that cannot be read finds nothing, as the book's check has said."""
    try:
        return compile_phrases([row.value])
    except PhraseInvalid:
        return compile_phrases([])


def _holds(phrases: Phrases, clause: str) -> bool:
    """Say whether a clause holds a keyword that nothing before it takes back."""
    found = phrases.search.search(f"{clause} ") if phrases.search else None
    return found is not None and _DENIES.search(clause[: found.start()]) is None


def _priority(row: HandoffTrigger) -> Priority:
    return PRIORITIES[row.priority]


def with_triggers(decided: Route, called: Sequence[Called]) -> Route:
    """Put the rows that apply among the ladder's own; the first of all decides, the most urgent ranks."""
    if not called:
        return decided
    own = [(_PLACES[one.type], Row(kind="person", rule=RULES[one.type], reason=one.reason)) for one in called]
    placed = [(_place(row), row) for row in decided.rows]
    rows = tuple(row for _, row in sorted([*placed, *own], key=lambda pair: pair[0]))
    ranks = [decided.priority, *(one.priority for one in called)]
    return replace(
        decided,
        kind=rows[0].kind,
        rule=rows[0].rule,
        reasons=(rows[0].reason,),
        rows=rows,
        priority=max(ranks, key=_RANKS.index),
    )


def _place(row: Row) -> int:
    """Say where a row of the ladder stands beside those of the table."""
    if row.kind == "person" and row.rule == 10:
        return 8
    return _LADDER.get(row.rule, _LAST)


def merged(book: Iterable[HandoffTrigger], own: Iterable[HandoffTrigger]) -> Iterator[HandoffTrigger]:
    """Yield the rows in force: the company's own, and those of the book that it does not replace."""
    rows = {row.trigger_id: row for row in book}
    rows |= {row.trigger_id: row for row in own}
    yield from rows.values()
