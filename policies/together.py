"""Judges every action of a book on the same facts: what rules share is read and decided once.

Prepared when a book is loaded. A fact is read once, however many conditions name it; a condition is asked
once, however many rules have it; and what the same rules of an action come to is the same `Decision`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.actions import decided, judge
from policies.expressions import CelExpression, ExpressionFailed
from policies.model import ActionSpec, Decision, Facts, Value
from policies.plain_cel import Path, read_node
from policies.plain_nodes import Node, Unsure
from policies.values import Expression


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition with its own bit among all that are asked."""

    expression: Expression
    bit: int
    node: Node | None
    """Set when it is plain: reads the facts that were read for all."""
    places: frozenset[int]
    """Where the facts that it reads stand."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """An action with the bits of its rules' conditions, and what they came to before."""

    action: ActionSpec
    bits: tuple[int, ...]
    mask: int
    known: dict[int, Decision]

    def decide(self, held: int) -> Decision:
        """Decide by the conditions that hold; at most one decision for each set of them is ever made."""
        own = held & self.mask
        made = self.known.get(own)
        if made is None:
            holding = [rule for rule, bit in zip(self.action.rules, self.bits, strict=True) if own & bit]
            made = self.known[own] = decided(self.action, holding)
        return made


class Together:
    """Actions whose rules are asked all at once."""

    def __init__(self, actions: Iterable[ActionSpec]) -> None:
        listed = list(actions)
        conditions = {id(rule.condition): rule.condition for action in listed for rule in action.rules}
        places = _places(conditions.values())
        self._paths = tuple(places)
        self._conditions = [
            _condition(expression, 1 << place, places) for place, expression in enumerate(conditions.values())
        ]
        bits = {key: 1 << place for place, key in enumerate(conditions)}
        self._actions = [_judged(action, bits) for action in listed]

    def judge(self, facts: Facts) -> dict[str, Decision | ExpressionFailed]:
        """Judge each action as `judge` does alone; what cannot be judged is told by its failure."""
        known, doubtful = self._read(facts)
        held = failed = 0
        for one in self._conditions:
            try:
                if _holds(one, known, doubtful, facts):
                    held |= one.bit
            except ExpressionFailed:
                failed |= one.bit
        return {
            one.action.name: _alone(one.action, facts) if one.mask & failed else one.decide(held)
            for one in self._actions
        }

    def _read(self, facts: Facts) -> tuple[Sequence[Value], frozenset[int]]:
        """Read every fact, and say at which places the interpreter has to look itself."""
        known: list[Value] = []
        doubtful: list[int] = []
        for place, path in enumerate(self._paths):
            try:
                known.append(path.read(facts))
            except Unsure:
                known.append(None)
                doubtful.append(place)
        return known, frozenset(doubtful)


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


def _judged(action: ActionSpec, bits: Mapping[int, int]) -> _Judged:
    """Tie an action to the conditions of its rules."""
    own = tuple([bits[id(rule.condition)] for rule in action.rules])
    mask = 0
    for bit in own:
        mask |= bit
    return _Judged(action, own, mask, {})


def _holds(one: _Condition, known: Sequence[Value], doubtful: frozenset[int], facts: Facts) -> bool:
    """Say whether a condition holds; a value that is not plain is for the interpreter."""
    if one.node is not None and (not doubtful or one.places.isdisjoint(doubtful)):
        try:
            return one.node(known) is True
        except Unsure:
            pass
    return one.expression.evaluate(facts) is True


def _alone(action: ActionSpec, facts: Facts) -> Decision | ExpressionFailed:
    """Judge one action by itself where one of its conditions has no value."""
    try:
        return judge(action, facts)
    except ExpressionFailed as failed:
        return failed
