"""Explores every conversation that the flows allow, with values that stand for all others. Pure.

A spot is where a conversation stands; spots that differ in nothing that matters later are one. The walk is
breadth first, so the first conversation that shows a fault is a shortest one.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from policies.expressions import ExpressionFailed
from policies.flow_model import (
    Act,
    Again,
    Branch,
    Call,
    Collect,
    HandOver,
    Jump,
    Link,
    Read,
    ReadAll,
    Say,
    SetSlots,
    Step,
)
from policies.model import Book
from policies.reach import Future, chosen_by, needed_slots, roots
from policies.samples import Given, Samples, names, opaque
from policies.values import Expression

MOST_SPOTS = 12_000
"""From here on conditions of a flow are no longer decided by values: they may go either way."""
Kind = Literal["silence", "nothing_found", "unknown", "unfilled", "fails"]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a conversation stands, as far as it matters for what may follow."""

    flow: str
    at: int
    callers: tuple[tuple[str, int], ...] = ()
    given: Given = frozenset()
    filled: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()
    owed: bool = True
    """The customer has written and heard nothing since."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a conversation; `what` names a template, a slot or an intent, or is a note."""

    who: Literal["says", "wants", "answers", "yes", "no", "note"]
    what: str
    flow: str = ""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A spot, and how the conversation came there."""

    spot: Spot
    before: "Visit | None"
    lines: tuple[Line, ...]

    @property
    def conversation(self) -> tuple[Line, ...]:
        """All lines from the beginning."""
        lines: list[Line] = []
        visit: Visit | None = self
        while visit is not None:
            lines[:0] = visit.lines
            visit = visit.before
        return tuple(lines)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that a conversation should not come to."""

    kind: Kind
    visit: Visit
    what: str = ""


@dataclass(kw_only=True)
class Exploration:
    """What was found in all conversations of a book."""

    reached: dict[tuple[str, int], Visit] = field(default_factory=dict)
    faults: dict[tuple[Kind, str, int, str], Fault] = field(default_factory=dict)
    seen: dict[bool, set[Spot]] = field(default_factory=lambda: {True: set(), False: set()})
    """Spots come to, with conditions decided by values and without."""


def explore(book: Book, samples: Samples) -> Exploration:
    """Follow every flow from each of its intents."""
    found = Exploration()
    futures = Future(book)
    for flow in book.flows.values():
        for intent in (*flow.intents, *flow.when_named) or chosen_by(book, flow.name):
            _from(book, samples, futures, found, flow.name, intent)
    return found


def _from(book: Book, samples: Samples, futures: Future, found: Exploration, flow: str, intent: str) -> None:
    """Follow one flow from one intent; too many spots, and its conditions are no longer decided."""
    for decided in (True, False):
        seen = found.seen[decided]
        walk = _Walk(book=book, samples=samples, futures=futures, found=found, decided=decided, seen=seen)
        if walk.run(flow, intent):
            return


