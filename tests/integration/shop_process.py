"""The sample company as a real process on loopback, for tests that need a backend to talk to."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class ShopProcess:
    """One shop: started, asked, spoilt, killed and started again on the same state."""

    state: Path
    today: date
    url: str = ""
    process: asyncio.subprocess.Process | None = None
    taken: set[str] = field(default_factory=set)

    @property
    def token(self) -> str:
        """What its effects need."""
        return self.state.with_name(self.state.name + ".token").read_text()

    async def start(self) -> None:
        """Start it and wait until it says where it answers; a second start keeps the address."""
        port = self.url.rpartition(":")[2] or "0"
        options = ["--port", port, "--state", str(self.state), "--today", self.today.isoformat()]
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "examples.shop", *options), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout is not None
        said = (await self.process.stdout.readline()).decode()
        found = re.search(r"http://\S+", said)
        assert found, f"the shop did not start: {said!r}"
        self.url = found[0]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, kindly or with SIGKILL."""
        assert self.process is not None
        os.kill(self.process.pid, how)
        await self.process.wait()

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Send one request with the token; status and JSON of the answer."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, self.url + path, **options) as response,
        ):
            body = await response.json(content_type=None) if response.status != 204 else None
            return response.status, body

    async def get(self, path: str) -> Any:
        """Read something that exists."""
        status, body = await self.ask("GET", path)
        assert status == 200, body
        return body

    async def spoil(self, **rule: Any) -> None:
        """Order a fault, as `POST /_faults` takes it."""
        status, body = await self.ask("POST", "/_faults", json=rule)
        assert status == 201, body

    async def behave(self) -> None:
        """End all faults."""
        await self.ask("DELETE", "/_faults")

    async def fresh_order(self, status: str) -> dict[str, Any]:
        """An order in this status that no other test was given; never one of the demo's."""
        for order in await self.get(f"/orders?status={status}&limit=1000"):
            if order["id"] not in self.taken and order["customer_id"] != "C-1001":
                self.taken.add(order["id"])
                return dict(order)
        raise AssertionError(f"no unused order is {status}")


@pytest.fixture(scope="session")
async def shop_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ShopProcess]:
    """One shop for the whole run; tests take orders of their own from it."""
    shop = ShopProcess(tmp_path_factory.mktemp("shop") / "shop.db", date.today())
    await shop.start()
    yield shop
    await shop.stop()


@pytest.fixture
async def shop(shop_process: ShopProcess) -> AsyncIterator[ShopProcess]:
    """The shop, without faults left over."""
    yield shop_process
    await shop_process.behave()
