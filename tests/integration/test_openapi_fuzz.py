"""Whatever the OpenAPI document allows, and much that it does not: no 5xx, no answer of another shape.

A sample of the operations runs each time; all of them, with more examples, in the long run.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from app.auth.repository import store_key
from app.auth.roles import EVERY_RIGHT
from app.auth.secrets import digest, new_api_key
from app.bootstrap import open_house
from app.db.repository import add_tenant
from app.problems import ANSWERS, speak_problems
from app.routes import include_routes
from app.settings import load_settings
from tests.fakes.nlu import loopback_nlu
from tests.integration.front import give_key, open_front, serving

SKIPPED: Mapping[str, str] = {
    "POST /api/v1/webhooks": "it asks the network for the name of a made-up address",
    "PATCH /api/v1/webhooks/{webhook_id}": "it asks the network for the name of a made-up address",
}
"""Operations that are not tried, each with its reason."""
load_all_checks()
KEPT = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)
SAMPLED = 9
"""In the short run one operation in so many is tried."""


@asynccontextmanager
async def engine(database: str, valkey: str, folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Serve a whole engine; its address, and a key with every scope."""
    async with loopback_nlu({}) as nlu:
        given = load_settings(
            data_dir=folder, database_url=database, redis_url=valkey, nlu_url=nlu.url, demo=False
        )
        async with open_house(given) as house:
            app, key = FastAPI(responses=ANSWERS), new_api_key()
            async with house.database.tenant(given.tenant) as conn:
                await add_tenant(conn, given.tenant, "A company")
                await store_key(conn, given.tenant, "all", digest(key), "all", sorted(EVERY_RIGHT))
            speak_problems(app)
            include_routes(app, house)
            async with serving(app) as url:
                yield url, key


@pytest.fixture(scope="module")
async def door(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[str, str]]:
    """A front door without an assistant, which is up at once."""
    async with open_front(database, Path(tmp_path_factory.mktemp("door"))) as front:
        yield front.url, await give_key(front, "everything", sorted(EVERY_RIGHT))


@pytest.fixture(scope="module")
async def served(
    database: str, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, str]]:
    async with engine(database, valkey_url, Path(tmp_path_factory.mktemp("fuzz"))) as told:
        yield told


def short_waits(case: Any) -> Any:
    """Keep a case from waiting a minute for an answer that nobody gives."""
    if isinstance(case.query, dict) and "wait" in case.query:
        case.query["wait"] = 0
    return case


def tried(operation: Any, url: str, key: str, examples: int) -> None:
    """Call one operation with what its document allows, and with what it does not."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    refused = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(allowed, refused))
    def call(case: Any) -> None:
        response = short_waits(case).call(base_url=url, headers={"X-API-Key": key}, timeout=40)
        case.validate_response(response, checks=KEPT)

    call()


async def document_of(url: str) -> dict[str, Any]:
    """Read the document as a client does."""
    answer = await asyncio.to_thread(requests.get, f"{url}/openapi.json", timeout=90)
    return dict(answer.json())


async def run(served: tuple[str, str], every: int, examples: int) -> tuple[set[str], list[str]]:
    """Try operations; their names, and what was found."""
    url, key = served
    schema = schemathesis.openapi.from_dict(await document_of(url))
    names, found = set(), []
    for number, result in enumerate(schema.get_all_operations()):
        operation = result.ok()
        name = f"{operation.method.upper()} {operation.path}"
        names.add(name)
        if name in SKIPPED or number % every:
            continue
        try:
            await asyncio.to_thread(tried, operation, url, key, examples)
        except Exception as failure:
            found.append(f"{name}: {str(failure)[:1500]}")
    return names, found


async def test_a_sample_of_the_api_keeps_to_its_document(door: tuple[str, str]) -> None:
    _, found = await run(door, SAMPLED, 4)
    assert not found, "\n\n".join(found)


@pytest.mark.slow
async def test_the_whole_api_keeps_to_its_document(served: tuple[str, str]) -> None:
    names, found = await run(served, 1, 25)
    assert not found, "\n\n".join(found)
    assert SKIPPED.keys() <= names, "an operation is left out that is not there any more"


PUBLIC = {
    "POST /api/v1/auth/login": "it is where people show who they are",
    "POST /api/v1/auth/welcome": "a code is the proof",
    "POST /api/v1/auth/welcome/password": "a code is the proof",
    "POST /oauth/token": "client id and secret are the proof",
    "POST /oauth/revoke": "client id and secret are the proof",
    "GET /.well-known/oauth-authorization-server": "it says where tokens are fetched",
    "GET /files/{link}": "the link is the proof",
    "GET /info": "inboxes ask it which version they speak to",
    "POST /webhooks/rest/webhook": "a customer's token may stand in its body; see the test below",
}
OTHERWISE = ("/api/v1/demo/", "/api/v1/identity/")
"""In a demo, on this machine, whoever asks is somebody; who a customer is, a token in the body says."""
"""Operations that ask for neither key nor token, each with its reason."""
FORGED = "eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJkZW1vIn0."
credentials = st.one_of(
    st.just({}),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=40).flatmap(
        lambda text: st.sampled_from(
            [
                {"X-API-Key": f"fd_{text}"},
                {"Authorization": f"Bearer fd_{text}"},
                {"Authorization": f"Bearer {FORGED}{text}"},
                {"Authorization": f"Basic {text}"},
                {"Cookie": f"frontdesk_session={text}"},
            ]
        )
    ),
)


async def test_nobody_is_served_without_a_key_or_a_token_that_holds(door: tuple[str, str]) -> None:
    """Feature: omnichannel-cx-platform, Property 51: API Authentication."""
    url, _ = door
    document = await document_of(url)
    operations = [
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if f"{method.upper()} {path}" not in PUBLIC and not path.startswith(OTHERWISE)
    ]

    def asked(operation: tuple[str, str], headers: dict[str, str]) -> requests.Response:
        method, path = operation
        at = f"{url}{re.sub(r'{[^}]+}', 'x', path)}"
        sent = {"Content-Type": "application/json", "X-Frontdesk": "1", **headers}
        return requests.request(method, at, headers=sent, data=b"{}", timeout=30)

    served = await asyncio.to_thread(lambda: [one for one in operations if asked(one, {}).status_code != 401])
    assert served == [], "these serve whoever shows nothing; say in PUBLIC why, or ask for a key"

    @settings(max_examples=120, derandomize=True, database=None)
    @given(operation=st.sampled_from(operations), headers=credentials)
    def refused(operation: tuple[str, str], headers: dict[str, str]) -> None:
        method, path = operation
        answer = asked(operation, headers)
        assert answer.status_code == 401, f"{method} {path} with {headers}: {answer.text[:300]}"
        assert answer.headers["Content-Type"] == "application/problem+json"

    await asyncio.to_thread(refused)
    assert PUBLIC.keys() <= {f"{m.upper()} {p}" for p, item in document["paths"].items() for m in item}


async def test_rasas_rest_channel_serves_nobody_from_elsewhere_without_a_key_or_token(
    door: tuple[str, str],
) -> None:
    message = {"sender": "somebody", "message": "hi", "metadata": {"token": "made up"}}
    headers = {"X-Forwarded-For": "203.0.113.9"}
    url = f"{door[0]}/webhooks/rest/webhook"
    answer = await asyncio.to_thread(requests.post, url, json=message, headers=headers, timeout=30)
    assert answer.status_code == 401
