"""A whole engine with a model, from its settings to the widget: sentences, message, why and price."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from fastapi import FastAPI

from app.auth.repository import store_key
from app.auth.secrets import digest, new_api_key
from app.bootstrap import House, open_house
from app.db.repository import add_tenant
from app.problems import speak_problems
from app.routes import include_routes
from app.settings import Settings, load_settings
from tests.fakes.nlu import loopback_nlu
from tests.integration.front import serving
from tests.integration.shop_process import ShopProcess
from tests.peers.openai import OpenAiPeer, openai_peer

WARM = "Certainly. "
MEANINGS = {"where is": "order_track"}


@dataclass
class Engine:
    """A running engine and its key."""

    url: str
    key: str
    house: House


@asynccontextmanager
async def engine_of(settings: Settings) -> AsyncIterator[Engine]:
    """Open a house and serve it."""
    async with open_house(settings) as house:
        key, app = new_api_key(), FastAPI()
        async with house.database.tenant(settings.tenant) as conn:
            await add_tenant(conn, settings.tenant, "A company")
            await store_key(conn, settings.tenant, "all", digest(key), "all", ("conversations:read",))
        speak_problems(app)
        include_routes(app, house)
        async with serving(app) as url:
            yield Engine(url=url, key=key, house=house)


@pytest.fixture
async def peer() -> AsyncIterator[OpenAiPeer]:
    async with openai_peer() as opened:
        yield opened


async def order_of(shop: ShopProcess) -> tuple[str, str]:
    """Find somebody whose order was delivered."""
    _, listed = await shop.ask("GET", "/orders?limit=1000")
    rows = listed["items"] if isinstance(listed, dict) else listed
    found = next(row for row in rows if row["status"] == "delivered")
    return found["id"], found["customer_id"]


async def test_a_reworded_reply_arrives_sentence_by_sentence_and_is_accounted_for(
    database: str, valkey_url: str, shop: ShopProcess, peer: OpenAiPeer, tmp_path: Path
) -> None:
    peer.rewords = lambda reply: WARM + reply
    async with loopback_nlu(MEANINGS) as nlu:
        settings = load_settings(
            data_dir=tmp_path,
            database_url=database,
            redis_url=valkey_url,
            nlu_url=nlu.url,
            shop_url=shop.url,
            shop_token=shop.token,
            llm_url=peer.url,
            llm_model="large-1",
            llm_small_model="small-1",
            llm_writes=True,
            llm_prices={"large-1": (1.0, 4.0), "small-1": (0.1, 0.4)},
            llm_daily_usd=1.0,
        )
        async with engine_of(settings) as engine:
            order, customer = await order_of(shop)
            frames = await asked(engine.url, customer, f"where is order #{order}?")
            why = await explained(engine, frames[-1]["entry"])
    spoken = [frame["text"] for frame in frames if frame["type"] == "provisional"]
    assert spoken[0] == "Certainly."
    text = frames[-1]["entry"]["text"]
    assert order in text
    assert all(sentence in text for sentence in spoken)
    assert [(call["purpose"], call["model"], call["used"]) for call in why["models"]] == [
        ("write", "small-1", True)
    ]
    assert 0 < why["models"][0]["cost_usd"] < 0.01
    assert order not in peer.read


async def asked(url: str, customer: str, text: str) -> list[dict[str, Any]]:
    """Write on the widget's socket; every frame of the turn whose reply was reworded.

    The first turns of an engine may leave no time for a model: then the template came, and we write again.
    """
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url.replace('http', 'ws')}/ws/chat") as socket,
    ):
        await socket.send_str(orjson.dumps({"type": "hello", "customer_id": customer}).decode())
        await socket.receive_str(timeout=10)
        for number in range(8):
            said = {"type": "message", "id": f"m{number}", "text": text}
            await socket.send_str(orjson.dumps(said).decode())
            frames = await until_answered(socket)
            if WARM in frames[-1]["entry"]["text"]:
                return frames
    raise AssertionError("no turn left time for a model")


async def until_answered(socket: aiohttp.ClientWebSocketResponse) -> list[dict[str, Any]]:
    """Read every frame up to the assistant's message."""
    frames: list[dict[str, Any]] = []
    while not (frames and frames[-1].get("entry", {}).get("sender") == "assistant"):
        frames.append(orjson.loads(await socket.receive_str(timeout=20)))
    return frames


async def explained(engine: Engine, entry: dict[str, Any]) -> dict[str, Any]:
    """Ask why the assistant said something."""
    url = f"{engine.url}/api/v1/conversations/{entry['thread_id']}/turns/{entry['seq']}/why"
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers={"X-API-Key": engine.key}) as response,
    ):
        why: dict[str, Any] = await response.json()
        return why
