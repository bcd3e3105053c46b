"""Judges every action of a book on the same facts: what rules share is read and decided once.

Prepared when a book is loaded. A fact is read once, however many conditions name it; a condition is asked
once, however many rules have it. Conditions about one fact alone are looked up by its value, when that is
a word, a truth or nothing; and what the same rules of an action come to is the same `Decision`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from policies.actions import decided
from policies.expressions import CelExpression, ExpressionFailed
from policies.model import ActionSpec, Decision, Facts, Value
from policies.plain_cel import Path, read_node
from policies.plain_nodes import Node, Unsure
from policies.values import Expression

_DOUBTFUL: Any = object()
"""Stands for a fact at which the interpreter has to look itself."""
_KEPT = frozenset({str, bool, type(None)})
_NUMBERS = frozenset({int, float})
_NO_FIELDS: Mapping[str | None, Any] = {}
_NOTHING: Mapping[int, ExpressionFailed] = {}
_MOST = 64
"""So many values of a fact are remembered; a fact that has more is no kind of thing."""


class _Answers(NamedTuple):
    """What conditions came to, each told by its own bit."""

    held: int
    failures: Mapping[int, ExpressionFailed]


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition with its own bit among all that are asked."""

    expression: Expression
    bit: int
    node: Node | None
    """Set when it is plain: reads the facts that were read for all."""
    places: frozenset[int]
    """Where the facts that it reads stand."""

    def holds(self, known: Sequence[Value], facts: Facts) -> bool:
        """Say whether it holds; a value that is not plain is for the interpreter."""
        if self.node is None:
            return self.expression.evaluate(facts) is True
        for place in self.places:
            if known[place] is _DOUBTFUL:
                return self.expression.evaluate(facts) is True
        try:
            return self.node(known) is True
        except Unsure:
            return self.expression.evaluate(facts) is True


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact with the conditions that read nothing else."""

    place: int
    path: Path
    conditions: tuple[_Condition, ...]
    nodes: tuple[tuple[int, Node], ...]
    """The conditions' bits, and what decides them for a number."""
    known: dict[Value, _Answers] = field(default_factory=dict)
    """What they came to, by value."""

    def read(self, facts: Facts) -> Any:
        """Return the value, or that it is doubtful."""
        try:
            return self.path.read(facts)
        except Unsure:
            return _DOUBTFUL

    def ask(self, value: Any, known: Sequence[Value], facts: Facts) -> _Answers:
        """Ask its conditions, and remember what they come to for a value of its kind."""
        if type(value) in _NUMBERS:
            try:
                return _Answers(sum([bit for bit, node in self.nodes if node(known) is True]), _NOTHING)
            except Unsure:
                pass
        answers = _ask(self.conditions, known, facts)
        if type(value) in _KEPT and len(self.known) < _MOST:
            self.known[value] = answers
        return answers


@dataclass(frozen=True, slots=True)
class _Judged:
    """An action with the bits of its rules' conditions, and what they came to before."""

    name: str
    action: ActionSpec
    bits: tuple[int, ...]
    mask: int
    known: dict[int, Decision] = field(default_factory=dict)

    def decide(self, held: int) -> Decision:
        """Decide by the conditions that hold; at most one decision for each set of them is ever made."""
        own = held & self.mask
        made = self.known.get(own)
        if made is None:
            holding = [rule for rule, bit in zip(self.action.rules, self.bits, strict=True) if own & bit]
            made = self.known[own] = decided(self.action, holding)
        return made

    def judge(self, answers: _Answers) -> Decision | ExpressionFailed:
        """Decide, unless a condition without a value leaves it open: a refusal is one all the same."""
        decision = self.decide(answers.held)
        failed = next((answers.failures[bit] for bit in self.bits if bit in answers.failures), None)
        return decision if failed is None or decision.refused is not None else failed


