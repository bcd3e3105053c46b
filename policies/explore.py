"""Explores a compiled flow: what is never reached, where it ends in silence, what is known where. Pure."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.flow_model import Act, Again, Branch, Flow, HandOver, Jump, Link, Read, ReadAll, Say, Step


@dataclass(frozen=True, kw_only=True)
class Silence:
    """The shortest way through a flow on which the customer hears nothing."""

    steps: tuple[int, ...]
    at: int
    """The last step of that way."""
    nothing_found: bool
    """True when it ends because a read found nothing."""


def following(steps: tuple[Step, ...], at: int) -> tuple[int, ...]:
    """List the steps that may come next; an action, a link and a person end the flow."""
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


def unreached(flow: Flow) -> Iterator[Step]:
    """Yield the steps that no conversation can reach; jumps are the compiler's own."""
    reached, waiting = set[int](), deque([0])
    while waiting:
        at = waiting.popleft()
        if at in reached or at >= len(flow.steps):
            continue
        reached.add(at)
        waiting.extend(following(flow.steps, at))
    for at, step in enumerate(flow.steps):
        if at not in reached and not isinstance(step, Jump):
            yield step


def silence(flow: Flow) -> Silence | None:
    """Find the shortest way to the end on which nothing is said and nobody is called."""
    waiting: deque[tuple[int, ...]] = deque([(0,)])
    seen: set[int] = set()
    while waiting:
        way = waiting.popleft()
        at = way[-1]
        if at >= len(flow.steps):
            return Silence(steps=way[:-1], at=way[-2] if len(way) > 1 else 0, nothing_found=False)
        step = flow.steps[at]
        if at in seen or isinstance(step, Say | Act | HandOver | Link):
            continue
        if isinstance(step, Read) and step.missing is None:
            return Silence(steps=way, at=at, nothing_found=True)
        seen.add(at)
        waiting.extend((*way, after) for after in following(flow.steps, at))
    return None


def reads_known(flow: Flow) -> Mapping[int, frozenset[str]]:
    """Tell for each reached step which reads every way to it has made."""
    known: dict[int, frozenset[str]] = {0: frozenset()}
    waiting = deque([0])
    while waiting:
        at = waiting.popleft()
        if at >= len(flow.steps):
            continue
        step = flow.steps[at]
        made = (step,) if isinstance(step, Read) else step.reads if isinstance(step, ReadAll) else ()
        after = known[at] | {read.save for read in made}
        for next_at in following(flow.steps, at):
            merged = known[next_at] & after if next_at in known else after
            if known.get(next_at) != merged:
                known[next_at] = merged
                waiting.append(next_at)
    return known


def rings(links: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each ring of flows that link to one another, once, from its first name in order."""
    for start in sorted(links):
        way = _way_back(start, links)
        if way:
            yield way


def _way_back(start: str, links: Mapping[str, frozenset[str]]) -> tuple[str, ...] | None:
    """Find the shortest ring through a flow; rings through earlier names were found from those."""
    waiting: deque[tuple[str, ...]] = deque([(start,)])
    seen: set[str] = set()
    while waiting:
        way = waiting.popleft()
        for name in sorted(links.get(way[-1], frozenset())):
            if name == start:
                return (*way, start)
            if name not in seen and name > start:
                seen.add(name)
                waiting.append((*way, name))
    return None
