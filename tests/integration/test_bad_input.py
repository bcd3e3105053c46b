"""Whatever comes in, a problem document goes out, and nothing of it stands in a log."""

import io
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from app.auth.authenticate import COOKIE
from tests.integration.front import Front, open_front

SECRET = "zebra-in-the-text"
POSTS = ("/webhooks/rest/webhook", "/api/v1/messages")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def post(front: Front, path: str, raw: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    sent = {"X-API-Key": front.key, "Content-Type": "application/json", **headers}
    async with front.session.post(front.url + path, data=raw, headers=sent) as response:
        assert response.content_type == "application/problem+json"
        problem = orjson.loads(await response.read())
        assert problem["status"] == response.status
        assert SECRET not in orjson.dumps(problem).decode()
        return response.status, problem


def body(path: str, text: str) -> bytes:
    """A sound message but for its text, which is raw JSON."""
    if path == POSTS[0]:
        return b'{"sender":"s","message":' + text.encode() + b"}"
    return b'{"channel":"web","message_id":"m","text":' + text.encode() + b"}"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "raw", [b"", b"not json", b"{", b'{"text": NaN}', b"\xff\xfe", b"[" * 100_000, f'"{SECRET}'.encode()]
)
async def test_what_is_not_json_is_a_400(front: Front, path: str, raw: bytes) -> None:
    status, problem = await post(front, path, raw)

    assert (status, problem["type"]) == (400, "/problems/not-json")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("raw", [b"[]", b"7", b'"text"', b"null", b"{}", b'{"text": 5, "message": 5}'])
async def test_wrong_types_are_a_422_that_names_the_fields(front: Front, path: str, raw: bytes) -> None:
    status, problem = await post(front, path, raw)

    assert (status, problem["type"]) == (422, "/problems/wrong-fields")
    assert problem["errors"]


@pytest.mark.parametrize("path", POSTS)
async def test_what_is_no_object_is_told_in_the_words_of_json(front: Front, path: str) -> None:
    _, whole = await post(front, path, b"[]")
    _, part = await post(front, path, b'{"metadata": 7}')

    assert whole["errors"] == [{"field": "body", "reason": "must be an object"}]
    assert {"field": "metadata", "reason": "must be an object"} in part["errors"]


@pytest.mark.parametrize("path", POSTS)
async def test_a_megabyte_is_a_413(front: Front, path: str) -> None:
    status, problem = await post(front, path, body(path, '"' + "a" * 1_000_000 + '"'))

    assert (status, problem["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize("path", POSTS)
async def test_a_text_just_over_the_limit_is_a_413(front: Front, path: str) -> None:
    status, problem = await post(front, path, body(path, '"' + "é" * 33_000 + '"'))

    assert (status, problem["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("text", [r'"a\u0000b"', r'"\ud800"', r'"\udfff x"'])
async def test_nul_and_half_characters_are_a_400_that_names_the_field(
    front: Front, path: str, text: str
) -> None:
    status, problem = await post(front, path, body(path, text))

    assert (status, problem["type"]) == (400, "/problems/unreadable-text")
    assert problem["field"] in ("message", "text")


async def test_a_nul_deep_in_the_metadata_is_named_by_its_path(front: Front) -> None:
    raw = rb'{"sender":"s","message":"hi","metadata":{"a":[{"b":"\u0000"}]}}'

    _, problem = await post(front, POSTS[0], raw)

    assert problem["field"] == "metadata.a.0.b"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("nothing", ['" "', r'"\u200b"', r'" \ufeff\u2060 "'])
async def test_an_empty_text_is_a_422(front: Front, path: str, nothing: str) -> None:
    status, _ = await post(front, path, body(path, nothing))

    assert status == 422


@pytest.mark.parametrize("path", POSTS)
async def test_a_wrong_key_is_a_401(front: Front, path: str) -> None:
    status, problem = await post(front, path, body(path, f'"{SECRET}"'), **{"X-API-Key": "fd_wrong"})

    assert (status, problem["type"]) == (401, "/problems/wrong-key")


async def test_an_unknown_field_of_a_message_is_named(front: Front) -> None:
    raw = orjson.dumps({"channel": "web", "message_id": "m", "text": "hi", "cusomer_id": "C-1"})

    status, problem = await post(front, POSTS[1], raw)

    assert status == 422
    assert problem["errors"][0]["field"] == "cusomer_id"


async def test_no_login_is_a_401_and_an_ended_one_says_so(front: Front) -> None:
    status, problem = await front.call("GET", "/api/v1/conversations", key=None)
    assert (status, problem["type"]) == (401, "/problems/sign-in-needed")

    headers = {"Cookie": f"{COOKIE}=made-up"}
    status, problem = await front.call("GET", "/api/v1/conversations", key=None, headers=headers)
    assert (status, problem["type"]) == (401, "/problems/login-expired")


async def test_a_login_ends_twelve_hours_after_its_last_use(front: Front) -> None:
    runa = await front.sign_in("runa")
    front.clock.ahead += timedelta(hours=11)
    assert (await runa.call("GET", "/api/v1/auth/me"))[0] == 200
    front.clock.ahead += timedelta(hours=11)
    assert (await runa.call("GET", "/api/v1/auth/me"))[0] == 200

    front.clock.ahead += timedelta(hours=13)
    status, problem = await runa.call("GET", "/api/v1/auth/me")

    assert (status, problem["type"]) == (401, "/problems/login-expired")
    await runa.session.close()


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/api/v1/conversations/conv_none", "/problems/no-such-conversation"),
        ("/api/v1/conversations/conv_none/turns/1/why", "/problems/no-such-turn"),
        ("/api/v1/customers/nobody/orders", "/problems/no-such-customer"),
        ("/api/v1/nothing", "/problems/no-such-page"),
        ("/help/nothing", "/problems/no-such-article"),
    ],
)
async def test_what_is_not_there_is_a_404(front: Front, path: str, problem: str) -> None:
    status, told = await front.call("GET", path)

    assert (status, told["type"]) == (404, problem)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/conversations?status=dancing",
        "/api/v1/conversations?cursor=%00",
        "/api/v1/conversations?cursor=bm9uZQ",
        "/api/v1/conversations?limit=many",
        "/api/v1/approvals?status=dancing",
        "/api/v1/conversations/c/turns/99999999999999999999/why",
        "/api/v1/conversations/c/turns/one/why",
    ],
)
async def test_a_wrong_parameter_is_a_422(front: Front, path: str) -> None:
    status, told = await front.call("GET", path)

    assert (status, told["type"]) == (422, "/problems/wrong-fields")


async def test_a_nul_in_an_address_is_a_problem_not_a_crash(front: Front) -> None:
    status, told = await front.call("GET", "/api/v1/conversations/a%00b")

    assert status in (400, 404)
    assert told["type"].startswith("/problems/")


async def test_a_wrong_method_is_a_problem_document(front: Front) -> None:
    status, told = await front.call("DELETE", "/api/v1/conversations")

    assert (status, told["type"]) == (405, "/problems/wrong-method")


async def test_nothing_of_what_came_in_stands_in_a_log(front: Front) -> None:
    seen = io.StringIO()
    handler = logging.StreamHandler(seen)
    logging.getLogger().addHandler(handler)
    try:
        for text in (f'"{SECRET}', f'"{SECRET}\\u0000"', f'"{SECRET}' + "a" * 70_000 + '"'):
            await post(front, POSTS[0], body(POSTS[0], text))
    finally:
        logging.getLogger().removeHandler(handler)

    assert SECRET not in seen.getvalue()
