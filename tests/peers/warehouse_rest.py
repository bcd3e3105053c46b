"""The warehouse as a REST service, as its OpenAPI document describes it."""

from typing import Any

from aiohttp import web

from tests.peers.warehouse import Broken, Garbled, KeyTaken, Lost, NoSuchArticle, SoldOut, Warehouse

API_KEY = "warehouse-secret"


def problem(status: int, code: str) -> web.Response:
    """A problem document (RFC 9457)."""
    body = {
        "type": f"https://warehouse.example/problems/{code}",
        "title": code,
        "status": status,
        "code": code,
    }
    return web.json_response(body, status=status, content_type="application/problem+json")


def cut(request: web.Request) -> web.Response:
    """Hang up instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@web.middleware
async def telling(request: web.Request, handler: Any) -> web.StreamResponse:
    """Let in who carries the key, and turn what goes wrong into answers."""
    if request.headers.get("X-Warehouse-Key") != API_KEY:
        return problem(401, "unauthorised")
    try:
        found: web.StreamResponse = await handler(request)
        return found
    except NoSuchArticle:
        return problem(404, "no_such_article")
    except SoldOut:
        return problem(409, "OUT_OF_STOCK")
    except KeyTaken:
        return problem(422, "idempotency_key_reused")
    except Broken:
        return problem(500, "internal")
    except Lost:
        return cut(request)
    except Garbled:
        return web.Response(text="<html>Maintenance</html>", content_type="text/html")


def rest_app(warehouse: Warehouse) -> web.Application:
    """The service."""

    async def stock(request: web.Request) -> web.Response:
        return web.json_response(await warehouse.stock(request.match_info["sku"]))

    async def reserve(request: web.Request) -> web.Response:
        wanted = await request.json()
        key = request.headers["Idempotency-Key"]
        line = wanted["lines"][0]
        made = await warehouse.reserve(line["sku"], line["quantity"], request.query["customer"], key)
        return web.json_response(made, status=201)

    async def reservations(request: web.Request) -> web.Response:
        try:
            items = [await warehouse.reservation(request.query["reference"])]
        except NoSuchArticle:
            items = []
        return web.json_response({"items": items})

    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://localhost:1/stock/LAMP")

    app = web.Application(middlewares=[telling])
    app.add_routes(
        [
            web.get("/v1/stock/MOVED", elsewhere),
            web.get("/v1/stock/{sku}", stock),
            web.post("/v1/reservations", reserve),
            web.get("/v1/reservations", reservations),
        ]
    )
    return app
