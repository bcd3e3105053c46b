"""What answers of each protocol mean, where the status alone does not say."""

from typing import Any

import pytest
from mcp_types import CallToolResult, TextContent

from tools.declared import graphql, mcp
from tools.declared.declaration import Argument, DeclarationFault, DeclaredTool, Field
from tools.declared.sending import Unreadable
from tools.errors import BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown, VersionConflict
from tools.spec import Risk

ERRORS = {"GONE": "not_found", "STALE": "version_conflict", "BUSY": "in_progress", "FULL": "sold_out"}


def tool(risk: Risk = "write", query: str | None = None, **args: str) -> DeclaredTool:
    """A tool that knows some words."""
    return DeclaredTool(
        connection="c",
        description="d",
        risk=risk,
        args={name: Argument(to=name, kind=kind) for name, kind in args.items()},  # type: ignore[arg-type]
        result={"a": Field(kind="any", at="/a")},
        query=query,
        errors=ERRORS,
    )


def coded(*codes: str | None, **around: Any) -> dict[str, Any]:
    """A GraphQL response with errors."""
    return {
        "errors": [{"message": "m", "extensions": {"code": code} if code else {}} for code in codes]
    } | around


@pytest.mark.parametrize(
    ("answer", "risk", "kind"),
    [
        (coded("GONE", data={"a": None}), "read", NoSuchThing),
        (coded("STALE", data=None), "write", VersionConflict),
        (coded("BUSY", data=None), "write", OutcomeUnknown),
        (coded("FULL", data=None), "money", BackendRefused),
        (coded("INTERNAL", data=None), "write", OutcomeUnknown),
        (coded("INTERNAL", data=None), "read", BackendFailed),
        (coded(None, data={"a": 1}), "write", OutcomeUnknown),
        (coded("GRAPHQL_VALIDATION_FAILED"), "write", BackendRefused),
        (coded("UNAUTHENTICATED"), "write", BackendFailed),
        ({"errors": "odd"}, "write", BackendRefused),
        ({"hello": 1}, "write", Unreadable),
        ([], "write", Unreadable),
    ],
)
def test_graphql_errors_count_whatever_the_status_says(answer: Any, risk: Risk, kind: type) -> None:
    with pytest.raises(kind):
        graphql.answered(tool(risk), 200, answer)


def test_graphql_data_without_errors_is_the_answer() -> None:
    assert graphql.answered(tool(), 200, {"data": {"a": 1}, "errors": []}) == {"a": 1}


@pytest.mark.parametrize(
    ("query", "kind", "variables"),
    [
        ("{ a }", "query", {}),
        ("query { a }", "query", {}),
        ("# mutation (no)\nquery Q($a: Int!) { a }", "query", {"a": "Int!"}),
        ('mutation M($a: [String!]! = ["query"], $b: In) { b }', "mutation", {"a": "[String!]!", "b": "In"}),
    ],
)
def test_a_graphql_documents_operation_and_variables_are_known(
    query: str, kind: str, variables: dict[str, str]
) -> None:
    assert graphql.operation_of(query) == (kind, variables)


@pytest.mark.parametrize("query", ["", "nonsense", "subscription S { a }", "fragment F on T { a }"])
def test_what_is_no_graphql_query_is_told(query: str) -> None:
    with pytest.raises(DeclarationFault):
        graphql.check_document(tool("read", query))


def test_a_variable_that_nobody_fills_is_told() -> None:
    with pytest.raises(DeclarationFault, match=r"\$b"):
        graphql.check_document(tool("read", "query ($a: Int!, $b: Int!, $c: Int) { a }", a="number"))


def result(*texts: str, error: bool = False, structured: Any = None) -> CallToolResult:
    """What an MCP server gives back."""
    content = [TextContent(type="text", text=text) for text in texts]
    return CallToolResult(content=content, is_error=error, structured_content=structured)  # type: ignore[arg-type]


def test_an_mcp_result_is_its_structure_or_the_json_in_its_text_or_its_text() -> None:
    assert mcp.answered(tool(), result("x", structured={"a": 1}), 100) == {"a": 1}
    assert mcp.answered(tool(), result('{"a": 2}'), 100) == {"a": 2}
    assert mcp.answered(tool(), result("one", "two"), 100) == {"text": "one\ntwo"}


@pytest.mark.parametrize(
    ("given", "risk", "kind"),
    [
        (result("GONE: no such thing", error=True), "read", NoSuchThing),
        (result("it is FULL", error=True), "write", BackendRefused),
        (result("broken", error=True, structured={"code": "STALE"}), "write", VersionConflict),
        (result("broken", error=True), "read", BackendFailed),
        (result("broken", error=True), "write", OutcomeUnknown),
        (result("x" * 200), "write", Unreadable),
    ],
)
def test_an_mcp_error_is_told_by_its_words(given: CallToolResult, risk: Risk, kind: type) -> None:
    with pytest.raises(kind):
        mcp.answered(tool(risk), given, 100)
