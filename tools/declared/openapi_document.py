"""An OpenAPI 3.0 or 3.1 document: operations by id, with references resolved inside the document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from tools.declared.declaration import Auth, DeclarationFault, nearest
from tools.declared.pointers import Absent, pick, steps

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JSON_KINDS: Mapping[str, str] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "truth",
}
DEEPEST = 30
MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    where: str
    required: bool
    schema: Any


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation: how it is asked, and the shape of its answer as far as the document tells."""

    method: str
    path: str
    server: str | None
    parameters: Mapping[str, Parameter]
    body: Any
    """The schema of the body; None when it takes none."""
    form: bool
    """True: the body is a form, not JSON."""
    body_required: bool
    answer: Any


class Document:
    """A document that was read from a file."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root

    @classmethod
    def read(cls, path: Path) -> "Document":
        """Read JSON or YAML; raises `DeclarationFault` for anything that is no OpenAPI 3."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise DeclarationFault(("document",), f"{path.name} is larger than 20 MB")
            root = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except OSError as error:
            raise DeclarationFault(("document",), f"there is no file {path.name}") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise DeclarationFault(("document",), f"{path.name} is neither JSON nor YAML") from error
        version = str(root.get("openapi", "")) if isinstance(root, dict) else ""
        if not version.startswith(("3.0", "3.1")):
            hint = "Convert Swagger 2.0 to OpenAPI 3 first." if isinstance(root, dict) else ""
            raise DeclarationFault(("document",), f"{path.name} is no OpenAPI 3.0 or 3.1 document", hint)
        return cls(root)

    def operations(self) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
        """Every operation that has an id, with its method and path."""
        for path, item in self._root.get("paths", {}).items():
            for method in METHODS:
                if "operationId" in (found := self.resolved(item).get(method, {})):
                    yield str(found["operationId"]), method, path, found

    def operation(self, name: str) -> Operation:
        """Find an operation by its id."""
        known = {one: (method, path, found) for one, method, path, found in self.operations()}
        if name not in known:
            message = f"the document has no operation '{name}'"
            raise DeclarationFault(("operation",), message, nearest(name, known))
        method, path, found = known[name]
        item = self.resolved(self._root["paths"][path])
        body = self.resolved(found.get("requestBody", {}))
        schema, form = self._content(body, found.get("requestBody") is not None)
        return Operation(
            method=method.upper(),
            path=path,
            server=self._server(found, item),
            parameters=self._parameters(item, found),
            body=schema,
            form=form,
            body_required=bool(body.get("required", False)),
            answer=self._answer(found),
        )

    def resolved(self, node: Any) -> Any:
        """Follow references; only those inside the document are followed."""
        for _ in range(DEEPEST):
            if not isinstance(node, Mapping) or "$ref" not in node:
                return node if node is not None else {}
            target = str(node["$ref"])
            if not target.startswith("#"):
                hint = "Put everything into one file."
                raise DeclarationFault(("document",), f"the reference '{target}' leads out of it", hint)
            try:
                node = pick(self._root, unquote(target[1:]))
            except Absent:
                raise DeclarationFault(("document",), f"the reference '{target}' leads nowhere") from None
        raise DeclarationFault(("document",), "its references go round in circles")

    def property(self, schema: Any, name: str) -> Any:
        """The schema of one property; None when the document does not say, `Absent` when it has none."""
        schema = self.resolved(schema)
        parts = [self.resolved(one) for key in ("allOf", "anyOf", "oneOf") for one in schema.get(key, ())]
        known = {key: one for part in (schema, *parts) for key, one in part.get("properties", {}).items()}
        if name in known:
            return self.resolved(known[name])
        if isinstance(items := schema.get("items"), Mapping) and name.isdigit():
            return self.resolved(items)
        if known and schema.get("additionalProperties") in (None, False) and not self._vague(parts):
            raise Absent(name)
        return None

    def at(self, schema: Any, pointer: str) -> Any:
        """The schema at a place of an answer; None from where the document says nothing."""
        for name in steps(pointer):
            if schema is None:
                return None
            schema = self.property(schema, name)
        return schema

    def kind(self, schema: Any) -> str | None:
        """The kind of a value by its schema, as far as it has just one."""
        kinds = self._types(schema)
        return kinds.pop() if len(kinds) == 1 else None

    def auth(self, auth: Auth) -> Auth:
        """Fill in what a security scheme of the document says."""
        schemes = self._root.get("components", {}).get("securitySchemes", {})
        if auth.scheme not in schemes:
            message = f"the document has no security scheme '{auth.scheme}'"
            raise DeclarationFault(("auth", "scheme"), message, nearest(str(auth.scheme), schemes))
        return scheme_auth(auth, self.resolved(schemes[auth.scheme]))

    def _vague(self, parts: list[Any]) -> bool:
        return any("properties" not in part for part in parts)

    def _types(self, schema: Any) -> set[str]:
        schema = self.resolved(schema)
        given = schema.get("type")
        listed = given if isinstance(given, list) else [given] if given else []
        nested = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
        found = {JSON_KINDS.get(str(one), "any") for one in listed if one != "null"}
        return found.union(*(self._types(one) for one in nested)) if nested else found

    def _parameters(self, item: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Parameter]:
        both = [self.resolved(one) for one in (*item.get("parameters", ()), *found.get("parameters", ()))]
        return {
            one["name"]: Parameter(
                name=one["name"],
                where=one["in"],
                required=bool(one.get("required", one["in"] == "path")),
                schema=self.resolved(one.get("schema", {})),
            )
            for one in both
        }

    def _content(self, body: Mapping[str, Any], wanted: bool) -> tuple[Any, bool]:
        kinds = body.get("content", {})
        for name, content in kinds.items():
            if is_json(name):
                return self.resolved(content.get("schema", {})), False
        for name, content in kinds.items():
            if name == "application/x-www-form-urlencoded":
                return self.resolved(content.get("schema", {})), True
        if wanted and kinds:
            raise DeclarationFault(("operation",), f"its body is neither JSON nor a form: {', '.join(kinds)}")
        return None, False

    def _answer(self, found: Mapping[str, Any]) -> Any:
        """The schema of the first answer that says yes; None when the document does not tell."""
        for status, response in found.get("responses", {}).items():
            if str(status).startswith("2"):
                for name, content in self.resolved(response).get("content", {}).items():
                    if is_json(name):
                        return self.resolved(content.get("schema", {})) or None
        return None

    def _server(self, found: Mapping[str, Any], item: Mapping[str, Any]) -> str | None:
        for place in (found, item, self._root):
            for server in place.get("servers", ()):
                variables = server.get("variables", {})
                values = {name: str(one.get("default", "")) for name, one in variables.items()}
                url = str(server.get("url", "")).format_map(values)
                return url if url.startswith(("http://", "https://")) else None
        return None


def scheme_auth(auth: Auth, scheme: Mapping[str, Any]) -> Auth:
    """One security scheme in our words."""
    match scheme.get("type"), str(scheme.get("scheme", "")).lower():
        case "apiKey", _:
            return replace(auth, kind="api_key", name=scheme["name"], in_=scheme["in"])
        case "http", "bearer":
            return replace(auth, kind="bearer")
        case "http", "basic" if auth.user:
            return replace(auth, kind="basic")
        case "http", "basic":
            raise DeclarationFault(("auth",), "this scheme needs a `user`")
        case "oauth2", _ if flow := scheme.get("flows", {}).get("clientCredentials"):
            if not auth.client_id:
                raise DeclarationFault(("auth",), "this scheme needs a `client_id`")
            return replace(auth, kind="oauth2", token_url=auth.token_url or flow["tokenUrl"])
        case kind, _:
            message = f"schemes of the type '{kind}' cannot be used here"
            hint = "apiKey, http (basic, bearer) and oauth2 with client credentials can."
            raise DeclarationFault(("auth", "scheme"), message, hint)


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON or one of its kin."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare == "application/json" or bare.endswith("+json")
