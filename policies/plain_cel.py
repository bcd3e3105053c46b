"""The plain part of CEL, decided without the interpreter, which costs ten times as much.

Facts, literals, comparisons, `in` a list of literals and `&& || ! ?:` over single values: most conditions
of a book are nothing else. Whatever is not certain here, be it another construct, a list, a value of the
wrong kind or an error, is left to CEL itself (`Unsure`), so that there is one meaning: a property test holds
the two against each other.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.values import Facts, Value

Known = Sequence[Value]
"""The facts of an expression, in the order of its needs."""
Node = Callable[[Known], Value]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.\d+|\d+)(?![\w.])|(?P<text>"[^"\\\n]*"|'[^'\\\n]*')(?!['"])
    |(?P<among>in\b)|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)(?![\w.]|\s*[.(\[{])|(?P<sign>&&|\|\||[=!<>]=|[<>!?:()\[\],-]))""",
    re.VERBOSE,
)
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_LITERALS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_LARGEST = 2**63
_NUMBERS = (int, float)
_ABSENT: Any = object()
"""No value at all: whether that is nothing or a mistake, the interpreter's side knows."""


class Unsure(Exception):
    """This is for the interpreter."""


class _NotPlain(Exception):
    """The text holds something that is not read here."""


Path = tuple[str, str | None, bool]
"""Where a fact lies, its root and key, and whether whole numbers are made decimal."""


@dataclass(frozen=True, slots=True)
class Plain:
    """An expression that is decided here."""

    paths: tuple[Path, ...]
    node: Node

    def decide(self, facts: Facts) -> Value:
        """Return the value for these facts, or raise `Unsure`; every fact is looked at, as CEL does."""
        known: list[Value] = []
        for root, key, decimal in self.paths:
            value = facts.get(root, _ABSENT)
            if key is not None:
                value = value.get(key, _ABSENT) if type(value) is dict else _ABSENT
            kind = type(value)
            if kind is int:
                value = float(value) if decimal else _in_64_bits(value)
            elif kind is str:
                _sound(value)
            elif value is not None and kind is not float and kind is not bool:
                raise Unsure
            known.append(value)
        return self.node(known)


def read_plain(source: str, paths: Mapping[str, Path]) -> Plain | None:
    """Read an expression over facts known by name; None when it is more than plain."""
    try:
        reader = _Reader(_tokens(source), {name: place for place, name in enumerate(paths)})
        node = reader.choice()
    except _NotPlain:
        return None
    return Plain(tuple(paths.values()), node) if reader.at_end else None


def _in_64_bits(number: int) -> int:
    if -_LARGEST <= number < _LARGEST:
        return number
    raise Unsure


def _sound(text: str) -> None:
    """Leave texts to the interpreter that it may not take: with a NUL, or what cannot be written down."""
    if "\x00" in text or not (text.isascii() or _encodable(text)):
        raise Unsure


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tokens(source: str) -> list[tuple[str, str]]:
    """Split a text into tokens; the last one is the end."""
    found: list[tuple[str, str]] = []
    at, end = 0, len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise _NotPlain
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return [*found, ("end", "")]


class _Reader:
    """Reads tokens by CEL's precedence: a choice of alternatives of conjunctions of comparisons."""

    def __init__(self, tokens: Sequence[tuple[str, str]], needs: Mapping[str, int]) -> None:
        self._tokens, self._needs, self._at = tokens, needs, 0

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return self._tokens[self._at][0] == "end"

    def choice(self) -> Node:
        """Read `a ? b : c`, or what is no choice."""
        condition = self._either()
        if not self._took("?"):
            return condition
        then = self._either()
        self._expect(":")
        return _choice(condition, then, self.choice())

    def _either(self) -> Node:
        node = self._both()
        while self._took("||"):
            node = _either(node, self._both())
        return node

    def _both(self) -> Node:
        node = self._relation()
        while self._took("&&"):
            node = _both(node, self._relation())
        return node

    def _relation(self) -> Node:
        """Read at most one comparison; a chain of them is not plain."""
        left = self._unary()
        sign = self._tokens[self._at][1]
        if self._tokens[self._at][0] == "among":
            self._at += 1
            return _among(left, self._list())
        if sign in ("==", "!="):
            self._at += 1
            return _equal(left, self._unary(), same=sign == "==")
        if sign in _ORDER:
            self._at += 1
            return _ordered(left, self._unary(), _ORDER[sign])
        return left

    def _unary(self) -> Node:
        if self._took("!"):
            return _not(self._unary())
        if self._took("-"):
            kind, told = self._next()
            if kind != "number":
                raise _NotPlain
            return _constant(-_number(told))
        if self._took("("):
            node = self.choice()
            self._expect(")")
            return node
        return self._single()

    def _single(self) -> Node:
        """Read a literal or a fact."""
        kind, told = self._next()
        if kind == "number":
            return _constant(_number(told))
        if kind == "text":
            return _constant(told[1:-1])
        if kind == "name" and told in _LITERALS:
            return _constant(_LITERALS[told])
        if kind != "name" or told not in self._needs:
            raise _NotPlain
        return _fact(self._needs[told])

    def _list(self) -> Sequence[Value]:
        """Read a list of literals."""
        self._expect("[")
        values: list[Value] = []
        while not self._took("]"):
            kind, told = self._next()
            if kind not in ("number", "text"):
                raise _NotPlain
            values.append(_number(told) if kind == "number" else told[1:-1])
            if self._tokens[self._at][1] != "]":
                self._expect(",")
        return values

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _took(self, sign: str) -> bool:
        """Take a sign when it is the next token."""
        taken = self._tokens[self._at] == ("sign", sign)
        self._at += taken
        return taken

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise _NotPlain


def _number(told: str) -> int | float:
    """Read a number; whole ones that do not fit into 64 bits are CEL's mistake to report."""
    if "." in told:
        return float(told)
    if int(told) >= _LARGEST:
        raise _NotPlain
    return int(told)


def _constant(value: Value) -> Node:
    return lambda known: value


def _fact(place: int) -> Node:
    return lambda known: known[place]


def _truth(value: Value) -> bool:
    if value is True or value is False:
        return value
    raise Unsure


def _not(node: Node) -> Node:
    return lambda known: not _truth(node(known))


def _both(left: Node, right: Node) -> Node:
    return lambda known: _truth(left(known)) and _truth(right(known))


def _either(left: Node, right: Node) -> Node:
    return lambda known: _truth(left(known)) or _truth(right(known))


def _choice(condition: Node, then: Node, otherwise: Node) -> Node:
    return lambda known: then(known) if _truth(condition(known)) else otherwise(known)


def _same(one: Value, other: Value) -> bool:
    """Compare two single values; a truth equals no number."""
    if type(one) is bool or type(other) is bool:
        return one is other
    return one == other


def _equal(left: Node, right: Node, *, same: bool) -> Node:
    return lambda known: _same(left(known), right(known)) is same


def _among(left: Node, values: Sequence[Value]) -> Node:
    def among(known: Known) -> bool:
        value = left(known)
        return any(_same(value, one) for one in values)

    return among


def _ordered(left: Node, right: Node, holds: Callable[[Any, Any], bool]) -> Node:
    def ordered(known: Known) -> bool:
        one, other = left(known), right(known)
        kinds = type(one), type(other)
        if kinds == (float, float) or kinds == (str, str) or (kinds[0] in _NUMBERS and kinds[1] in _NUMBERS):
            return holds(one, other)
        raise Unsure

    return ordered
