"""Logins at the console: passwords, cookies, throttling, and what a browser may not be tricked into."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from app.auth.authenticate import COOKIE
from tests.integration.front import PASSWORD, Front, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def login(front: Front, email: str, password: str = PASSWORD) -> tuple[int, Any]:
    return await front.call("POST", "/api/v1/auth/login", {"email": email, "password": password}, key=None)


async def test_a_login_says_who_it_is_and_ends_with_logout(front: Front) -> None:
    runa = await front.sign_in("runa")

    status, me = await runa.call("GET", "/api/v1/auth/me")
    assert (status, me["agent_id"], me["role"], me["email"]) == (200, "runa", "agent", "runa@example.com")
    token = {c.key: c.value for c in runa.session.cookie_jar}[COOKIE]
    assert (await runa.call("POST", "/api/v1/auth/logout"))[0] == 204

    status, problem = await front.call(
        "GET", "/api/v1/auth/me", key=None, headers={"Cookie": f"{COOKIE}={token}"}
    )
    assert (status, problem["type"]) == (401, "/problems/login-expired")
    await runa.session.close()


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(front: Front) -> None:
    body = orjson.dumps({"email": "runa@example.com", "password": PASSWORD})
    headers = {"Content-Type": "application/json"}
    async with front.session.post(f"{front.url}/api/v1/auth/login", data=body, headers=headers) as response:
        cookie = response.headers["Set-Cookie"].lower()
    front.session.cookie_jar.clear()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    ("email", "password"), [("runa@example.com", "wrong"), ("nobody@example.com", PASSWORD)]
)
async def test_a_wrong_password_and_an_unknown_email_look_the_same(
    front: Front, email: str, password: str
) -> None:
    status, problem = await login(front, email, password)

    assert (status, problem["type"]) == (401, "/problems/wrong-login")


async def test_the_email_is_read_in_any_case_of_letters(front: Front) -> None:
    assert (await login(front, " Runa@Example.com"))[0] == 200
    front.session.cookie_jar.clear()


async def test_the_sixth_try_in_a_minute_has_to_wait(front: Front) -> None:
    for _ in range(5):
        assert (await login(front, "tove@example.com", "wrong"))[0] == 401

    status, problem = await login(front, "tove@example.com")
    assert (status, problem["type"]) == (429, "/problems/too-many-tries")

    front.clock.ahead += timedelta(seconds=61)
    assert (await login(front, "tove@example.com"))[0] == 200
    front.session.cookie_jar.clear()


async def test_a_change_under_a_login_needs_the_consoles_header(front: Front) -> None:
    runa = await front.sign_in("runa")
    url = f"{front.url}/api/v1/agents/runa/status"

    async with runa.session.patch(url, json={"status": "away"}) as response:
        problem = orjson.loads(await response.read())

    assert (response.status, problem["type"]) == (403, "/problems/not-from-console")
    await runa.session.close()


async def test_a_login_by_a_form_is_refused(front: Front) -> None:
    body = orjson.dumps({"email": "runa@example.com", "password": PASSWORD})
    headers = {"Content-Type": "text/plain"}
    async with front.session.post(f"{front.url}/api/v1/auth/login", data=body, headers=headers) as response:
        assert response.status == 400


async def test_a_key_works_as_bearer_too_and_is_nobody(front: Front) -> None:
    headers = {"Authorization": f"Bearer {front.key}"}

    assert (await front.call("GET", "/api/v1/queue", key=None, headers=headers))[0] == 200
    status, problem = await front.call("GET", "/api/v1/auth/me", key=None, headers=headers)
    assert (status, problem["type"]) == (403, "/problems/not-a-person")


async def test_passwords_tokens_and_keys_are_stored_as_hashes_only(front: Front) -> None:
    runa = await front.sign_in("runa")
    token = {c.key: c.value for c in runa.session.cookie_jar}[COOKIE]
    async with front.database.tenant("t1") as conn:
        rows: list[str] = []
        for table in ("users", "logins", "api_keys"):
            found = await (await conn.execute(f"select t::text from {table} t")).fetchall()  # type: ignore[arg-type]
            rows += [text for (text,) in found]

    stored = " ".join(rows)
    for secret in (PASSWORD, token, token.encode().hex(), front.key, front.key.encode().hex()):
        assert secret not in stored
    assert "$argon2id$" in stored
    await runa.session.close()


async def test_pages_say_when_they_are_not_built_and_forbid_foreign_frames(front: Front) -> None:
    status, problem = await front.call("GET", "/console")
    assert (status, problem["type"]) == (503, "/problems/not-built")

    async with front.session.get(f"{front.url}/help/returns") as response:
        assert response.status == 200
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "<h1>Returns</h1>" in await response.text()
