"""A whole running installation and a real browser in front of it."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from app.embedded.children import free_port
from app.settings import ROOT, inherited_environment

READY_WITHIN_S = 150
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A running demo: where it answers and what `frontdesk demo-info` says of it."""

    base_url: str
    demo: Mapping[str, Any]
    http: aiohttp.ClientSession

    async def shop(self, path: str) -> Any:
        """Ask the shop itself, past everything that is tested."""
        async with self.http.get(f"{self.demo['shop_url']}{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@pytest.fixture(scope="session")
def e2e_dir() -> Iterator[Path]:
    """The installation's state, short enough for its sockets."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-e2e-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
async def engine(e2e_dir: Path, nlu_server: str) -> AsyncIterator[Engine]:
    """Everything that `frontdesk run` starts, with the tests' own NLU model."""
    if not (ROOT / "web" / "dist" / "demo" / "index.html").exists():
        pytest.skip("web/dist is missing; `npm run build` in web/ makes it")
    base_url = f"http://127.0.0.1:{free_port()}"
    log = (e2e_dir / "run.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "frontdesk",
        "run",
        env=inherited_environment()
        | {
            "FRONTDESK_PORT": base_url.rpartition(":")[2],
            "FRONTDESK_DATA_DIR": str(e2e_dir / "state"),
            "FRONTDESK_NLU_URL": nlu_server,
        },
        stdout=log,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with aiohttp.ClientSession() as http:
            await _until_ready(http, base_url, process, e2e_dir / "run.log")
            demo = json.loads((e2e_dir / "state" / "demo.json").read_text("utf-8"))
            yield Engine(base_url=base_url, demo=demo, http=http)
    finally:
        await _stopped(process)
        log.close()


async def _until_ready(
    http: aiohttp.ClientSession, base_url: str, process: asyncio.subprocess.Process, log: Path
) -> None:
    """Ask until every part is there; an early end is told with the log's last lines."""
    async with asyncio.timeout(READY_WITHIN_S):
        while process.returncode is None:
            if await _ready(http, base_url):
                return
            await asyncio.sleep(0.2)
    pytest.fail("frontdesk run ended:\n" + _end_of(log))


def _end_of(log: Path) -> str:
    return log.read_text("utf-8")[-3000:]


async def _ready(http: aiohttp.ClientSession, base_url: str) -> bool:
    try:
        async with http.get(f"{base_url}/readyz") as answer:
            return answer.status == 200 and not (await answer.json())["degraded"]
    except aiohttp.ClientError:
        return False


async def _stopped(process: asyncio.subprocess.Process) -> None:
    """Stop it as Ctrl-C does, and by force if it does not listen."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 30)
    except TimeoutError:
        process.kill()
        await process.wait()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on PATH")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A visitor nobody has seen before, on a common screen."""
    visitor = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield visitor
    await visitor.close()


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: FRONTDESK_SHOTS, else a folder of this run."""
    chosen = os.environ.get("FRONTDESK_SHOTS")
    folder = Path(chosen) if chosen else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
