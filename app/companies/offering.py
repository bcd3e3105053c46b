"""Reads an OpenAPI document and offers each of its operations as a tool; nothing is called."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from app.companies.errors import CannotRead
from app.companies.words import name_of, unique
from tools.declared.declaration import Argument, DeclarationFault, DeclaredTool, Field, ValueKind
from tools.declared.openapi import automatic, check_operation, properties
from tools.declared.openapi_document import METHODS, Document, Operation

MOST_FIELDS = 12
"""Values of an answer that are offered; more would only hide those that matter."""
MOST_ARGUMENTS = 12
CUSTOMER = frozenset({"customer_id", "customer"})
"""What a value is called that says whose thing it is."""
SCALARS = frozenset({"text", "number", "truth"})
NOWHERE = "https://api.example.invalid"
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class OfferedTool:
    """One operation as a tool that the company may take or leave."""

    name: str
    method: str
    path: str
    declared: DeclaredTool

    @property
    def reads(self) -> bool:
        """Whether it is taken at once, because it changes nothing."""
        return self.declared.risk == "read"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a document offers."""

    connection: str
    title: str
    text: str
    """The document itself, which goes into the book."""
    file: str
    url: str | None
    """Where the system is; None where the document says it."""
    network: str | None
    """The private network in which it is, which settings must open; None for a public address."""
    scheme: str | None
    """The document's security scheme that lets us in."""
    tools: tuple[OfferedTool, ...]
    notes: tuple[str, ...] = ()