@dataclass(kw_only=True)
class _Walk:
    """One breadth-first walk."""

    book: Book
    samples: Samples
    futures: Future
    found: Exploration
    decided: bool
    seen: set[Spot]
    """Spots that this walk or an earlier one from elsewhere has come to."""
    waiting: deque[Visit] = field(default_factory=deque)
    came: int = 0

    def run(self, flow: str, intent: str) -> bool:
        """Walk from an intent; False when there was too much to see."""
        begin = Spot(flow=flow, at=0, given=frozenset({("conversation.intent", intent)}))
        self.go(None, begin, Line(who="wants", what=intent))
        while self.waiting:
            if self.decided and self.came > MOST_SPOTS:
                return False
            visit = self.waiting.popleft()
            spot = visit.spot
            steps = self.book.flows[spot.flow].steps
            if spot.at >= len(steps):
                self.end(visit)
                continue
            self.found.reached.setdefault((spot.flow, spot.at), visit)
            self.take(visit, steps[spot.at])
        return True

    def go(self, before: Visit | None, spot: Spot, *lines: Line) -> None:
        """Come to a spot, unless the walk was there before."""
        wanted = self.futures.after(spot.flow, spot.at, spot.callers)
        spot = replace(spot, given=frozenset(one for one in spot.given if one[0] in wanted))
        if spot not in self.seen:
            self.seen.add(spot)
            self.came += 1
            self.waiting.append(Visit(spot=spot, before=before, lines=lines))

    def fault(self, kind: Kind, visit: Visit, what: str = "", *lines: Line) -> None:
        """Keep the first conversation that shows a fault."""
        shown = replace(visit, lines=(*visit.lines, *lines))
        key = (kind, visit.spot.flow, visit.spot.at, what)
        self.found.faults.setdefault(key, Fault(kind=kind, visit=shown, what=what))

    def end(self, visit: Visit) -> None:
        """End a flow: go back to who called it, or be done, and then somebody must have spoken."""
        spot = visit.spot
        if spot.callers:
            *rest, (flow, at) = spot.callers
            self.go(visit, replace(spot, flow=flow, at=at, callers=tuple(rest)))
        elif spot.owed:
            self.fault("silence", visit)

    def take(self, visit: Visit, step: Step) -> None:
        """Follow one step to wherever it may lead."""
        match step:
            case Collect():
                self.collect(visit, step)
            case Read():
                self.read(visit, (step,))
            case ReadAll(reads=reads):
                self.read(visit, reads)
            case Branch(condition=condition, otherwise=otherwise):
                self.branch(visit, condition, otherwise)
            case Again():
                self.again(visit, step)
            case Act():
                self.act(visit, step)
            case _:
                self.move(visit, step)

    def move(self, visit: Visit, step: Step) -> None:
        """Follow a step that leads one way only."""
        spot = visit.spot
        match step:
            case Say(template=template):
                self.sayable(visit, template)
                self.go(visit, replace(spot, at=spot.at + 1, owed=False), Line(who="says", what=template))
            case Jump(target=target):
                self.go(visit, replace(spot, at=target))
            case SetSlots(values=values):
                self.go(visit, self.with_slots(visit, values, replace(spot, at=spot.at + 1)))
            case Call(flow=flow) | Link(flow=flow) if flow not in self.book.flows:
                return
            case Call(flow=flow, values=values):
                callers = (*spot.callers, (spot.flow, spot.at + 1))
                inside = replace(spot, flow=flow, at=0, callers=callers)
                self.go(visit, self.with_slots(visit, values, inside))
            case Link(flow=flow):
                self.go(visit, replace(spot, flow=flow, at=0))
            case HandOver():
                return

    def collect(self, visit: Visit, step: Collect) -> None:
        """Ask, unless the slot is surely filled; an optional one may stay empty."""
        spot, name = visit.spot, step.slot
        behind = replace(spot, at=spot.at + 1)
        slot = self.book.flows[spot.flow].slots.get(name)
        decided = dict(spot.given).get(f"slots.{name}")
        if slot is None or name in spot.filled or decided is not None:
            self.go(visit, behind)
            return
        question = step.ask or slot.ask
        if slot.options is not None:
            self.unknown(visit, _roots(slot.options))
        self.sayable(visit, question)
        asks = Line(who="says", what=question)
        given = frozenset(one for one in spot.given if one[0] != f"slots.{name}")
        answered = replace(behind, given=given, filled=spot.filled | {name}, owed=True)
        self.go(visit, answered, asks, Line(who="answers", what=name, flow=spot.flow))
        if slot.optional:
            empty = replace(behind, given=given | {(f"slots.{name}", None)}, owed=True)
            self.go(visit, empty, asks, Line(who="no", what=""))

    def read(self, visit: Visit, reads: tuple[Read, ...]) -> None:
        """Find what is read, or nothing."""
        spot = visit.spot
        for read in reads:
            for value in read.args.values():
                self.unknown(visit, _roots(value))
            if read.missing is None:
                note = Line(who="note", what=f"{read.tool} finds nothing")
                self.fault("nothing_found", visit, read.save, note)
        saves = frozenset(read.save for read in reads)
        given = frozenset(one for one in spot.given if one[0].partition(".")[0] not in saves)
        found = ", ".join(f"{read.tool} finds {read.save}" for read in reads)
        behind = replace(spot, at=spot.at + 1, given=given, saved=spot.saved | saves)
        self.go(visit, behind, Line(who="note", what=found))

    def branch(self, visit: Visit, condition: Expression, otherwise: int) -> None:
        """Go the way of each value that the condition can have."""
        spot = visit.spot
        for given, held in self.outcomes(visit, condition):
            note = Line(who="note", what=f"`{condition.source}` {'holds' if held else 'does not hold'}")
            at = spot.at + 1 if held else otherwise
            self.go(visit, replace(spot, at=at, given=given), note)

    def again(self, visit: Visit, step: Again) -> None:
        """Go round once more, or on."""
        spot = visit.spot
        on = replace(spot, at=spot.at + 1)
        forgotten = {f"slots.{name}" for name in step.forget}
        given = frozenset(one for one in spot.given if one[0] not in forgotten)
        back = replace(
            spot,
            at=step.target,
            given=given | {(name, None) for name in forgotten},
            filled=spot.filled - {*step.forget},
        )
        if step.until is None:
            self.go(visit, on)
            self.go(visit, back)
            return
        for decided, held in self.outcomes(visit, step.until):
            self.go(visit, replace(on, given=decided))
            if not held:
                self.go(visit, back)

    def act(self, visit: Visit, step: Act) -> None:
        """Propose: the customer says yes or no, and the flow ends or goes on."""
        spot, action = visit.spot, self.book.actions.get(step.action)
        if action is None:
            return
        for value in step.args.values():
            self.unknown(visit, _roots(value))
        self.unknown(visit, {*action.needs} | roots(self.book, action.ask))
        asks = Line(who="says", what=action.ask)
        if step.agreed is not None:
            yes = (asks, Line(who="yes", what=""), Line(who="says", what=action.started))
            self.go(visit, replace(spot, at=step.agreed, owed=False), *yes)
        if step.declined is not None:
            self.go(visit, replace(spot, at=step.declined, owed=False), asks, Line(who="no", what=""))

    def outcomes(self, visit: Visit, condition: Expression) -> Iterator[tuple[Given, bool]]:
        """Yield what a condition can come to here; one that has no value is a fault."""
        spot = visit.spot
        missing = self.unknown(visit, _roots(condition))
        if missing or not self.decided or opaque(condition):
            yield from ((spot.given, True), (spot.given, False))
            return
        for given, value in self.samples.outcomes(condition, spot.given, self.absent(spot)):
            if isinstance(value, ExpressionFailed):
                empty = ", ".join(name for name in names(condition) if dict(given)[name] is None)
                self.fault("fails", visit, condition.source, Line(who="note", what=f"{empty} is empty"))
                continue
            yield given, value is True

    def absent(self, spot: Spot) -> frozenset[str]:
        """Name the slots that may be empty here."""
        slots = self.book.flows[spot.flow].slots
        return frozenset(f"slots.{name}" for name in slots if name not in spot.filled)

    def sayable(self, visit: Visit, template: str) -> None:
        """Note what a reply needs and may not have here."""
        self.unknown(visit, roots(self.book, template))
        filled = visit.spot.filled | {
            name.removeprefix("slots.") for name, value in visit.spot.given if value is not None
        }
        for name in sorted(needed_slots(self.book, template) - filled):
            self.fault("unfilled", visit, f"slots.{name}")

    def unknown(self, visit: Visit, used: frozenset[str] | set[str]) -> bool:
        """Note reads that are used before they were made."""
        missing = sorted((used & self.futures.saves) - visit.spot.saved)
        for save in missing:
            self.fault("unknown", visit, save)
        return bool(missing)

    def with_slots(self, visit: Visit, values: Mapping[str, Expression], spot: Spot) -> Spot:
        """Give slots what the book gives them, as far as it is known."""
        given = {one for one in spot.given if one[0].removeprefix("slots.") not in values}
        filled = set(spot.filled | values.keys())
        for name, value in values.items():
            self.unknown(visit, _roots(value))
            if not names(value) and not opaque(value):
                constant = value.evaluate({})
                given.add((f"slots.{name}", constant))
                filled -= {name} if constant is None else set()
        return replace(spot, given=frozenset(given), filled=frozenset(filled))


def _roots(expression: Expression) -> frozenset[str]:
    """Name the facts that an expression reads, without their fields."""
    return frozenset(name.partition(".")[0] for name in names(expression))
