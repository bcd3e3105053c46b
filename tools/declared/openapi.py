"""Tools over an OpenAPI document: each is one operation, checked against the document before any call."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from tools.declared.admission import Secrets
from tools.declared.declaration import Argument, Connection, DeclarationFault, DeclaredTool, nearest
from tools.declared.http import HttpSystem, exchange, http_system
from tools.declared.openapi_document import Document, Operation, Parameter
from tools.declared.pointers import Absent, steps
from tools.declared.sending import Ask, Sending, decoded_answer, nested, targets
from tools.errors import BackendRefused

READING = frozenset({"GET", "HEAD", "POST"})
"""Methods that a read may use; some systems search by POST."""


class OpenApiSystem:
    """One system with its document."""

    def __init__(self, connection: Connection, secrets: Secrets, session: aiohttp.ClientSession) -> None:
        assert connection.document is not None
        self._connection = connection
        self._document = Document.read(connection.document)
        auth = connection.auth
        self._auth = self._document.auth(auth) if auth and auth.scheme else auth
        self._secrets = secrets
        self._session = session
        self._systems: dict[str, HttpSystem] = {}

    def ask(self, tool: DeclaredTool) -> Ask:
        """Make the call of one operation; raises `DeclarationFault` when the document says otherwise."""
        operation = self._document.operation(tool.operation or "")
        check_operation(self._document, tool, operation)
        self._check_cookies(tool, operation)
        system = self._system(operation)
        api = system.api(tool)

        async def ask(sending: Sending) -> Any:
            path, options = request_of(operation, sending, system.admission.query)
            reply = await exchange(tool, api, path, operation.method, **options)
            return decoded_answer(reply.body)

        return ask

    def _check_cookies(self, tool: DeclaredTool, operation: Operation) -> None:
        """Refuse cookies beside a key that travels as a cookie: one header would hide the other."""
        used = [operation.parameters[one].where for one in targets(tool) if one in operation.parameters]
        if self._auth is not None and self._auth.in_ == "cookie" and "cookie" in used:
            raise DeclarationFault(("args",), "cookies cannot be sent beside a key that is a cookie")

    def _system(self, operation: Operation) -> HttpSystem:
        """Where an operation is served: one system an address, so that a token is fetched once."""
        url = self._connection.url or operation.server
        if url is None:
            raise DeclarationFault(("url",), "the document names no address", "Say the system's `url`.")
        if url not in self._systems:
            self._systems[url] = http_system(self._connection, url, self._auth, self._secrets, self._session)
        return self._systems[url]


def request_of(
    operation: Operation, sending: Sending, carried: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """Spread values over path, query, headers, cookies and body as the document wants them."""
    sorted_out: dict[str, dict[str, Any]] = {
        name: {} for name in ("path", "query", "header", "cookie", "body")
    }
    for target, value in sending.values.items():
        parameter = operation.parameters.get(target)
        sorted_out[parameter.where if parameter else "body"][target] = value
    path = operation.path
    for name, value in sorted_out["path"].items():
        path = path.replace(f"{{{name}}}", path_segment(name, value))
    pairs = [(name, one) for name, value in sorted_out["query"].items() for one in listed(value)]
    asked = urlencode([*pairs, *carried.items()], quote_via=quote)
    headers = {name: one_line(name, value) for name, value in sorted_out["header"].items()}
    if sorted_out["cookie"]:
        headers["Cookie"] = "; ".join(f"{k}={quote(written(v))}" for k, v in sorted_out["cookie"].items())
    options: dict[str, Any] = {"headers": headers | dict(sending.headers)}
    if operation.body is not None and (sorted_out["body"] or operation.body_required):
        made = nested(sorted_out["body"])
        options["data" if operation.form else "json"] = as_form(made) if operation.form else made
    return f"{path}?{asked}" if asked else path, options


def path_segment(name: str, value: Any) -> str:
    """A value as one segment of a path: it cannot become another path."""
    text = written(value)
    if text in ("", ".", ".."):
        raise BackendRefused("invalid_arguments", f"{name} cannot be part of an address")
    return quote(text, safe="")


def one_line(name: str, value: Any) -> str:
    """A value as a header: it cannot become another header."""
    text = written(value)
    if not text.isprintable() or not text.isascii():
        raise BackendRefused("invalid_arguments", f"{name} cannot be sent as a header")
    return text


def written(value: Any) -> str:
    """A value as addresses and headers write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed(value: Any) -> list[str]:
    """A value, or each of several, for one name of a query."""
    return [written(one) for one in value] if isinstance(value, list) else [written(value)]


