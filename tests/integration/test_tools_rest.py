"""What a strange answer means: certain failure, or doubt."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from pydantic import BaseModel

from tools.errors import (
    BackendFailed,
    BackendRefused,
    NoSuchThing,
    OutcomeUnknown,
    ToolError,
    VersionConflict,
)
from tools.rest import RestBackend, each_shaped, shaped
from tools.spec import ActionKey

KEY = ActionKey("cv_1:a/1:run")


class Thing(BaseModel):
    """What the backend should answer with."""

    id: str


@dataclass
class OddBackend:
    """Answers every request with one prepared answer and remembers what it was asked."""

    status: int = 200
    body: str = '{"id": "1"}'
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.raw_path, dict(request.headers)))
        headers = {"Location": "/elsewhere"} if 300 <= self.status < 400 else {}
        return web.Response(status=self.status, text=self.body, headers=headers)


@pytest.fixture
def odd() -> OddBackend:
    return OddBackend()


@pytest.fixture
async def backend(odd: OddBackend) -> AsyncIterator[RestBackend]:
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", odd.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield RestBackend(session, f"http://{host}:{port}/api/", "secret")
    await runner.cleanup()


async def act(backend: RestBackend, version: int | None = None) -> Thing:
    return await backend.act("POST", "/things", {}, key=KEY, what="thing", shape=Thing, version=version)


async def test_a_request_carries_token_key_and_version(backend: RestBackend, odd: OddBackend) -> None:
    assert await act(backend, version=3) == Thing(id="1")

    method, path, headers = odd.asked[0]
    assert (method, path) == ("POST", "/api/things")
    assert headers["Authorization"] == "Bearer secret"
    assert (headers["Idempotency-Key"], headers["If-Match"]) == (KEY, "3")


async def test_a_key_travels_whole_in_a_look_up(backend: RestBackend, odd: OddBackend) -> None:
    odd.body = '{"receipt": {"id": "1"}}'

    assert await backend.done_under(KEY, shape=Thing) == Thing(id="1")
    assert odd.asked[0][1] == "/api/operations/cv_1%3Aa%2F1%3Arun"


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (404, "", NoSuchThing, "not_found"),
        (409, '{"code": "version_conflict"}', VersionConflict, "version_conflict"),
        (422, '{"code": "more_than_paid", "title": "too much"}', BackendRefused, "more_than_paid"),
        (400, "<html>", BackendRefused, "http_400"),
        (422, "[]", BackendRefused, "http_422"),
        (401, "", BackendFailed, "http_401"),
        (429, "", BackendFailed, "http_429"),
        (302, "", BackendFailed, "http_302"),
        (503, "", BackendFailed, "http_503"),
        (200, "<html>", BackendFailed, "bad_answer"),
    ],
)
async def test_every_answer_to_a_read_means_one_thing(
    backend: RestBackend, odd: OddBackend, status: int, body: str, error: type[ToolError], code: str
) -> None:
    odd.status, odd.body = status, body

    with pytest.raises(ToolError) as raised:
        await backend.get("/things/1", what="thing")

    assert (type(raised.value), raised.value.code) == (error, code)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, "", NoSuchThing),
        (409, '{"code": "version_conflict"}', VersionConflict),
        (422, '{"code": "more_than_paid"}', BackendRefused),
        (401, "", BackendFailed),
        (429, "", BackendFailed),
    ],
)
async def test_a_refused_effect_leaves_no_doubt(
    backend: RestBackend, odd: OddBackend, status: int, body: str, error: type[ToolError]
) -> None:
    odd.status, odd.body = status, body

    with pytest.raises(ToolError) as raised:
        await act(backend)

    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("status", "body", "answered"),
    [
        (500, "", True),
        (502, "", False),
        (504, "", False),
        (200, "<html>", True),
        (200, '{"wrong": 1}', True),
        (302, "", True),
    ],
)
async def test_an_effect_without_a_usable_answer_is_in_doubt(
    backend: RestBackend, odd: OddBackend, status: int, body: str, answered: bool
) -> None:
    odd.status, odd.body = status, body

    with pytest.raises(OutcomeUnknown) as raised:
        await act(backend)

    assert raised.value.answered is answered


async def test_an_effect_that_could_not_even_be_sent_is_a_failure() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(BackendFailed) as raised:
            await act(RestBackend(session, "http://127.0.0.1:1", "secret"))

    assert raised.value.code == "unreachable"


def test_an_answer_of_another_shape_names_the_fields_and_not_their_values() -> None:
    with pytest.raises(BackendFailed, match=r"does not fit: id$"):
        shaped(Thing, {"id": 5, "name": "Marta"})
    with pytest.raises(BackendFailed, match="not a list"):
        each_shaped(Thing, {"id": "1"})
