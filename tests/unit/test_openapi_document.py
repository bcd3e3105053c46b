"""OpenAPI documents of every manner: where a value stands, what is sent, what is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.declared.declaration import Auth, DeclarationFault
from tools.declared.openapi import request_of
from tools.declared.openapi_document import Document
from tools.declared.pointers import Absent, pick, put
from tools.declared.sending import Sending
from tools.errors import BackendRefused

ITEM = {"type": "object", "properties": {"id": {"type": "integer"}, "price": {"type": "string"}}}


def document(**given: Any) -> Document:
    """A document with one operation of each manner."""
    operation = {
        "operationId": "update",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
            {"name": "session", "in": "cookie", "schema": {"type": "string"}},
        ],
        "requestBody": {"required": True, "content": given.pop("content", json_body(ITEM))},
        "responses": {"200": {"content": json_body({"allOf": [{"$ref": "#/components/schemas/Item"}]})}},
    }
    root = {
        "openapi": "3.0.3",
        "servers": [{"url": "https://{region}.example/v1", "variables": {"region": {"default": "eu"}}}],
        "paths": {"/items/{id}": {"put": operation}},
        "components": {"schemas": {"Item": ITEM}, "securitySchemes": SCHEMES},
    }
    return Document(root | given)


def json_body(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/vnd.items+json; charset=utf-8": {"schema": dict(schema)}}


SCHEMES = {
    "key": {"type": "apiKey", "in": "query", "name": "k"},
    "basic": {"type": "http", "scheme": "Basic"},
    "token": {"type": "http", "scheme": "bearer"},
    "flow": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "https://id.example/token", "scopes": {}}},
    },
    "code": {"type": "oauth2", "flows": {"authorizationCode": {}}},
    "tls": {"type": "mutualTLS"},
}


def sent(values: Mapping[str, Any], **given: Any) -> tuple[str, dict[str, Any]]:
    """What goes out for these values."""
    sending = Sending(values=values, headers={"Idempotency-Key": "k1"})
    return request_of(document(**given).operation("update"), sending, {"k": "s&t"})


def test_values_go_where_the_document_wants_them() -> None:
    path, options = sent(
        {"id": "a/b", "tag": ["x y", "z"], "X-Trace": "t", "session": "s;1", "/price": "9", "/id": 3}
    )

    assert path == "/items/a%2Fb?tag=x%20y&tag=z&k=s%26t"
    assert options["headers"] == {"X-Trace": "t", "Cookie": "session=s%3B1", "Idempotency-Key": "k1"}
    assert options["json"] == {"price": "9", "id": 3}


def test_a_form_is_sent_as_a_form() -> None:
    _, options = sent(
        {"id": "1", "price": "9", "on": True}, content={"application/x-www-form-urlencoded": {"schema": ITEM}}
    )

    assert options["data"] == [("price", "9"), ("on", "true")]


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_never_becomes_another_path(value: str) -> None:
    with pytest.raises(BackendRefused):
        sent({"id": value})


@pytest.mark.parametrize("value", ["a\r\nX: 1", "é", "a\0"])
def test_a_value_never_becomes_another_header(value: str) -> None:
    with pytest.raises(BackendRefused):
        sent({"id": "1", "X-Trace": value})


def test_a_servers_variables_have_their_defaults() -> None:
    assert document().operation("update").server == "https://eu.example/v1"
    assert document(servers=[{"url": "/relative"}]).operation("update").server is None


def test_an_answers_fields_are_found_through_references_and_combinations() -> None:
    found = document()
    answer = found.operation("update").answer

    assert found.kind(found.at(answer, "/price")) == "text"
    with pytest.raises(Absent):
        found.at(answer, "/prize")


@pytest.mark.parametrize(
    ("scheme", "kind"), [("key", "api_key"), ("basic", "basic"), ("token", "bearer"), ("flow", "oauth2")]
)
def test_a_security_scheme_says_how_it_is_used(scheme: str, kind: str) -> None:
    found = document().auth(Auth(scheme=scheme, secret="s", user="u", client_id="c"))

    assert found.kind == kind
    assert (found.token_url == "https://id.example/token") == (kind == "oauth2")


@pytest.mark.parametrize("scheme", ["code", "tls", "kye"])
def test_a_scheme_that_cannot_be_used_is_told(scheme: str) -> None:
    with pytest.raises(DeclarationFault):
        document().auth(Auth(scheme=scheme, secret="s"))


def test_a_document_may_be_yaml_and_nothing_but_openapi_3(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(yaml.safe_dump({"openapi": "3.1.0", "paths": {}}))
    assert list(Document.read(path).operations()) == []
    for text in ("swagger: '2.0'", "[]", "{", "openapi: 4.0.0"):
        path.write_text(text)
        with pytest.raises(DeclarationFault):
            Document.read(path)


def test_references_that_go_round_in_circles_end() -> None:
    looped = {"schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}}
    with pytest.raises(DeclarationFault, match="circles"):
        document(components=looped).resolved({"$ref": "#/components/schemas/A"})


def test_pointers_take_out_what_they_put_in() -> None:
    made: dict[str, Any] = {}
    for pointer, value in {"/a~1b/0/c": 1, "/a~1b/0/d": 2, "/a~1b/1/c": 3, "/e": None}.items():
        put(made, pointer, value)

    assert made == {"a/b": [{"c": 1, "d": 2}, {"c": 3}], "e": None}
    assert pick(made, "/a~1b/1/c") == 3
    for wrong in ("/a~1b/2", "/a~1b/-1", "/a~1b/x", "/e/f", "/z"):
        with pytest.raises(Absent):
            pick(made, wrong)
