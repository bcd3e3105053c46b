"""OAuth 2 client credentials at a running front door: tokens given, used, narrowed, refused, ended."""

import base64
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from tests.integration.front import Front, give_key, open_front
from tests.integration.shell import frontdesk

READS = "conversations:read"
WRITES = "messages:write"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, Path(tmp_path_factory.mktemp("oauth"))) as opened:
        yield opened


@pytest.fixture
async def client(front: Front) -> dict[str, str]:
    """A client that may bring messages and read conversations."""
    boss = await give_key(front, "boss", ("keys:manage", WRITES, READS))
    status, made = await front.call(
        "POST", "/api/v1/admin/clients", {"name": "crm", "scopes": [WRITES, READS]}, key=boss
    )
    assert status == 201, made
    return {**made, "boss": boss}


async def post(front: Front, path: str, fields: Mapping[str, str], **headers: str) -> tuple[int, Any, Any]:
    """Send a form."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    async with front.session.post(front.url + path, data=urlencode(fields), headers=sent) as response:
        raw = await response.read()
        return response.status, orjson.loads(raw) if raw else None, response.headers


async def granted(front: Front, client: Mapping[str, str], **fields: str) -> tuple[int, Any]:
    """Ask for a token with id and secret in the form."""
    own = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    status, body, _ = await post(front, "/oauth/token", {"grant_type": "client_credentials", **own, **fields})
    return status, body


async def sends(front: Front, token: str, number: str = "1") -> int:
    """Bring a message with a token."""
    message = {"channel": "web", "message_id": f"oauth-{number}-{token[-12:]}", "text": "hi", "address": "o"}
    status, _ = await front.call(
        "POST", "/api/v1/messages", message, key=None, headers={"Authorization": f"Bearer {token}"}
    )
    return status


async def test_a_client_fetches_a_token_and_works_with_it(front: Front, client: dict[str, str]) -> None:
    status, body = await granted(front, client)
    assert status == 200
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 900
    assert body["scope"].split() == sorted([WRITES, READS])
    assert await sends(front, body["access_token"]) == 202


async def test_id_and_secret_may_come_as_http_basic(front: Front, client: dict[str, str]) -> None:
    told = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    status, body, headers = await post(
        front, "/oauth/token", {"grant_type": "client_credentials"}, Authorization=f"Basic {told}"
    )
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert await sends(front, body["access_token"]) == 202


async def test_a_token_for_fewer_scopes_does_not_do_more(front: Front, client: dict[str, str]) -> None:
    _, body = await granted(front, client, scope=READS)
    assert body["scope"] == READS
    assert await sends(front, body["access_token"]) == 403


async def test_a_scope_beyond_the_clients_own_is_refused(front: Front, client: dict[str, str]) -> None:
    status, body = await granted(front, client, scope=f"{READS} people:manage")
    assert (status, body["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
async def test_a_wrong_id_or_secret_is_refused(front: Front, client: dict[str, str], wrong: str) -> None:
    status, body, headers = await post(
        front,
        "/oauth/token",
        {"grant_type": "client_credentials", **client, wrong: "fds_nothing"},
    )
    assert (status, body["error"]) == (401, "invalid_client")
    assert headers["WWW-Authenticate"].startswith("Basic")
    assert client["client_secret"] not in str(body)


async def test_who_guesses_secrets_has_to_wait(front: Front, client: dict[str, str]) -> None:
    tries = [await granted(front, {**client, "client_secret": f"fds_{n}"}) for n in range(6)]
    assert [status for status, _ in tries] == [401] * 5 + [429]
    front.clock.ahead += timedelta(minutes=2)


async def test_other_grants_and_other_bodies_are_refused_in_the_protocols_words(front: Front) -> None:
    status, body, _ = await post(front, "/oauth/token", {"grant_type": "password", "username": "x"})
    assert (status, body["error"]) == (400, "unsupported_grant_type")
    status, body = await front.call("POST", "/oauth/token", {"grant_type": "client_credentials"}, key=None)
    assert (status, body["error"]) == (400, "invalid_request")


async def test_a_changed_token_does_not_hold(front: Front, client: dict[str, str]) -> None:
    _, body = await granted(front, client)
    header, claims, signature = body["access_token"].split(".")
    said = orjson.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    forged = base64.urlsafe_b64encode(orjson.dumps({**said, "scope": "people:manage"})).decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(orjson.dumps({"alg": "none", "typ": "at+jwt"})).decode().rstrip("=")
    for token in (f"{header}.{forged}.{signature}", f"{unsigned}.{claims}.", f"{header}.{claims}.AAAA"):
        assert await sends(front, token) == 401


async def test_a_token_ends_after_a_quarter_of_an_hour(front: Front, client: dict[str, str]) -> None:
    _, body = await granted(front, client)
    front.clock.ahead += timedelta(minutes=15, seconds=1)
    assert await sends(front, body["access_token"]) == 401


async def test_a_token_given_back_holds_ten_seconds_more_at_most(
    front: Front, client: dict[str, str]
) -> None:
    _, body = await granted(front, client)
    assert await sends(front, body["access_token"], "before") == 202
    own = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    status, _, _ = await post(front, "/oauth/revoke", {"token": body["access_token"], **own})
    assert status == 200
    front.clock.ahead += timedelta(seconds=11)
    assert await sends(front, body["access_token"], "after") == 401
    status, _, _ = await post(front, "/oauth/revoke", {"token": "no token of ours", **own})
    assert status == 200


async def test_a_revoked_clients_tokens_end_with_it(front: Front, client: dict[str, str]) -> None:
    _, body = await granted(front, client)
    path = f"/api/v1/admin/clients/{client['client_id']}"
    assert (await front.call("DELETE", path, key=client["boss"]))[0] == 204
    assert await sends(front, body["access_token"]) == 401
    assert (await granted(front, client))[0] == 401
    assert (await front.call("DELETE", path, key=client["boss"]))[0] == 404


async def test_a_new_secret_takes_the_place_of_the_old_one(front: Front, client: dict[str, str]) -> None:
    path = f"/api/v1/admin/clients/{client['client_id']}/secret"
    status, made = await front.call("POST", path, key=client["boss"])
    assert status == 200
    assert (await granted(front, client))[0] == 401
    assert (await granted(front, made))[0] == 200


async def test_nobody_makes_a_client_that_may_more_than_oneself(front: Front, client: dict[str, str]) -> None:
    body = {"name": "too much", "scopes": ["people:manage"]}
    status, problem = await front.call("POST", "/api/v1/admin/clients", body, key=client["boss"])
    assert (status, problem["type"]) == (403, "/problems/not-allowed")


async def test_the_list_of_clients_shows_no_secret(front: Front, client: dict[str, str]) -> None:
    status, listed = await front.call("GET", "/api/v1/admin/clients", key=client["boss"])
    assert status == 200
    assert client["client_id"] in {one["client_id"] for one in listed["items"]}
    assert "fds_" not in str(listed)


async def test_the_server_says_what_it_speaks(front: Front) -> None:
    status, told = await front.call("GET", "/.well-known/oauth-authorization-server", key=None)
    assert status == 200
    assert told["token_endpoint"] == f"{front.url}/oauth/token"
    assert told["grant_types_supported"] == ["client_credentials"]


async def test_the_command_line_makes_a_client_lists_it_and_ends_it(
    front: Front, database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shell = partial(frontdesk, database, next(tmp_path_factory.getbasetemp().glob("oauth*/keys")), "client")
    status, said = await shell("add", "warehouse", "--scope", READS)
    assert status == 0, said
    made = dict(line.split() for line in said.splitlines()[:2])
    assert (await granted(front, made))[1]["scope"] == READS
    assert made["client_id"] in (await shell("list"))[1]
    assert (await shell("revoke", made["client_id"]))[0] == 0
    assert (await granted(front, made))[0] == 401
    status, said = await shell("add", "wrong", "--scope", "everything")
    assert (status, said.startswith("frontdesk: --scope: there is no scope everything")) == (1, True)
