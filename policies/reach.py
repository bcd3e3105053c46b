"""What each place of a flow may still come to: its next steps, the facts read later, the ways of links."""

from collections import deque
from collections.abc import Iterator, Mapping

from policies.flow_model import Act, Again, Branch, Call, HandOver, Jump, Link, SetSlots, Step
from policies.model import Book
from policies.samples import names
from policies.templates import Reply


def roots(book: Book, template: str) -> frozenset[str]:
    """Name the facts that a reply uses."""
    reply = book.templates.get(template)
    if not isinstance(reply, Reply):
        return frozenset()
    return frozenset(one.path[0] for wording in reply.wordings for one in wording.placeholders)


def needed_slots(book: Book, template: str) -> frozenset[str]:
    """Name the slots without which a reply cannot be said."""
    reply = book.templates.get(template)
    if not isinstance(reply, Reply):
        return frozenset()
    needed = (one.path for wording in reply.wordings for one in wording.required)
    return frozenset(path[1] for path in needed if path[0] == "slots" and len(path) == 2)


def following(steps: tuple[Step, ...], at: int) -> tuple[int, ...]:
    """List the steps of the same flow that may come next."""
    match steps[at]:
        case Branch(otherwise=otherwise):
            return (at + 1, otherwise)
        case Jump(target=target):
            return (target,)
        case Again(target=target):
            return (target, at + 1)
        case Act(agreed=agreed, declined=declined):
            return tuple(to for to in (agreed, declined) if to is not None)
        case HandOver() | Link():
            return ()
        case _:
            return (at + 1,)


class Future:
    """For each place of each flow, the facts that conditions read from there on."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._read: dict[tuple[str, int], frozenset[str]] = {}
        self.saves = frozenset(read.save for flow in book.flows.values() for read in flow.reads)
        for _ in range(len(book.flows) + 1):
            before = dict(self._read)
            for flow in book.flows:
                self._fill(flow)
            if before == self._read:
                return

    def after(self, flow: str, at: int, callers: tuple[tuple[str, int], ...]) -> frozenset[str]:
        """Name the facts that still matter at a place, and where its callers go on."""
        found = self._read.get((flow, at), frozenset())
        for caller in callers:
            found |= self._read.get(caller, frozenset())
        return found

    def _fill(self, flow: str) -> None:
        """Carry what is read back to every step before it."""
        steps = self._book.flows[flow].steps
        waiting = deque(range(len(steps)))
        before: dict[int, list[int]] = {}
        for at in range(len(steps)):
            for after in following(steps, at):
                before.setdefault(after, []).append(at)
        while waiting:
            at = waiting.pop()
            found = self._own(steps[at])
            for after in following(steps, at):
                found |= self._read.get((flow, after), frozenset())
            if found != self._read.get((flow, at)):
                self._read[flow, at] = found
                waiting.extend(before.get(at, ()))

    def _own(self, step: Step) -> frozenset[str]:
        """Name the facts that one step decides by; a collected slot counts, for it may be there already."""
        match step:
            case Branch(condition=condition):
                return frozenset(names(condition))
            case Again(until=until):
                return frozenset(names(until)) if until else frozenset()
            case Link(flow=flow) | Call(flow=flow):
                return self._read.get((flow, 0), frozenset())
            case SetSlots():
                return frozenset()
            case _:
                slot = getattr(step, "slot", None)
                return frozenset({f"slots.{slot}"}) if slot else frozenset()


def chosen_by(book: Book, flow: str) -> tuple[str, ...]:
    """Name the choices of a waiting customer that begin a flow."""
    return tuple(f"({option})" for option, name in book.routing.while_waiting.items() if name == flow)


def links(book: Book) -> Mapping[str, frozenset[str]]:
    """Name for each flow those that it links to or calls."""
    return {
        name: frozenset(step.flow for step in flow.steps if isinstance(step, Link | Call))
        for name, flow in book.flows.items()
    }


def rings(ways: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each ring of flows that lead to one another, once, from its first name in order."""
    for start in sorted(ways):
        way = _way_back(start, ways)
        if way:
            yield way


def _way_back(start: str, ways: Mapping[str, frozenset[str]]) -> tuple[str, ...] | None:
    """Find the shortest ring through a flow; rings through earlier names were found from those."""
    waiting: deque[tuple[str, ...]] = deque([(start,)])
    seen: set[str] = set()
    while waiting:
        way = waiting.popleft()
        for name in sorted(ways.get(way[-1], frozenset())):
            if name == start:
                return (*way, start)
            if name not in seen and name > start:
                seen.add(name)
                waiting.append((*way, name))
    return None
