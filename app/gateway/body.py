"""Read a JSON body: within limits, as real text, in the shape of its model; or say exactly what is wrong."""

import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from typing import Any, TypeVar

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from app.gateway.message import LONGEST_TEXT
from app.problems import Problem, wrong_fields
from guardrails.folding import INVISIBLE

MOST_BYTES = 8 * LONGEST_TEXT
"""A text of the longest length still fits when every character is written as an escape."""

M = TypeVar("M", bound=BaseModel)


def too_large(detail: str) -> Problem:
    """Say that a text or body is beyond its limit."""
    return Problem(413, "too-large", "This is too large.", detail)


def not_json(detail: str) -> Problem:
    """Say that a body cannot be read as JSON."""
    return Problem(400, "not-json", "The body is not JSON.", detail)


async def read_body(request: Request) -> bytes:
    """Read the body, and stop as soon as it is larger than any honest one."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        raise too_large(f"A body may have {MOST_BYTES // 1024} kB.")
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > MOST_BYTES:
            raise too_large(f"A body may have {MOST_BYTES // 1024} kB.")
    return bytes(chunks)


def parse_json(raw: bytes | str) -> Any:
    """Parse JSON; a NUL or a lone surrogate in a text is named by its field."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _why_unreadable(raw, error) from None
    escaped_nul = b"\\u0000" in raw if isinstance(raw, bytes) else "\\u0000" in raw
    if escaped_nul:
        _refuse(value, "\0", "has a NUL character")
    return value


def fit(model: type[M], value: object) -> M:
    """Validate a parsed value, or name the fields that do not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise wrong_fields(mistakes(error)) from None


def mistakes(error: ValidationError) -> list[Mapping[str, Any]]:
    """Return what does not fit, in words of the API's own language that never repeat a value."""
    return [_in_words(one) for one in error.errors(include_url=False, include_input=False)]


def _in_words(mistake: Mapping[str, Any]) -> Mapping[str, Any]:
    loc, context = tuple(mistake["loc"]), mistake.get("ctx", {})
    match mistake["type"]:
        case "dict_type" | "model_type" | "model_attributes_type":
            return {"loc": loc, "msg": "must be an object"}
        case "union_tag_invalid":
            # The library's own sentence quotes the tag that was sent.
            tag = str(context["discriminator"]).strip("'")
            return {"loc": (*loc, tag), "msg": f"must be one of {context['expected_tags']}"}
        case "union_tag_not_found":
            return {"loc": (*loc, str(context["discriminator"]).strip("'")), "msg": "is missing"}
        case _:
            return {"loc": loc, "msg": mistake["msg"]}


def check_text(text: str, field: str) -> str:
    """Return a message's text when it has some and is not too long."""
    if len(text) > LONGEST_TEXT or len(text.encode()) > LONGEST_TEXT:
        raise too_large(f"{field} may have {LONGEST_TEXT // 1024} kB; send a file or several messages.")
    if not INVISIBLE.sub("", text).strip():
        raise Problem(422, "wrong-fields", "Some fields do not fit.", f"{field} is empty; write something.")
    return text


async def read_model(request: Request, model: type[M]) -> M:
    """Read, parse and validate a request's body."""
    return fit(model, parse_json(await read_body(request)))


def body_of(model: type[M], *, empty: dict[str, Any] | None = None) -> Callable[[Request], Awaitable[M]]:
    """Return a dependency that reads a body as its model; the route documents it with `documented`.

    `empty` stands for a body that is not there.
    """

    async def read(request: Request) -> M:
        raw = await read_body(request)
        if empty is not None and not raw:
            return fit(model, empty)
        # A form of another site can send text, but not this type without asking first.
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise not_json("Send it with Content-Type: application/json.")
        return fit(model, parse_json(raw))

    return read


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a body that the route reads itself, for the OpenAPI document."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": model.model_json_schema()}},
        }
    }


def _why_unreadable(raw: bytes | str, error: orjson.JSONDecodeError) -> Problem:
    """Tell a lone surrogate, which other parsers let through, from what is no JSON at all."""
    try:
        value = json.loads(raw)
        _refuse(value, None, "has half of a surrogate pair")
    except (ValueError, RecursionError):
        return not_json(f"Line {error.lineno}, column {error.colno}.")
    except Problem as problem:
        return problem
    return not_json("It holds something that JSON does not allow, such as NaN.")


def _refuse(value: object, character: str | None, what: str) -> None:
    for field, text in _texts(value, ()):
        bad = character in text if character else any("\ud800" <= c <= "\udfff" for c in text)
        if bad:
            name = ".".join(field).encode("ascii", "replace").decode() or "body"
            raise Problem(
                400, "unreadable-text", "A text cannot be read.", f"{name} {what}; leave it out.", field=name
            )


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _texts(item, (*path, str(place)))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*path, "a name"), key
            yield from _texts(item, (*path, key))


class PlainRoute(APIRoute):
    """A route whose endpoint takes the request and gives the response itself.

    At each message FastAPI would look for parameters and dependencies that there are none of.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint as it is."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint
