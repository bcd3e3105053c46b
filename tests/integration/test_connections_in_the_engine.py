"""A whole engine whose book declares a system, and which tells another one what happens."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from app.auth.repository import store_key
from app.auth.secrets import digest, new_api_key
from app.settings import Settings, load_settings
from policies.problems import BookInvalid
from tests.fakes.nlu import loopback_nlu
from tests.integration.shop_process import ShopProcess
from tests.integration.test_llm_engine import Engine, engine_of
from tests.peers.faults import serving
from tests.peers.receiver import Receiver
from tests.unit.books.altered import SHOP
from tests.unit.test_how_to_add_a_tool import BLOCKS, BOOKED, answer

MEANINGS = {"repair": "workshop_asked"}


def book_with_repairs(folder: Path, url: str) -> Path:
    """The sample book with the page's files laid into it."""
    book = folder / "book"
    shutil.copytree(SHOP, book)
    (book / "connections" / "documents").mkdir(parents=True)
    for name, text in BLOCKS:
        (book / name).write_text(text.replace("https://repairs.example", url), "utf-8")
    return book


async def called(engine: Engine, key: str, path: str, body: Any) -> Any:
    """Post to the API."""
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    async with engine.house.session.post(
        engine.url + path, data=orjson.dumps(body), headers=headers
    ) as response:
        assert response.status < 300, await response.text()
        return await response.json()


async def a_key(engine: Engine, settings: Settings) -> str:
    """A key of whoever runs the company's systems."""
    key = new_api_key()
    async with engine.house.database.tenant(settings.tenant) as conn:
        scopes = ("messages:write", "webhooks:manage")
        await store_key(conn, settings.tenant, "systems", digest(key), "systems", scopes)
    return key


@pytest.mark.slow
async def test_a_customer_is_answered_by_a_declared_tool_and_another_system_is_told(
    database: str, valkey_url: str, shop: ShopProcess, tmp_path: Path
) -> None:
    repairs, receiver = web.Application(), Receiver()
    repairs[BOOKED] = {}
    repairs.router.add_route("*", "/{anything:.*}", answer)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "frontdesk_secret_repairs_token").write_text("sesame\n")
    async with (
        loopback_nlu(MEANINGS) as nlu,
        serving(repairs) as repairs_url,
        serving(receiver.app()) as receiver_url,
    ):
        settings = load_settings(
            data_dir=tmp_path,
            database_url=database,
            redis_url=valkey_url,
            nlu_url=nlu.url,
            shop_url=shop.url,
            shop_token=shop.token,
            book=book_with_repairs(tmp_path, repairs_url),
            secrets_dir=tmp_path / "secrets",
            private_networks="127.0.0.0/8",
        )
        async with engine_of(settings) as engine:
            key = await a_key(engine, settings)
            made = await called(engine, key, "/api/v1/webhooks", {"url": f"{receiver_url}/hook"})
            receiver.secret = made["secret"]
            said = [await says(engine, key, number, text) for number, text in enumerate(("repair", "Malmö"))]
            for _ in range(200):
                if {"conversation.started", "message.sent"} <= set(receiver.types()):
                    break
                await asyncio.sleep(0.05)

    assert "In which city?" in said[0]
    assert "It is at Kanalgatan 4; the wait is 3 days." in said[1]
    assert {"conversation.started", "message.received", "message.sent"} <= set(receiver.types())
    assert receiver.forged == 0


async def says(engine: Engine, key: str, number: int, text: str) -> str:
    """Write as a customer and wait for what is said."""
    message = {"channel": "web", "message_id": f"m{number}", "text": text, "address": "visitor-1"}
    found = await called(engine, key, "/api/v1/messages?wait=20", message)
    return " ".join(reply["text"] for reply in found["replies"])


async def test_an_engine_whose_secret_is_missing_says_which_instead_of_starting(
    database: str, valkey_url: str, tmp_path: Path
) -> None:
    book = book_with_repairs(tmp_path, "https://repairs.example")
    settings = load_settings(
        data_dir=tmp_path,
        database_url=database,
        redis_url=valkey_url,
        shop_url="http://127.0.0.1:1",
        book=book,
    )

    with pytest.raises(BookInvalid, match="Set FRONTDESK_SECRET_REPAIRS_TOKEN"):
        async with engine_of(settings):
            pass
