"""The plain part of CEL, decided without the interpreter, which costs ten times as much.

Facts, literals, comparisons, `in` a list of literals and `&& || ! ?:` over single values: most conditions
of a book are nothing else. Whatever is not certain here, be it another construct, a list, a value of the
wrong kind or an error, is left to CEL itself (`Unsure`), so that there is one meaning: a property test holds
the two against each other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.plain_nodes import (
    ORDER,
    Fact,
    Literal,
    Node,
    Piece,
    Unsure,
    among,
    both,
    choice,
    either,
    equal,
    negated,
    ordered,
)
from policies.values import Facts, Value

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.\d+|\d+)(?![\w.])|(?P<text>"[^"\\\n]*"|'[^'\\\n]*')(?!['"])
    |(?P<among>in\b)|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)(?![\w.]|\s*[.(\[{])|(?P<sign>&&|\|\||[=!<>]=|[<>!?:()\[\],-]))""",
    re.VERBOSE,
)
_LITERALS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_LARGEST = 2**63
_ABSENT: Any = object()
"""No value at all, and nothing says that this is the same as nothing: the interpreter's side knows."""


class _NotPlain(Exception):
    """The text holds something that is not read here."""


@dataclass(frozen=True, slots=True)
class Path:
    """Where a fact lies."""

    root: str
    key: str | None
    decimal: bool
    """Whether whole numbers are made decimal."""
    gaps: bool
    """Whether a fact that is absent reads as null."""

    def read(self, facts: Facts) -> Value:
        """Return the value, or raise `Unsure`."""
        value: Any = facts.get(self.root, _ABSENT)
        if self.key is not None and type(value) is dict:
            value = value.get(self.key, _ABSENT)
        elif self.key is not None and value is not None and value is not _ABSENT:
            raise Unsure
        kind = type(value)
        if value is None or kind is bool or kind is float:
            single: Value = value
            return single
        if kind is str:
            return _sound(value)
        if kind is int:
            return float(value) if self.decimal else _in_64_bits(value)
        if value is _ABSENT and self.gaps:
            return None
        raise Unsure


@dataclass(frozen=True, slots=True)
class Plain:
    """An expression that is decided here."""

    paths: tuple[Path, ...]
    node: Node

    def decide(self, facts: Facts) -> Value:
        """Return the value for these facts, or raise `Unsure`; every fact is looked at, as CEL does."""
        return self.node([path.read(facts) for path in self.paths])


def read_plain(source: str, paths: Mapping[str, Path]) -> Plain | None:
    """Read an expression over facts known by name; None when it is more than plain."""
    node = read_node(source, {name: place for place, name in enumerate(paths)})
    return Plain(tuple(paths.values()), node) if node is not None else None


def read_node(source: str, places: Mapping[str, int]) -> Node | None:
    """Read an expression over facts that stand at these places; None when it is more than plain."""
    try:
        reader = _Reader(_tokens(source), places)
        piece = reader.choice()
    except _NotPlain:
        return None
    return piece.node if reader.at_end else None


def _in_64_bits(number: int) -> int:
    if -_LARGEST <= number < _LARGEST:
        return number
    raise Unsure


def _sound(text: str) -> str:
    """Leave texts to the interpreter that it may not take: with a NUL, or what cannot be written down."""
    if "\x00" in text or not (text.isascii() or _encodable(text)):
        raise Unsure
    return text


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

    def choice(self) -> Piece:
        """Read `a ? b : c`, or what is no choice."""
        condition = self._either()
        if not self._took("?"):
            return condition
        then = self._either()
        self._expect(":")
        return choice(condition, then, self.choice())

    def _either(self) -> Piece:
        piece = self._both()
        while self._took("||"):
            piece = either(piece, self._both())
        return piece

    def _both(self) -> Piece:
        piece = self._relation()
        while self._took("&&"):
            piece = both(piece, self._relation())
        return piece

    def _relation(self) -> Piece:
        """Read at most one comparison; a chain of them is not plain."""
        left = self._unary()
        sign = self._tokens[self._at][1]
        if self._tokens[self._at][0] == "among":
            self._at += 1
            return among(left, self._list())
        if sign in ("==", "!="):
            self._at += 1
            return equal(left, self._unary(), same=sign == "==")
        if sign in ORDER:
            self._at += 1
            return ordered(left, self._unary(), sign)
        return left

    def _unary(self) -> Piece:
        if self._took("!"):
            return negated(self._unary())
        if self._took("-"):
            kind, told = self._next()
            if kind != "number":
                raise _NotPlain
            return Literal(-_number(told))
        if self._took("("):
            piece = self.choice()
            self._expect(")")
            return piece
        return self._single()

    def _single(self) -> Piece:
        """Read a literal or a fact."""
        kind, told = self._next()
        if kind == "number":
            return Literal(_number(told))
        if kind == "text":
            return Literal(told[1:-1])
        if kind == "name" and told in _LITERALS:
            return Literal(_LITERALS[told])
        if kind != "name" or told not in self._needs:
            raise _NotPlain
        return Fact(self._needs[told])

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