class Together:
    """Actions whose rules are asked all at once."""

    def __init__(self, actions: Iterable[ActionSpec]) -> None:
        listed = list(actions)
        asked = {id(rule.condition): rule.condition for action in listed for rule in action.rules}
        bits = {key: 1 << number for number, key in enumerate(asked)}
        places = _places(asked.values())
        conditions = [_condition(one, bits[key], places) for key, one in asked.items()]
        self._count = len(places)
        self._roots = _by_root([_fact(place, path, conditions) for path, place in places.items()])
        self._others = tuple(one for one in conditions if len(one.places) != 1)
        self._actions = tuple(_judged(action, bits) for action in listed)

    def judge(self, facts: Facts) -> dict[str, Decision | ExpressionFailed]:
        """Judge each action as `judge` does alone; what cannot be judged is told by its failure."""
        known: list[Any] = [_DOUBTFUL] * self._count
        held, failures = 0, _NOTHING
        for root, own in self._roots:
            there: Any = facts.get(root)
            fields = there if type(there) is dict else _NO_FIELDS
            for key, fact in own:
                value = fields.get(key, _DOUBTFUL)
                found = fact.known.get(value) if type(value) in _KEPT else None
                if found is None:  # a number, or a value that was never met before
                    value = known[fact.place] = fact.read(facts)
                    if not fact.conditions:
                        continue
                    found = fact.ask(value, known, facts)
                known[fact.place] = value
                held |= found.held
                if found.failures:
                    failures = {**failures, **found.failures}
        others = _ask(self._others, known, facts)
        held |= others.held
        if others.failures:
            failures = {**failures, **others.failures}
        if not failures:
            return {one.name: one.known.get(held & one.mask) or one.decide(held) for one in self._actions}
        answers = _Answers(held, failures)
        return {one.name: one.judge(answers) for one in self._actions}


def _ask(conditions: Iterable[_Condition], known: Sequence[Value], facts: Facts) -> _Answers:
    """Ask conditions which hold, and which have no value."""
    held = 0
    failures: Mapping[int, ExpressionFailed] = _NOTHING
    for one in conditions:
        try:
            if one.holds(known, facts):
                held |= one.bit
        except ExpressionFailed as failed:
            failures = {**failures, one.bit: failed.with_traceback(None)}
    return _Answers(held, failures)


def _places(expressions: Iterable[Expression]) -> dict[Path, int]:
    """Give each fact that plain conditions read a place of its own."""
    plain = (one.plain for one in expressions if isinstance(one, CelExpression) and one.plain is not None)
    paths = dict.fromkeys(path for one in plain for path in one.paths)
    return {path: place for place, path in enumerate(paths)}


def _condition(expression: Expression, bit: int, places: Mapping[Path, int]) -> _Condition:
    """Prepare a condition; one that is not plain is asked as it is."""
    if not isinstance(expression, CelExpression) or expression.plain is None:
        return _Condition(expression, bit, None, frozenset())
    own = {need.name: places[need.place] for need in expression.needs}
    return _Condition(expression, bit, read_node(expression.source, own), frozenset(own.values()))


def _fact(place: int, path: Path, conditions: Iterable[_Condition]) -> _Fact:
    """Gather the conditions that read one fact and no other."""
    alone = tuple([one for one in conditions if one.places == {place}])
    return _Fact(place, path, alone, tuple([(one.bit, one.node) for one in alone if one.node is not None]))


def _by_root(facts: Iterable[_Fact]) -> tuple[tuple[str, tuple[tuple[str | None, _Fact], ...]], ...]:
    """Gather facts by what they belong to, each with its key there."""
    found: dict[str, list[tuple[str | None, _Fact]]] = {}
    for fact in facts:
        found.setdefault(fact.path.root, []).append((fact.path.key, fact))
    return tuple((root, tuple(own)) for root, own in found.items())


def _judged(action: ActionSpec, bits: Mapping[int, int]) -> _Judged:
    """Tie an action to the conditions of its rules."""
    own = tuple([bits[id(rule.condition)] for rule in action.rules])
    return _Judged(action.name, action, own, reduce(or_, own, 0))
