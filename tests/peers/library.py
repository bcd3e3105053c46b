"""A library's catalogue on loopback: books for everybody with the key, loans for whom they belong to."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "library-key"
BOOKS: dict[str, dict[str, Any]] = {
    "978-1": {"isbn": "978-1", "title": "Rivers", "inStock": True, "author": {"name": "A. Brook"}},
    "978-2": {"isbn": "978-2", "title": "Mills", "inStock": False, "author": {"name": "E. Weir"}},
}
LOANS: dict[str, dict[str, Any]] = {
    "L1": {"id": "L1", "customer_id": "C-1001", "status": "out"},
    "L2": {"id": "L2", "customer_id": "C-9", "status": "out"},
}


@dataclass
class Library:
    """The catalogue, and what it was asked."""

    asked: list[str] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/books/{isbn}", self.book),
            web.get("/v1/loans/{id}", self.loan),
            web.get("/v1/customers/{customer_id}/loans", self.loans),
        ]

    async def book(self, request: web.Request) -> web.Response:
        return self.found(request, BOOKS.get(request.match_info["isbn"]))

    async def loan(self, request: web.Request) -> web.Response:
        return self.found(request, LOANS.get(request.match_info["id"]))

    async def loans(self, request: web.Request) -> web.Response:
        owner = request.match_info["customer_id"]
        return self.found(request, [loan for loan in LOANS.values() if loan["customer_id"] == owner])

    def found(self, request: web.Request, thing: Any) -> web.Response:
        self.asked.append(request.path)
        if request.headers.get("X-Key") != KEY:
            return web.json_response({"error": "no key"}, status=401)
        return web.json_response(thing or {"error": "none"}, status=200 if thing else 404)


def document(url: str) -> dict[str, Any]:
    """The catalogue as OpenAPI describes it."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Brook Catalogue", "version": "1"},
        "servers": [{"url": f"{url}/v1"}],
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
            "schemas": {"Book": BOOK, "Loan": LOAN},
        },
        "paths": {
            "/books": {"get": operation("listBooks", listed("Book"), [parameter("q", "query", False)])},
            "/books/{isbn}": {"get": operation("getBook", ref("Book"), [parameter("isbn", "path")])},
            "/loans/{id}": {
                "get": operation("find_order", ref("Loan"), [parameter("id", "path")]),
                "delete": operation("endLoan", None, [parameter("id", "path")]),
                "patch": {"responses": {}},
            },
            "/customers/{customerId}/loans": {
                "get": operation(
                    "listLoans", {"type": "array", "items": ref("Loan")}, [parameter("customerId", "path")]
                )
            },
            "/loans": {"post": operation("createLoan", ref("Loan"), [], body=NEW_LOAN)},
        },
    }


BOOK = {
    "type": "object",
    "required": ["isbn", "title"],
    "properties": {
        "isbn": {"type": "string"},
        "title": {"type": "string"},
        "inStock": {"type": "boolean"},
        "author": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}
LOAN = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "customer_id": {"type": "string"},
        "status": {"type": "string"},
    },
}
NEW_LOAN = {
    "type": "object",
    "required": ["isbn"],
    "properties": {
        "isbn": {"type": "string"},
        "days": {"type": "integer"},
        "customerId": {"type": "string"},
    },
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(name: str) -> dict[str, Any]:
    items = {"type": "array", "items": ref(name)}
    return {"type": "object", "properties": {"items": items, "total": {"type": "integer"}}}


def parameter(name: str, where: str, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "schema": {"type": "string"}}


def operation(name: str, answer: Any, parameters: list[dict[str, Any]], body: Any = None) -> dict[str, Any]:
    content = {"application/json": {"schema": answer}} if answer else {}
    made: dict[str, Any] = {
        "operationId": name,
        "parameters": parameters,
        "responses": {"200": {"description": "", "content": content}},
    }
    if body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made
