"""CEL conditions: checked against declared facts when loaded, then evaluated in microseconds.

Two environments see each expression. The *checking* one knows the kind of every fact, so that a misspelt
slot or a number compared with a text is found at load. The *running* one takes the same names untyped.
Each fact is declared by its dotted name (`slots.order_id`), so an evaluation hands over only what it reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from policies.facts import Kind, Known
from policies.model import Facts, Value
from policies.plain_cel import Path, Plain, read_plain
from policies.plain_nodes import Unsure
from policies.problems import PolicyError, did_you_mean
from policies.values import Expression

_CEL_KINDS = {
    "text": cel.Type("google.protobuf.StringValue"),
    "number": cel.Type("google.protobuf.DoubleValue"),
    "truth": cel.Type("google.protobuf.BoolValue"),
    "any": cel.Type.DYN,
}
_ORDER = ("_<_", "_<=_", "_>_", "_>=_")
_TRUTHS = frozenset({cel.Type.BOOL.name(), cel.Type.DYN.name(), _CEL_KINDS["truth"].name()})
_ERROR = re.compile(r"<input>:(\d+):(\d+): (.*)")
_QUOTED = re.compile(r"""[rR]?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_NAME = re.compile(r"(?<![\w.])([a-z_]\w*)(?:\s*\.\s*([a-z_]\w*)\b(?!\s*\())?", re.IGNORECASE)
_HAS = re.compile(r"\bhas\s*\(")


