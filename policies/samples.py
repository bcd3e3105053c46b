"""Values that stand for all others: for each fact those at which a condition of the book may change its mind.

Only expressions made of facts, literals, comparisons and `&& || ! ?: in` are decided by samples; one that
computes or calls a function may go either way.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from policies.expressions import CelExpression, ExpressionFailed, holds
from policies.flow_model import Act, Again, Branch, Call, Flow, SetSlots
from policies.model import ActionSpec, Book, Value
from policies.values import Expression

Given = frozenset[tuple[str, Value]]
"""Facts that are decided, by name."""

_TEXT = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")
_COMPUTES = re.compile(r"\w\s*\(|(?<!\s)[+*/%]|\s[-+*/%]\s|\[[^\]]*\w\.\w")
_NULL = re.compile(r"([a-z_][\w.]*)\s*[!=]=\s*null|null\s*[!=]=\s*([a-z_][\w.]*)")
_ORDERS = re.compile(r"[<>]")
MOST_COMBINATIONS = 4_000
OTHER = ("something else", "another thing")
MAY_BE_ABSENT = frozenset({"customer.id", "customer.email"})


def names(expression: Expression) -> tuple[str, ...]:
    """List the facts that an expression reads."""
    return tuple(need.name for need in expression.needs) if isinstance(expression, CelExpression) else ()


def opaque(expression: Expression) -> bool:
    """Say whether samples cannot decide an expression, because it computes something."""
    return _COMPUTES.search(_TEXT.sub("''", expression.source)) is not None


@dataclass(kw_only=True)
class _Seen:
    """What the book's expressions say about one fact."""

    kind: str = "any"
    texts: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    truths: bool = False
    null: bool = False
    beside: bool = False
    """Compared with another fact."""


@dataclass(frozen=True, kw_only=True)
class Samples:
    """The values of each fact that are worth trying."""

    values: Mapping[str, tuple[Value, ...]]
    kinds: Mapping[str, str]

    def of(self, name: str, *, absent: bool = False) -> tuple[Value, ...]:
        """Return the values of one fact, with null where it may be absent."""
        found = self.values.get(name, (OTHER[0],))
        return (None, *found) if absent and None not in found else found

    def outcomes(
        self, expression: Expression, given: Given, absent: frozenset[str]
    ) -> Iterator[tuple[Given, Value | ExpressionFailed]]:
        """Yield what an expression may come to, each time with the facts that were decided for it.

        `absent` names facts that may be null here.
        """
        if opaque(expression):
            yield from ((given, True), (given, False))
            return
        known = dict(given)
        open_names = [name for name in names(expression) if name not in known]
        domains = [self.of(name, absent=name in absent or name in MAY_BE_ABSENT) for name in open_names]
        for values in product(*domains):
            decided = {**known, **dict(zip(open_names, values, strict=True))}
            try:
                yield frozenset(decided.items()), expression.evaluate(facts(decided))
            except ExpressionFailed as error:
                if any(decided[name] is None for name in names(expression)):
                    yield frozenset(decided.items()), error

    def combinations(self, wanted: Iterable[str]) -> list[dict[str, Value]] | None:
        """Return every combination of values of these facts; None when they are too many."""
        listed = sorted(set(wanted))
        domains = [self.of(name, absent=name in MAY_BE_ABSENT) for name in listed]
        count = 1
        for domain in domains:
            count *= len(domain)
        if count > MOST_COMBINATIONS:
            return None
        return [dict(zip(listed, values, strict=True)) for values in product(*domains)]


def facts(decided: Mapping[str, Value]) -> dict[str, Value]:
    """Bring decided facts into the shape that expressions read."""
    made: dict[str, dict[str, Value]] = {}
    for name, value in decided.items():
        root, _, key = name.partition(".")
        made.setdefault(root, {})[key] = value
    return dict(made)


def gather(book: Book) -> Samples:
    """Read all expressions of a book and choose the values of each fact."""
    seen: dict[str, _Seen] = {}
    for expression in _expressions(book):
        _look(expression, seen)
    values = {name: _values(one) for name, one in seen.items()}
    for flow in book.flows.values():
        values.update(_slot_values(flow, values))
    return Samples(values=values, kinds={name: one.kind for name, one in seen.items()})


def _expressions(book: Book) -> Iterator[Expression]:
    """Yield every condition, and every value that a flow gives a slot."""
    for flow in book.flows.values():
        for step in flow.steps:
            match step:
                case Branch(condition=condition):
                    yield condition
                case Again(until=until) if until is not None:
                    yield until
                case SetSlots(values=given) | Call(values=given) | Act(args=given):
                    yield from given.values()
    for action in book.actions.values():
        yield from _of_action(action)


def _of_action(action: ActionSpec) -> Iterator[Expression]:
    """Yield the conditions of an action's rules."""
    for rule in action.rules:
        yield rule.condition


def _look(expression: Expression, seen: dict[str, _Seen]) -> None:
    """Note for each fact of an expression what it stands beside."""
    if not isinstance(expression, CelExpression):
        return
    source = expression.source
    texts = {one or other for one, other in _TEXT.findall(source)}
    bare = _TEXT.sub("''", source)
    numbers = {float(found) for found in _NUMBER.findall(bare)}
    null = {one or other for one, other in _NULL.findall(bare)}
    for need in expression.needs:
        fact = seen.setdefault(need.name, _Seen())
        fact.kind = need.kind if fact.kind == "any" else fact.kind
        fact.texts |= {*texts, "", "~"} if texts and _ORDERS.search(bare) else texts
        fact.numbers |= numbers
        fact.truths |= bool(re.search(r"\b(true|false)\b", bare))
        fact.null |= need.name in null
        fact.beside |= len(expression.needs) > 1


def _values(fact: _Seen) -> tuple[Value, ...]:
    """Choose the values: each literal, what lies beside it, and something else."""
    numbers = sorted({value for found in fact.numbers for value in (found - 1, found, found + 1)})
    texts: list[Value] = [*sorted(fact.texts), *OTHER[: 2 if fact.beside else 1]]
    chosen: list[Value]
    match fact.kind:
        case "number":
            chosen = [*(numbers or [1.0, 2.0])]
        case "truth":
            chosen = [True, False]
        case "text":
            chosen = texts
        case _:
            chosen = [*([True, False] if fact.truths else []), *numbers, *texts]
    return (*([None] if fact.null else []), *chosen)


def _slot_values(
    flow: Flow, values: Mapping[str, tuple[Value, ...]]
) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Yield the values of slots that know theirs: choices, and those that their condition lets through."""
    for slot in flow.slots.values():
        name = f"slots.{slot.name}"
        if slot.choices or slot.options is not None:
            yield name, (*slot.choices, *(OTHER[:1] if slot.options is not None else ()))
        elif name in values and slot.valid is not None and not opaque(slot.valid):
            known = [value for value in values[name] if value is not None]
            kept = tuple(value for value in known if holds(slot.valid, {"value": value}))
            yield name, kept or values[name]
        elif name in values:
            yield name, tuple(value for value in values[name] if value is not None)
