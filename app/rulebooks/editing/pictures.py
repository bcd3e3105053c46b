"""Flows as pictures: what each step is and where it leads; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policies import flow_model as step_of
from policies.flow_model import Flow, Step

NodeKind = Literal["start", "ask", "read", "if", "act", "say", "set", "person", "flow", "end"]
START, END = "start", "end"


@dataclass(frozen=True, kw_only=True)
class Node:
    """One step of a flow."""

    id: str
    kind: NodeKind
    title: str
    detail: str = ""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A way from one step to another, and when it is taken."""

    source: str
    target: str
    label: str = ""
    back: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A flow to be drawn."""

    flow: str
    description: str
    file: str
    line: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def picture_of(flow: Flow) -> Picture:
    """Draw a flow: jumps become arrows, everything else a node."""
    ways = list(_ways(flow))
    reached = _reached(ways)
    nodes = [Node(id=START, kind="start", title=flow.name, detail=_begins(flow), line=flow.place.line)]
    nodes += [_node(str(i), step) for i, step in enumerate(flow.steps) if str(i) in reached]
    nodes += [Node(id=END, kind="end", title="done")] if END in reached else []
    return Picture(
        flow=flow.name,
        description=flow.description,
        file=flow.place.file,
        line=flow.place.line,
        nodes=tuple(nodes),
        edges=tuple(way for way in ways if way.source in reached),
    )


def _reached(ways: list[Edge]) -> set[str]:
    """Say which nodes a conversation can come to."""
    reached, new = {START}, {START}
    while new:
        new = {way.target for way in ways if way.source in new} - reached
        reached |= new
    return reached


def _begins(flow: Flow) -> str:
    count = len(flow.intents) + len(flow.when_named)
    return f"begins on {count} intent{'' if count == 1 else 's'}" if count else "begins from other flows"


def _ways(flow: Flow) -> Iterator[Edge]:
    yield Edge(source=START, target=_at(flow, 0))
    for index, step in enumerate(flow.steps):
        for target, label, back in _targets(step, index):
            yield Edge(source=str(index), target=_at(flow, target), label=label, back=back)


def _targets(step: Step, index: int) -> Iterator[tuple[int, str, bool]]:
    """Give each way on from a step: where it leads, when, and whether it goes back."""
    match step:
        case step_of.Branch(otherwise=otherwise):
            yield index + 1, "then", False
            yield otherwise, "else", False
        case step_of.Again(target=target, at_most=at_most):
            yield target, f"again, at most {at_most} times", True
            yield index + 1, "", False
        case step_of.Act(agreed=agreed, declined=declined):
            yield -1 if agreed is None else agreed, "agreed", False
            yield -1 if declined is None else declined, "declined", False
        case step_of.HandOver() | step_of.Link():
            return
        case _:
            yield index + 1, "", False


def _at(flow: Flow, index: int) -> str:
    """Follow jumps to a step that is drawn; behind the last one is the end."""
    while 0 <= index < len(flow.steps) and isinstance(jump := flow.steps[index], step_of.Jump):
        index = jump.target
    return str(index) if 0 <= index < len(flow.steps) else END


def _node(node_id: str, step: Step) -> Node:
    kind, title, detail = _words(step)
    return Node(id=node_id, kind=kind, title=title, detail=detail, line=step.place.line)


def _words(step: Step) -> tuple[NodeKind, str, str]:
    """Say what a step is in two short lines."""
    match step:
        case step_of.Collect(slot=slot, ask=ask):
            return "ask", slot, f"asks {ask or slot}"
        case step_of.Read(tool=tool, save=save):
            return "read", save, tool
        case step_of.ReadAll(reads=reads):
            return "read", ", ".join(read.save for read in reads), "reads at once"
        case step_of.Branch(condition=condition):
            return "if", "if", condition.source
        case step_of.Act(action=action):
            return "act", action, "proposes the action"
        case step_of.Say(template=template):
            return "say", template, "says"
        case step_of.HandOver(reason=reason):
            return "person", "a person", reason
        case _:
            return _moves(step)


def _moves(step: Step) -> tuple[NodeKind, str, str]:
    match step:
        case step_of.SetSlots(values=values):
            return "set", ", ".join(values), "is set"
        case step_of.Call(flow=flow):
            return "flow", flow, "goes through, comes back"
        case step_of.Link(flow=flow):
            return "flow", flow, "goes on there"
        case _:
            return "if", "again", "goes back"