class ExpressionInvalid(PolicyError):
    """An expression that cannot be compiled; line and column count from 1 within its text."""

    def __init__(self, message: str, line: int, column: int, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint = message, line, column, hint


class ExpressionFailed(PolicyError):
    """An expression that has no value for these facts; the message names it, never what they hold."""


@dataclass(frozen=True, kw_only=True)
class _Need:
    """One fact that an expression reads: `root`, or `root.key`."""

    name: str
    root: str
    key: str | None
    kind: Kind
    gaps: bool
    """True: absent reads as null. False: absent is an error."""

    @property
    def place(self) -> Path:
        """Where it lies, for what is decided without the interpreter."""
        return Path(root=self.root, key=self.key, decimal=self.kind == "number", gaps=self.gaps)


@dataclass(frozen=True, kw_only=True)
class CelExpression:
    """A compiled expression; implements `model.Expression`."""

    source: str
    needs: tuple[_Need, ...] = field(repr=False)
    path: _Need | None = field(repr=False)
    """Set when the whole expression is one fact, which then needs no interpreter."""
    program: Any = field(repr=False, compare=False)
    plain: Plain | None = field(default=None, repr=False, compare=False)
    """Set when it is plain enough to be decided without the interpreter."""

    def evaluate(self, facts: Facts) -> Value:
        """Return the value of the expression for these facts, or raise `ExpressionFailed`."""
        if self.path is not None:
            return self._fact(self.path, facts)
        if self.plain is not None:
            try:
                return self.plain.decide(facts)
            except Unsure:
                pass  # the interpreter knows
        known = {need.name: _as_decimal(need.kind, self._fact(need, facts)) for need in self.needs}
        try:
            result = self.program.eval(data=known)
        except RuntimeError as error:
            raise ExpressionFailed(f"`{self.source}` was given a value that it cannot hold") from error
        if result.type() == cel.Type.ERROR:
            raise ExpressionFailed(f"`{self.source}` has no value: {_plain(str(result.value()))}")
        value: Value = result.plain_value()
        return value

    def _fact(self, need: _Need, facts: Facts) -> Value:
        """Look one fact up; a NUL would cut the text short inside the interpreter, so it is refused."""
        if need.root not in facts:
            if need.gaps:
                return None
            raise ExpressionFailed(f"`{self.source}` needs '{need.root}', which is not known here")
        value = facts[need.root] if need.key is None else self._field(need, need.key, facts[need.root])
        if isinstance(value, str) and "\x00" in value:
            raise ExpressionFailed(f"'{need.name}' in `{self.source}` holds a NUL character")
        return value

    def _field(self, need: _Need, key: str, fact: Value) -> Value:
        """Read one field; of nothing, it is nothing."""
        if fact is None:
            return None
        if not isinstance(fact, Mapping):
            raise ExpressionFailed(f"'{need.root}' in `{self.source}` has no fields")
        if key in fact:
            return fact[key]
        if need.gaps:
            return None
        raise ExpressionFailed(f"'{need.root}' has no field '{key}', which `{self.source}` reads")


def holds(condition: Expression, facts: Facts, *, failing: bool = False) -> bool:
    """Say whether a condition holds for these facts; `failing` stands for one that fails on them."""
    try:
        return bool(condition.evaluate(facts))
    except ExpressionFailed:
        return failing


def _as_decimal(kind: Kind, value: Value) -> Value:
    """Make whole numbers decimal, so that they add up with amounts."""
    return float(value) if kind == "number" and type(value) is int else value


def compile_expression(source: str, known: Known, *, condition: bool = False) -> CelExpression:
    """Compile an expression over these facts; a condition must be true or false.

    Raises `ExpressionInvalid` with the place of the mistake inside the text.
    """
    try:
        return _compiled(source, tuple(_needs(source, known)), condition)
    except _Faulty as faulty:
        raise _invalid(source, faulty.report, known) from faulty


class _Faulty(Exception):
    """What the checker reports about an expression."""

    def __init__(self, report: str) -> None:
        super().__init__(report)
        self.report = report


@lru_cache(maxsize=4096)
def _compiled(source: str, needs: tuple[_Need, ...], condition: bool) -> CelExpression:
    """Compile each expression once: the same words over the same facts are one object."""
    checked = _check(source, needs, condition)
    untyped = cel.NewEnv(variables={need.name: cel.Type.DYN for need in needs})
    alone = needs[0] if len(needs) == 1 and needs[0].name == source.strip() else None
    program = untyped.deserialize(checked.serialize())
    plain = read_plain(source, {need.name: need.place for need in needs})
    return CelExpression(source=source, needs=needs, path=alone, program=program, plain=plain)


def _needs(source: str, known: Known) -> Iterator[_Need]:
    """List the known facts that a text names, each once; quoted parts are skipped."""
    for root, key in dict.fromkeys(_NAME.findall(_blank_quotes(source))):
        fact = known.get(root)
        if fact is None:
            continue
        kind = fact.whole if not key else "any" if fact.fields is None else fact.fields.get(key)
        if kind is not None:
            name = f"{root}.{key}" if key else root
            yield _Need(name=name, root=root, key=key or None, kind=kind, gaps=fact.gaps)


def _blank_quotes(source: str) -> str:
    """Replace quoted texts by spaces of the same length."""
    return _QUOTED.sub(lambda quoted: " " * len(quoted[0]), source)


def _check(source: str, needs: tuple[_Need, ...], condition: bool) -> Any:
    """Compile in the checking environment and say what is wrong in a designer's words."""
    presence = _HAS.search(_blank_quotes(source))
    if presence:
        line, column = _position(source, presence.start())
        raise ExpressionInvalid(
            "'has' is not used here", line, column, "Compare with null: `order.x != null`."
        )
    config, functions = _comparisons()
    variables = {need.name: _CEL_KINDS[need.kind] for need in needs}
    try:
        checked = cel.NewEnv(config=config, variables=variables, functions=functions).compile(source)
    except RuntimeError as error:
        raise _Faulty(str(error)) from error
    if condition and checked.return_type().name() not in _TRUTHS:
        hint = "A condition compares something, as in `order.total > 100`."
        raise ExpressionInvalid("this condition is neither true nor false", 1, 1, hint)
    return checked


@lru_cache(maxsize=1)
def _comparisons() -> tuple[Any, list[Any]]:
    """Let whole numbers and decimals be compared, as they are when evaluated; CEL's checker refuses that."""
    lines = [f'    - name: "{operator}"' for operator in _ORDER]
    config = cel.NewEnvConfigFromYaml("\n".join(["name: check", "stdlib:", "  exclude_functions:", *lines]))
    numbers = (cel.Type.INT, cel.Type.DOUBLE)
    pairs = [(a, b) for a in numbers for b in numbers]
    pairs += [(kind, kind) for kind in (cel.Type.STRING, cel.Type.TIMESTAMP, cel.Type.DURATION)]
    return config, [cel.FunctionDecl(operator, _overloads(operator, pairs)) for operator in _ORDER]


def _overloads(operator: str, pairs: list[tuple[Any, Any]]) -> list[Any]:
    """Declare one comparison for each pair of kinds."""
    return [cel.Overload(f"{operator}{a.name()}{b.name()}", cel.Type.BOOL, [a, b]) for a, b in pairs]


def _position(source: str, offset: int) -> tuple[int, int]:
    """Turn an offset into line and column, both from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _invalid(source: str, report: str, known: Known) -> ExpressionInvalid:
    """Translate the checker's first complaint."""
    found = _ERROR.search(report)
    if not found:
        return ExpressionInvalid(_plain(report), 1, 1)
    line, column, text = int(found[1]), int(found[2]), found[3].removesuffix(" [INVALID_ARGUMENT]")
    return _undeclared(source, line, text, known) or _mistake(text, line, column)


def _undeclared(source: str, line: int, text: str, known: Known) -> ExpressionInvalid | None:
    """Explain a name that nothing declares, with the nearest that something does."""
    found = re.match(r"undeclared reference to '([\w.]+)'", text)
    if not found:
        return None
    root, _, key = found[1].partition(".")
    start = max(source.splitlines()[line - 1].find(found[1]) + 1, 1)
    fields = known[root].fields if root in known else None
    if fields is not None:
        names = [f"{root}.{field}" for field in fields]
        message = f"'{root}' has no field '{key}'" if key else f"'{root}' alone is not a value"
        return ExpressionInvalid(message, line, start, did_you_mean(found[1], names))
    return ExpressionInvalid(f"nothing here is called '{root}'", line, start, did_you_mean(root, known))


_WORDS = {"wrapper(string)": "text", "wrapper(double)": "number", "wrapper(bool)": "truth", "string": "text"}
_WORDS |= {"int": "whole number", "double": "decimal number", "bool": "truth", "null_type": "nothing"}


def _mistake(text: str, line: int, column: int) -> ExpressionInvalid:
    """Explain operands that do not go together, or a syntax error."""
    found = re.match(r"found no matching overload for '(?:@?_?)(.+?)_?' applied to '\((.*)\)'", text)
    if found:
        kinds = " and ".join(_WORDS.get(kind, kind) for kind in found[2].split(", "))
        hint = (
            "Write numbers with a point beside amounts: `2.0`."
            if "number" in kinds and "text" not in kinds
            else ""
        )
        return ExpressionInvalid(f"'{found[1]}' cannot take {kinds}", line, column, hint)
    hint = "Use `&&`, `||`, `!`, `==`, `in`; put texts in quotes."
    return ExpressionInvalid(text.replace("Syntax error: ", "this cannot be read: "), line, column, hint)


def _plain(report: str) -> str:
    """Shorten an interpreter's message to its first line without its code."""
    return re.sub(r"^[A-Z_]+: ", "", report.splitlines()[0]) if report else "no reason was given"
