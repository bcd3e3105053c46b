"""Finds for a mistake in one line the shortest conversation that comes to that line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from policies.explore import Exploration, Line, Visit, explore
from policies.flow_model import Act, Collect, Read, ReadAll, Say, Step
from policies.model import Book
from policies.problems import Problem
from policies.reach import links, rings
from policies.samples import gather
from policies.transcripts import transcript, wants
from policies.values import Place

_SAID_ANYWHERE = (Line(who="note", what="whatever was said before"),)
"""How to come to a reply that belongs to no flow."""


class _Placed(Protocol):
    """Something with a place in the book."""

    @property
    def place(self) -> Place:
        """Where it begins."""


P = TypeVar("P", bound=_Placed)


def shown(book: Book, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Give each problem its conversation, where one comes to it; names in the book may mean nothing."""
    found = Exploration() if any(rings(links(book))) else explore(book, gather(book))
    for problem in problems:
        lines = () if problem.shown_by else _conversation(book, found, problem)
        yield problem.with_transcript(lines) if lines else problem


def to_action(book: Book, found: Exploration, action: str) -> Sequence[Line]:
    """Return the shortest conversation in which an action is proposed."""
    return _shortest(book, found, lambda step: isinstance(step, Act) and step.action == action)


def _conversation(book: Book, found: Exploration, problem: Problem) -> tuple[str, ...]:
    """Write the conversation to the line of a problem."""
    lines: Sequence[Line] = ()
    match problem.file.partition("/")[0]:
        case "flows":
            lines = _to_line(book, found, problem)
        case "actions.yaml" | "actions" if name := _at(book.actions, problem):
            lines = to_action(book, found, name)
        case "templates" if name := _at(book.templates, problem):
            lines = _shortest(book, found, lambda step: name in _said(book, step)) or _SAID_ANYWHERE
        case "intents" if name := _at(book.intents, problem):
            return (wants(book, name),)
    return transcript(book, lines, f"here: {problem.message}") if lines else ()


def _at(entries: Mapping[str, P], problem: Problem) -> str | None:
    """Name the entry that a problem's line belongs to."""
    before = [
        (one.place.line, name)
        for name, one in entries.items()
        if one.place.file == problem.file and one.place.line <= problem.line
    ]
    return max(before, default=(0, None))[1]


def _to_line(book: Book, found: Exploration, problem: Problem) -> Sequence[Line]:
    """Return the shortest conversation to the step at or before a line, or else to its flow's beginning."""
    flow = _at(book.flows, problem)
    begun = [
        (visit.spot.at, visit)
        for (name, at), visit in found.reached.items()
        if name == flow and book.flows[name].steps[at].place.line <= problem.line
    ]
    near = max(
        begun, key=lambda one: (book.flows[flow or ""].steps[one[0]].place.line, -one[0]), default=None
    )
    return near[1].conversation if near else ()


def _shortest(book: Book, found: Exploration, wanted: "_Wanted") -> Sequence[Line]:
    """Return the shortest conversation to a step of a kind."""
    visits = [visit for (flow, at), visit in found.reached.items() if wanted(book.flows[flow].steps[at])]
    shortest: Visit | None = min(visits, key=lambda visit: len(visit.conversation), default=None)
    return shortest.conversation if shortest else ()


def _said(book: Book, step: Step) -> frozenset[str]:
    """Name the replies that a step may say."""
    match step:
        case Say(template=template):
            return frozenset({template})
        case Collect(slot=name, ask=ask):
            asks = [flow.slots[name].ask for flow in book.flows.values() if name in flow.slots]
            return frozenset({ask or "", *asks})
        case Read(missing=missing):
            return frozenset({missing or ""})
        case ReadAll(reads=reads):
            return frozenset(read.missing or "" for read in reads)
        case Act(action=action) if spec := book.actions.get(action):
            refusals = [rule.refuse or "" for rule in spec.rules]
            return frozenset({spec.ask, spec.started, spec.waiting, spec.done, spec.failed, *refusals})
        case _:
            return frozenset()


class _Wanted(Protocol):
    """Says whether a step is of a kind."""

    def __call__(self, step: Step, /) -> bool: ...
