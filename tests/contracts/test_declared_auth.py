"""How declared systems let us in, and how often a read is tried."""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from tests.contracts.declared_tools import Storehouse, book_with, tools_of
from tests.peers.faults import serving
from tools.spec import Failed, Succeeded

SECRET = "warehouse-secret"
BASIC = b64encode(f"frontdesk:{SECRET}".encode()).decode()
CLIENT = "client_id: front"


@dataclass
class Gatekeeper:
    """Lets in whom the test says; issues tokens that the test can let expire."""

    admits: Callable[[web.Request], bool] = lambda request: True
    issued: int = 0
    expired: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    failing: int = 0
    """How many requests more are answered 503."""

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/token", self.token), web.get("/v1/stock/{sku}", self.stock)])
        return app

    async def token(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        self.issued += 1
        return web.json_response({"access_token": f"token-{self.issued}", "expires_in": 3600})

    async def stock(self, request: web.Request) -> web.Response:
        if self.failing:
            self.failing -= 1
            return web.json_response({}, status=503)
        carried = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if carried in self.expired or not self.admits(request):
            return web.json_response({}, status=401)
        return web.json_response({"available": 4})


@asynccontextmanager
async def behind(
    gate: Gatekeeper, folder: Path, auth: str = "", change: Callable[[str], str] = str
) -> AsyncIterator[Storehouse]:
    """A storehouse whose only door is the gatekeeper's."""
    async with serving(gate.app()) as url:

        def changed(text: str) -> str:
            text = text.replace("http://127.0.0.1:1/v1", f"{url}/v1")
            wanted = f"auth: {{{auth.replace('TOKEN', f'{url}/token')}, secret: warehouse_key}}"
            return change(text.replace("auth: {scheme: key, secret: warehouse_key}", wanted))

        async with tools_of(book_with(folder, "openapi", changed)) as registry:
            yield Storehouse(registry)


@pytest.mark.parametrize(
    ("auth", "admits"),
    [
        ("kind: api_key, name: X-Key", lambda r: r.headers.get("X-Key") == SECRET),
        ("kind: api_key, name: key, in: query", lambda r: r.query.get("key") == SECRET),
        ("kind: api_key, name: key, in: cookie", lambda r: r.cookies.get("key") == SECRET),
        ("kind: bearer", lambda r: r.headers.get("Authorization") == f"Bearer {SECRET}"),
        ("kind: basic, user: frontdesk", lambda r: r.headers.get("Authorization") == f"Basic {BASIC}"),
        (
            f"kind: oauth2, {CLIENT}, token_url: TOKEN, scopes: [stock]",
            lambda r: r.headers.get("Authorization") == "Bearer token-1",
        ),
    ],
)
async def test_every_way_of_being_let_in(
    tmp_path: Path, auth: str, admits: Callable[[web.Request], bool]
) -> None:
    gate = Gatekeeper(admits)
    async with behind(gate, tmp_path, auth) as store:
        found = await store.read("find_stock", sku="LAMP")

    assert isinstance(found, Succeeded), found


async def test_a_token_that_ran_out_is_renewed_once_and_the_call_made_again(tmp_path: Path) -> None:
    gate = Gatekeeper()
    async with behind(gate, tmp_path, f"kind: oauth2, {CLIENT}, token_url: TOKEN, scopes: [stock]") as store:
        await store.read("find_stock", sku="LAMP")
        gate.expired.add("token-1")
        found = await store.read("find_stock", sku="RUG")

    assert isinstance(found, Succeeded)
    assert gate.issued == 2
    wanted = {"grant_type": "client_credentials", "scope": "stock", "client_id": "front"}
    assert gate.asked[0] == wanted | {"client_secret": SECRET}


async def test_a_key_that_is_refused_is_a_failure_that_names_no_secret(tmp_path: Path) -> None:
    async with behind(Gatekeeper(lambda request: False), tmp_path, "kind: bearer") as store:
        outcome = await store.read("find_stock", sku="LAMP")

    assert isinstance(outcome, Failed)
    assert outcome.code == "http_401"
    assert SECRET not in outcome.detail


@pytest.mark.parametrize(("retries", "failing", "kind"), [(2, 2, Succeeded), (0, 5, Failed)])
async def test_a_read_is_tried_again_as_often_as_declared(
    tmp_path: Path, retries: int, failing: int, kind: type
) -> None:
    def change(text: str) -> str:
        return text.replace("risk: read\n", f"risk: read\n    retries: {retries}\n", 1)

    gate = Gatekeeper(failing=failing)
    async with behind(gate, tmp_path, "kind: bearer", change) as store:
        outcome = await store.read("find_stock", sku="LAMP")

    assert isinstance(outcome, kind), outcome
