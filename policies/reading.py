"""What compiling a file needs: the file, its positions, and a list for its mistakes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from policies.expressions import CelExpression, ExpressionInvalid, compile_expression
from policies.facts import Known
from policies.problems import Problem, did_you_mean
from policies.shapes import Strict
from policies.source import Source, YamlPath
from policies.templates import TemplateInvalid, Wording, parse_wording

S = TypeVar("S", bound=Strict)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Compiles parts of one file and notes each mistake at its place."""

    source: Source
    problems: list[Problem] = field(default_factory=list)

    def shape(self, shape: type[S]) -> S | None:
        """Check the whole file against its schema; None when it does not fit."""
        try:
            return shape.model_validate({} if self.source.content is None else self.source.content)
        except ValidationError as error:
            self.problems.extend(_schema_problems(self.source, error))
            return None

    def expression(
        self, text: str, known: Known, path: YamlPath, *, condition: bool = False
    ) -> CelExpression:
        """Compile an expression; a faulty one is noted, and an always-false one stands in its place."""
        try:
            return compile_expression(text, known, condition=condition)
        except ExpressionInvalid as error:
            line, column = self.source.inside(path, error.line, error.column)
            self.problems.append(
                Problem(
                    file=self.source.file, line=line, column=column, message=error.message, hint=error.hint
                )
            )
            return compile_expression("false", {})

    def wording(self, text: str, path: YamlPath, **made_for: Any) -> Wording | None:
        """Parse a reply's text; a faulty one is noted."""
        try:
            return parse_wording(text, **made_for)
        except TemplateInvalid as error:
            line = text.count("\n", 0, error.offset) + 1
            column = error.offset - (text.rfind("\n", 0, error.offset) + 1) + 1
            at = self.source.inside(path, line, column)
            self.problems.append(
                Problem(
                    file=self.source.file, line=at[0], column=at[1], message=error.message, hint=error.hint
                )
            )
            return None

    def note(self, path: YamlPath, message: str, hint: str = "", *, at_key: bool = False) -> None:
        """Note a mistake at a value, or at its key."""
        self.problems.append(self.source.problem(path, message, hint, at_key=at_key))

    def known_name(self, name: str, names: Any, what: str, path: YamlPath) -> bool:
        """Note a name that nothing has, with the nearest that something has."""
        if name in names:
            return True
        self.note(path, f"there is no {what} '{name}'", did_you_mean(name, names))
        return False


def _schema_problems(source: Source, error: ValidationError) -> Iterator[Problem]:
    """Turn the schema's complaints into problems; a list is not called empty for its faulty items."""
    for detail in error.errors():
        given = detail["input"]
        if detail["type"] == "too_short" and isinstance(given, list) and given:
            continue
        yield _schema_problem(source, detail)


def _schema_problem(source: Source, detail: ErrorDetails) -> Problem:
    """Say one complaint in a designer's words, at the key or value it is about."""
    path = _yaml_path(source, detail["loc"])
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "unknown_key":
        key = str(context["key"])
        hint = did_you_mean(key, str(context["allowed"]).split(", "))
        return source.problem((*path, key), f"unknown key '{key}'", hint, at_key=True)
    if kind == "missing":
        return source.problem(path, f"'{detail['loc'][-1]}' is missing", "Add it here.", at_key=True)
    return source.problem(path, *_sentence(kind, context, detail))


def _sentence(kind: str, context: dict[str, Any], detail: ErrorDetails) -> tuple[str, str]:
    """Word a complaint about a value, with a hint."""
    given = detail["input"]
    match kind:
        case "unknown_step":
            word = next(iter(given), "") if isinstance(given, dict) else given
            return "this is not a step", did_you_mean(word, str(detail["msg"]).split(", "))
        case "literal_error":
            allowed = [word.strip(" '") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
            return f"'{given}' is not allowed here", did_you_mean(given, allowed)
        case "string_type":
            return "this must be a text", "Put it in quotes."
        case "string_pattern_mismatch":
            return (
                f"'{given}' does not have the right form",
                "Names are small letters, digits and underscores.",
            )
        case "dict_type" | "not_a_mapping":
            return "this must be a mapping of keys to values", "Indent `key: value` lines below it."
        case "tuple_type" | "list_type":
            return "this must be a list", "Write `[a, b]`, or lines that begin with a dash."
        case _:
            return str(detail["msg"]).removeprefix("Input ").removeprefix("Value error, "), ""


def _yaml_path(source: Source, loc: tuple[int | str, ...], path: YamlPath = ()) -> YamlPath:
    """Follow the schema's location through the file, skipping the names of alternatives.

    An alternative may be called like a key that stands there, so the reading that leads deepest counts.
    """
    if not loc:
        return path
    skipped = _yaml_path(source, loc[1:], path) if isinstance(loc[0], str) else path
    if (*path, loc[0]) not in source.marks:
        return skipped
    taken = _yaml_path(source, loc[1:], (*path, loc[0]))
    return skipped if len(skipped) > len(taken) else taken