def as_form(made: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An object as the fields of a form."""
    return [(name, one) for name, value in made.items() for one in listed(value)]


def check_operation(document: Document, tool: DeclaredTool, operation: Operation) -> None:
    """Compare a declaration with the document; raises `DeclarationFault` at the first difference."""
    if tool.risk == "read" and operation.method not in READING:
        message = f"{operation.method} changes something, so this is no read"
        raise DeclarationFault(("risk",), message, "Write `risk: write`, or `money` where it moves money.")
    if tool.risk != "read" and operation.method in ("GET", "HEAD"):
        raise DeclarationFault(("risk",), f"{operation.method} has no effect", "Write `risk: read`.")
    for target, place in targets(tool).items():
        check_kind(document, tool.args.get(place[-1]), schema_of(document, operation, target, place), place)
    missing = [name for name in demanded(document, operation) if not is_sent(name, tool)]
    if missing:
        message = f"the operation needs {', '.join(missing)}"
        raise DeclarationFault(("args",), message, "Add an argument that goes there with `to`.")
    for name, field in tool.result.items():
        check_answer(document, operation.answer, tool.found_at + field.at, field.kind, ("result", name))
    if tool.owner_at is not None:
        check_answer(document, operation.answer, tool.found_at + tool.owner_at, "any", ("owner_at",))


def schema_of(document: Document, operation: Operation, target: str, place: tuple[str, ...]) -> Any:
    """What the document says of the place a value goes to."""
    if target in operation.parameters:
        return operation.parameters[target].schema
    known = [*operation.parameters, *(f"/{name}" for name in properties(document, operation.body))]
    pointer = target if target.startswith("/") else f"/{target}"
    try:
        if operation.body is None:
            raise Absent(target)
        return document.at(operation.body, pointer)
    except Absent:
        message = f"the operation takes no '{target}'"
        raise DeclarationFault(place, message, nearest(target, known)) from None


def check_kind(document: Document, argument: Argument | None, schema: Any, place: tuple[str, ...]) -> None:
    """Refuse a text where the document wants a number, and the like."""
    wanted = document.kind(schema) if schema is not None else None
    if argument is None or argument.kind in (None, "any") or wanted in (None, "any", argument.kind):
        return
    raise DeclarationFault(place, f"the document wants a {wanted} here, not a {argument.kind}")


def check_answer(document: Document, answer: Any, pointer: str, kind: str, place: tuple[str, ...]) -> None:
    """Refuse a field that the documented answer does not have, or has in another kind."""
    if answer is None:
        return
    try:
        schema = document.at(answer, pointer)
    except Absent as missing:
        name, beside = str(missing), properties(document, above(document, answer, pointer, str(missing)))
        message = f"the documented answer has no '{name}'"
        raise DeclarationFault(place, message, nearest(name, list(beside))) from None
    found = document.kind(schema) if schema is not None else None
    textual = kind == "text" and found == "number"
    if (
        kind != "any"
        and found not in (None, "any", kind)
        and not textual
        and not numeric(document, schema, kind)
    ):
        raise DeclarationFault(place, f"the document says that this is a {found}, not a {kind}")


def numeric(document: Document, schema: Any, kind: str) -> bool:
    """Whether a number may come as digits in quotes: many systems write money so."""
    return kind == "number" and document.kind(schema) == "text"


def above(document: Document, answer: Any, pointer: str, missing: str) -> Any:
    """The schema that lacks a property."""
    schema = answer
    for name in steps(pointer):
        if name == missing:
            break
        schema = document.property(schema, name)
    return schema


def properties(document: Document, schema: Any) -> Mapping[str, Any]:
    """The named properties of an object, as far as the document lists them."""
    if schema is None:
        return {}
    found = document.resolved(schema)
    parts = [document.resolved(one) for key in ("allOf", "anyOf", "oneOf") for one in found.get(key, ())]
    return {name: one for part in (found, *parts) for name, one in part.get("properties", {}).items()}


def demanded(document: Document, operation: Operation) -> Iterable[str]:
    """What a call cannot do without: required parameters, and required properties of a required body."""
    yield from (name for name, one in operation.parameters.items() if one.required and not automatic(one))
    if operation.body is not None and operation.body_required:
        yield from document.resolved(operation.body).get("required", ())


def automatic(parameter: Parameter) -> bool:
    """Headers that every request carries anyway."""
    return parameter.where == "header" and parameter.name.lower() in (
        "accept",
        "content-type",
        "authorization",
    )


def is_sent(name: str, tool: DeclaredTool) -> bool:
    """Whether a declaration sends something to a parameter, or to or below a property."""
    if tool.key is not None and (tool.key.header or "").lower() == name.lower():
        return True
    return any(target == name or target.strip("/").split("/")[0] == name for target in targets(tool))
