"""Tools over GraphQL: one document each, with variables; errors count, whatever the status says."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tools.declared.admission import Secrets
from tools.declared.declaration import Connection, DeclarationFault, DeclaredTool, nearest
from tools.declared.http import exchange, http_system
from tools.declared.meanings import meaning_of
from tools.declared.pointers import steps
from tools.declared.sending import Ask, Sending, Unreadable, decoded_answer, nested, targets
from tools.errors import BackendFailed, BackendRefused, OutcomeUnknown, ToolError

COMMENT_OR_STRING = re.compile(r'"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*')
OPERATION = re.compile(r"\b(query|mutation|subscription)\b\s*(\w+)?\s*(?:\(([^)]*)\))?")
VARIABLE = re.compile(r"\$(\w+)\s*:\s*([\w\[\]!]+)")
KINDS: Mapping[str, str] = {
    "String": "text",
    "ID": "text",
    "Int": "number",
    "Float": "number",
    "Boolean": "truth",
}
ERRORS_ANYWAY = frozenset({400, 422})
"""Statuses under which servers send a document of errors."""


class GraphQlSystem:
    """One endpoint."""

    def __init__(self, connection: Connection, secrets: Secrets, session: aiohttp.ClientSession) -> None:
        parts = urlsplit(connection.url or "")
        self._path = parts.path or "/"
        self._query = parts.query
        origin = f"{parts.scheme}://{parts.netloc}"
        self._system = http_system(connection, origin, connection.auth, secrets, session)

    def ask(self, tool: DeclaredTool) -> Ask:
        """Make the call of one document; raises `DeclarationFault` when it does not fit its arguments."""
        check_document(tool)
        api = self._system.api(tool, read_anyway=ERRORS_ANYWAY)
        keys = "&".join(filter(None, [self._query, *map("=".join, self._system.admission.query.items())]))
        path = f"{self._path}?{keys}" if keys else self._path

        async def ask(sending: Sending) -> Any:
            body = {"query": tool.query, "variables": nested(sending.values)}
            reply = await exchange(tool, api, path, json=body, headers=dict(sending.headers))
            return answered(tool, reply.status, decoded_answer(reply.body))

        return ask


def answered(tool: DeclaredTool, status: int, answer: Any) -> Any:
    """The data of a response, or the error that it stands for."""
    if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
        if status >= 400:
            raise BackendRefused(f"http_{status}", f"the system answered {status}")
        raise Unreadable("bad_answer", "the answer is no GraphQL response")
    errors = answer.get("errors") or []
    if errors:
        raise error_of(tool, errors, executed="data" in answer)
    return answer["data"]


def error_of(tool: DeclaredTool, errors: Any, *, executed: bool) -> ToolError:
    """What a response's errors mean; without `data` nothing was executed (GraphQL spec, section 7.1)."""
    codes = codes_of(errors)
    if (known := meaning_of(tool.errors, codes)) is not None:
        return known
    code = f"graphql_{codes[0].lower()}" if codes else "graphql_error"
    said = f"the system answered with an error ({codes[0] if codes else 'no code'})"
    if {"UNAUTHENTICATED", "FORBIDDEN"} & set(codes):
        return BackendFailed(code, "the system does not accept our credentials")
    if tool.risk == "read":
        return BackendFailed(code, said)
    return OutcomeUnknown(code, said, answered=True) if executed else BackendRefused(code, said)


def codes_of(errors: Any) -> list[str]:
    """The codes in the extensions of errors; a server that has none leaves it to the company's own table."""
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    extensions = [one.get("extensions") for one in listed]
    return [str(one["code"]) for one in extensions if isinstance(one, dict) and "code" in one]


def check_document(tool: DeclaredTool) -> None:
    """Compare a document's operation and variables with the tool's risk and arguments."""
    kind, variables = operation_of(tool.query or "")
    if kind == "subscription":
        raise DeclarationFault(("query",), "a subscription is no single answer", "Write a query.")
    if (kind == "mutation") == (tool.risk == "read"):
        hint = "Write `risk: read` for a query, `write` or `money` for a mutation."
        raise DeclarationFault(("risk",), f"the document is a {kind}", hint)
    sent = {(steps(target) if target.startswith("/") else [target])[0] for target in targets(tool)}
    for target, place in targets(tool).items():
        name = steps(target)[0] if target.startswith("/") else target
        if name not in variables:
            raise DeclarationFault(place, f"the document has no variable ${name}", nearest(name, variables))
        wanted, given = KINDS.get(variables[name].rstrip("!")), tool.args.get(place[-1])
        if name == target and wanted and given and given.kind not in (None, "any", wanted):
            raise DeclarationFault(place, f"${name} is a {variables[name]}, not a {given.kind}")
    missing = [name for name, type_ in variables.items() if type_.endswith("!") and name not in sent]
    if missing:
        raise DeclarationFault(("args",), f"the document needs {', '.join(f'${one}' for one in missing)}")


def operation_of(document: str) -> tuple[str, dict[str, str]]:
    """The kind of a document's only operation, and its variables with their types."""
    bare = COMMENT_OR_STRING.sub(" ", document)
    found = list(OPERATION.finditer(bare.partition("{")[0])) if "{" in bare else []
    if not found and bare.lstrip().startswith("{"):
        return "query", {}
    if len(found) != 1:
        hint = "Write one `query` or `mutation` with its variables."
        raise DeclarationFault(("query",), "this is no GraphQL operation", hint)
    return found[0][1], dict(VARIABLE.findall(found[0][3] or ""))
