"""The models of a declared tool's arguments and result, and how an answer is read into the latter."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, ValidationError, create_model

from tools.arguments import Answer, Arguments
from tools.declared.declaration import Argument, DeclarationFault, DeclaredTool, ValueKind
from tools.declared.declaration import Field as Picked
from tools.declared.pointers import Absent, pick
from tools.declared.sending import Unreadable
from tools.errors import NoSuchThing

LONGEST = 4000
"""Characters of a text that a tool takes."""


def as_text(value: object) -> object:
    """Take a number for its digits: systems write ids either way."""
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def as_number(value: object) -> object:
    """Take digits in quotes for the number, and a whole one as such; yes and no are none."""
    if isinstance(value, bool):
        raise ValueError("this is no number")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # what was counted in a conversation is a float: `/things/12.0` is nowhere
    if not isinstance(value, str | Decimal):
        return value
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise ValueError("this is no number") from None
    return int(exact) if exact == exact.to_integral_value() and abs(exact) < 2**53 else float(exact)


def as_truth(value: object) -> object:
    """Only yes and no are truths; 0, 1 and words are not."""
    if not isinstance(value, bool):
        raise ValueError("this is neither true nor false")
    return value


Words = Annotated[str, BeforeValidator(as_text), StringConstraints(max_length=LONGEST)]
Number = Annotated[int | float, BeforeValidator(as_number), Field(allow_inf_nan=False)]
Truth = Annotated[bool, BeforeValidator(as_truth)]
TYPES: Mapping[ValueKind, Any] = {"text": Words, "number": Number, "truth": Truth, "any": Any}


def arguments_model(name: str, declared: Mapping[str, Argument]) -> type[BaseModel]:
    """Make the model of what is asked for; a misspelt argument is refused, as everywhere."""
    fields: dict[str, Any] = {}
    for given, argument in declared.items():
        if argument.kind is None:
            continue
        kind = TYPES[argument.kind]
        if argument.pattern is not None:
            kind = Annotated[kind, StringConstraints(pattern=argument.pattern, strip_whitespace=True)]
        elif argument.kind == "text" and not argument.optional:
            kind = Annotated[kind, StringConstraints(min_length=1, strip_whitespace=True)]
        described = Field(None if argument.optional else ..., description=argument.description)
        fields[given] = (kind | None if argument.optional else kind, described)
    try:
        return create_model(f"{camel(name)}Arguments", __base__=Arguments, **fields)
    except Exception as error:
        raise DeclarationFault(("args",), f"these arguments cannot be checked: {error}") from error


def result_model(name: str, declared: Mapping[str, Picked]) -> type[BaseModel]:
    """Make the model of what is given back."""
    fields: dict[str, Any] = {
        given: (TYPES[one.kind] | None, None) if one.optional else (TYPES[one.kind], ...)
        for given, one in declared.items()
    }
    return create_model(f"{camel(name)}Result", __base__=Answer, **fields)


def read_answer(
    tool: DeclaredTool, model: type[BaseModel], answer: Any, customer_id: str | None
) -> BaseModel:
    """Read an answer; nothing there, or somebody else's, are the same from outside."""
    found = _found(tool, answer)
    if tool.owner_at is not None and as_text(_value(found, tool.owner_at)) != customer_id:
        raise NoSuchThing("thing")
    values = {name: _value(found, one.at) for name, one in tool.result.items()}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        fields = ", ".join(dict.fromkeys(str(fault["loc"][0]) for fault in error.errors()))
        raise Unreadable("bad_answer", f"the answer does not fit: {fields}") from error


def _found(tool: DeclaredTool, answer: Any) -> Any:
    """The part of an answer that is the thing asked for; absent, null or empty, it does not exist."""
    try:
        found = pick(answer, tool.found_at)
    except Absent:
        found = None
    if found is None or (tool.found_at and found in ([], {}, "")):
        raise NoSuchThing("thing")
    return found


def _value(found: Any, pointer: str) -> Any:
    try:
        return pick(found, pointer)
    except Absent:
        return None


def camel(name: str) -> str:
    """A tool's name as the name of a class."""
    return "".join(part.capitalize() for part in name.split("_"))
