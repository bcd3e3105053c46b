"""The demo's people and key: made once, kept, and open on this machine only."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.console.demo import Addresses, DemoCustomer, seed_demo
from tests.integration.front import Front, open_front

ADDRESSES = Addresses(base_url="http://127.0.0.1:1", console_url="", shop_url="", nlu_url="")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def login(front: Front, email: str, password: str) -> tuple[int, Any]:
    return await front.call("POST", "/api/v1/auth/login", {"email": email, "password": password}, key=None)


async def test_the_demo_keeps_its_secrets_from_start_to_start(front: Front, tmp_path: Path) -> None:
    marta = DemoCustomer(
        id="C-1", name="Marta", email="m@example.com", tier="gold", language="en", orders=["1042"]
    )

    async def start() -> dict[str, Any]:
        return await seed_demo(front.database, front.vault, "t1", tmp_path, ADDRESSES, [marta])

    first, second = await start(), await start()

    assert first == second
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert (await front.call("GET", "/api/v1/queue", key=first["api_key"]))[0] == 200
    agent = first["agents"][0]
    assert (await login(front, agent["email"], agent["password"]))[0] == 200
    front.session.cookie_jar.clear()


async def test_the_demo_signs_in_without_a_password_on_this_machine_only(
    front: Front, tmp_path: Path
) -> None:
    await seed_demo(front.database, front.vault, "t1", tmp_path, ADDRESSES, [])

    status, me = await front.call("POST", "/api/v1/demo/login", key=None)
    front.session.cookie_jar.clear()
    refused = await front.call(
        "POST", "/api/v1/demo/login", {}, key=None, headers={"Origin": "https://elsewhere.example"}
    )
    not_demo = await front.call("POST", "/api/v1/demo/login", {"agent_id": "nils"}, key=None)

    assert (status, me["name"]) == (200, "Runa Solberg")
    assert (refused[0], refused[1]["type"]) == (403, "/problems/not-local")
    assert not_demo[0] == 404
