"""The warehouse behind a GraphQL endpoint: real execution, errors under status 200."""

from typing import Any

from aiohttp import web
from graphql import ExecutionResult, GraphQLError, build_schema, graphql

from tests.peers.warehouse import Broken, Garbled, KeyTaken, Lost, NoSuchArticle, SoldOut, Warehouse
from tests.peers.warehouse_rest import cut

TOKEN = "warehouse-secret"
SCHEMA = """
type Place { shelf: String }
type Stock { sku: String!, available: Int!, place: Place!, padding: String }
type Reservation { reservation: ID!, quantity: Int!, owner: String!, padding: String }
input ReservationInput { sku: String!, quantity: Int!, owner: String!, reference: String! }
type Query {
  stock(sku: String!): Stock
  reservations(reference: String!): [Reservation!]!
}
type Mutation { reserve(input: ReservationInput!): Reservation! }
"""
CODES: dict[type[Exception], str] = {SoldOut: "OUT_OF_STOCK", KeyTaken: "KEY_REUSED"}


class Coded(GraphQLError):
    """An error with a code in its extensions."""

    def __init__(self, cause: Exception) -> None:
        super().__init__("refused", extensions={"code": CODES[type(cause)]})


class Root:
    """What the schema's fields are resolved by."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    async def stock(self, info: Any, sku: str) -> Any:
        try:
            return await self._warehouse.stock(sku)
        except NoSuchArticle:
            return None

    async def reservations(self, info: Any, reference: str) -> Any:
        try:
            return [await self._warehouse.reservation(reference)]
        except NoSuchArticle:
            return []

    async def reserve(self, info: Any, input: dict[str, Any]) -> Any:
        try:
            return await self._warehouse.reserve(**input)
        except (SoldOut, KeyTaken) as error:
            raise Coded(error) from error


def graphql_app(warehouse: Warehouse) -> web.Application:
    """The service."""
    schema = build_schema(SCHEMA)

    async def endpoint(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            error = {"message": "who are you", "extensions": {"code": "UNAUTHENTICATED"}}
            return web.json_response({"errors": [error]})
        asked = await request.json()
        result = await graphql(
            schema, asked["query"], root_value=Root(warehouse), variable_values=asked.get("variables")
        )
        return spoilt(request, result) or web.json_response(result.formatted)

    app = web.Application()
    app.add_routes([web.post("/graphql", endpoint)])
    return app


def spoilt(request: web.Request, result: ExecutionResult) -> web.Response | None:
    """What goes wrong below the protocol."""
    causes = {type(error.original_error) for error in result.errors or ()}
    if Lost in causes:
        return cut(request)
    if Garbled in causes:
        return web.Response(text="<html>Maintenance</html>", content_type="text/html")
    assert causes <= {Broken, Coded, type(None)}
    return None