def offer_of(path: Path, taken: frozenset[str] = frozenset()) -> Offer:
    """Read a document; raises `CannotRead` when it is none, or offers nothing."""
    try:
        document = Document.read(path)
        text = path.read_text("utf-8")
        root: Mapping[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
        return _offer(path, document, root, text, taken)
    except DeclarationFault as fault:
        raise CannotRead(" ".join(filter(None, (f"{path}: {fault.message}.", fault.hint)))) from fault
    except _MALFORMED as error:
        raise CannotRead(
            f"{path}: its paths, operations or schemas are not written as OpenAPI 3 wants them."
        ) from error


def _offer(
    path: Path, document: Document, root: Mapping[str, Any], text: str, taken: frozenset[str]
) -> Offer:
    title = str((root.get("info") or {}).get("title") or path.stem)
    connection = name_of(title) or "company"
    suffix = path.suffix if path.suffix in (".json", ".yaml", ".yml") else ".json"
    scheme, notes = _scheme(root)
    address = _address(root)
    tools, skipped = _tools(document, root, connection, taken)
    if not tools:
        raise CannotRead(
            f"{path}: no operation in it can be offered as a tool. " + " ".join(skipped or ["It has none."])
        )
    if address is None:
        notes += (f"The document names no address: write it as `url` in book/connections/{connection}.yaml.",)
    return Offer(
        connection=connection,
        title=title,
        text=text,
        file=f"{connection}{suffix}",
        url=None if address else NOWHERE,
        network=_private_network(address),
        scheme=scheme,
        tools=tuple(tools),
        notes=(*notes, *skipped),
    )


def _address(root: Mapping[str, Any]) -> str | None:
    """The first server, where it is a whole address."""
    servers = root.get("servers") or [{}]
    url = str(servers[0].get("url", ""))
    return url if url.startswith(("http://", "https://")) else None


def _private_network(address: str | None) -> str | None:
    """The network of an address that tools reach only when the settings allow it."""
    host = urlsplit(address or "").hostname or ""
    try:
        found = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return None
    if found.is_loopback and found.version == 4:
        return "127.0.0.0/8"
    return None if found.is_global else f"{found}/{found.max_prefixlen}"


def _scheme(root: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """The first security scheme that needs one secret and nothing else; others are told."""
    schemes = (root.get("components") or {}).get("securitySchemes") or {}
    for name, scheme in schemes.items():
        kind, how = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if kind == "apiKey" or (kind == "http" and how == "bearer"):
            return str(name), ()
    if not schemes:
        return None, ()
    listed = ", ".join(map(str, schemes))
    return None, (f"Say how the system lets us in ({listed}): `auth` in its connection.",)


def _tools(
    document: Document, root: Mapping[str, Any], connection: str, taken: frozenset[str]
) -> tuple[list[OfferedTool], tuple[str, ...]]:
    """Every operation that can be a tool, those that read first, and what is said about the rest."""
    offered: list[OfferedTool] = []
    skipped: list[str] = []
    names = set(taken)
    for identity, method, path, found in document.operations():
        try:
            tool = _tool(document, connection, identity, method, found)
        except (DeclarationFault, *_MALFORMED) as error:
            why = (
                error.message
                if isinstance(error, DeclarationFault)
                else "it is not written as OpenAPI wants it"
            )
            skipped.append(f"{method.upper()} {path} ({identity}) is left out: {why}.")
            continue
        name = unique(name_of(identity) or name_of(f"{method} {path}"), names, connection)
        offered.append(OfferedTool(name=name, method=method.upper(), path=path, declared=tool))
    skipped += _without_id(document, root)
    return sorted(offered, key=lambda tool: not tool.reads), tuple(skipped)


def _without_id(document: Document, root: Mapping[str, Any]) -> Iterator[str]:
    """Name the operations that cannot be spoken of."""
    for path, item in (root.get("paths") or {}).items():
        for method, found in document.resolved(item).items():
            if method in METHODS and "operationId" not in found:
                yield f"{method.upper()} {path} is left out: it has no operationId; give it one."


def _tool(
    document: Document, connection: str, identity: str, method: str, found: Mapping[str, Any]
) -> DeclaredTool:
    """Declare one operation as far as the document tells; it is checked against the document."""
    operation = document.operation(identity)
    said = str(found.get("summary") or found.get("description") or identity)
    reads = method in ("get", "head")
    made = DeclaredTool(
        connection=connection,
        description=" ".join(said.split())[:200],
        risk="read" if reads else "write",
        operation=identity,
        args=_arguments(document, operation),
        result={},
    )
    made = _with_result(document, operation.answer, made)
    check_operation(document, made, operation)
    return made


def _arguments(document: Document, operation: Operation) -> dict[str, Argument]:
    """What is asked for; a value that says whose thing it is comes from the customer who asks."""
    args: dict[str, Argument] = {}
    names: set[str] = set()
    for target, required, schema in _asked(document, operation):
        kind: ValueKind = document.kind(schema) or "text"  # type: ignore[assignment]
        if len(args) >= MOST_ARGUMENTS or not (required or kind in SCALARS):
            continue
        name = unique(name_of(target) or "value", names)
        owner = name in CUSTOMER and kind in ("text", "any")
        args[name] = Argument(
            to=target, kind=None if owner else kind, customer=owner, optional=not (required or owner)
        )
    return args


def _asked(document: Document, operation: Operation) -> Iterator[tuple[str, bool, Any]]:
    """Yield every parameter and every property of the body: its place, whether it must be, its schema."""
    for name, one in operation.parameters.items():
        if not automatic(one) and (one.required or one.where in ("path", "query")):
            yield name, one.required, one.schema
    needed = document.resolved(operation.body).get("required", ()) if operation.body is not None else ()
    for name, schema in properties(document, operation.body).items():
        if name not in operation.parameters:
            yield name, operation.body_required and name in needed, schema


def _with_result(document: Document, answer: Any, tool: DeclaredTool) -> DeclaredTool:
    """Add what the answer holds: the values of the thing that is found, and whose it is."""
    found_at, thing = _thing(document, answer)
    needed = document.resolved(thing).get("required", ()) if thing is not None else ()
    result: dict[str, Field] = {}
    owner_at = None
    for at, schema in _values(document, thing):
        kind = document.kind(schema)
        name = name_of(at.strip("/").replace("/", " "))
        if name in CUSTOMER:
            owner_at = at
        elif kind in SCALARS and len(result) < MOST_FIELDS:
            named = unique(name or "value", set(result))
            result[named] = Field(kind=kind, at=at, optional=at.strip("/") not in needed)  # type: ignore[arg-type]
    whole = {"answer": Field(kind="any", at="", optional=True)}
    return replace(
        tool,
        result=result or whole,
        found_at=found_at,
        owner_at=owner_at if tool.risk == "read" else None,
    )


def _thing(document: Document, answer: Any) -> tuple[str, Any]:
    """Where the thing itself stands in an answer: below a wrapper, or first of a list."""
    if answer is None:
        return "", None
    schema, found_at = document.resolved(answer), ""
    inner = properties(document, schema)
    lists = [name for name, one in inner.items() if "items" in document.resolved(one)]
    objects = [name for name, one in inner.items() if properties(document, one)]
    wrapper = lists if len(lists) == 1 and not objects else objects if len(inner) == 1 else []
    if wrapper:
        found_at = f"/{wrapper[0]}"
        schema = document.resolved(inner[wrapper[0]])
    if "items" in schema:
        return f"{found_at}/0", document.resolved(schema["items"])
    return found_at, schema


def _values(document: Document, thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield the values of a thing, those one level below it last."""
    inner = properties(document, thing)
    yield from ((f"/{name}", schema) for name, schema in inner.items() if _plain(name))
    for name, schema in inner.items():
        if _plain(name):
            yield from (
                (f"/{name}/{below}", one)
                for below, one in properties(document, schema).items()
                if _plain(below)
            )


def _plain(name: str) -> bool:
    """Whether a name can stand in a pointer as it is."""
    return re.fullmatch(r"[^/~]+", name) is not None
