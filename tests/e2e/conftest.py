"""A whole running installation and a real browser in front of it."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from app.embedded.children import free_port
from app.settings import ROOT, inherited_environment
from tests.e2e.people import SCREEN, WITHIN_MS, Colleague, Customer, Sit, Visit

expect.set_options(timeout=20_000)  # a busy machine is no finding
READY_WITHIN_S = 150
ONLY_THE_CHAT = """customer => {
  const chat = document.createElement("frontdesk-chat");
  chat.setAttribute("customer-id", customer);
  chat.toggleAttribute("open", true);
  document.body.replaceChildren(chat);
}"""
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
    state: Path
    """The folder in which it keeps everything."""

    async def ask(self, path: str) -> Any:
        """Ask the engine over its API, with every right."""
        headers = {"X-API-Key": self.demo["api_key"]}
        async with self.http.get(f"{self.base_url}/api/v1{path}", headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

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
    async with running(e2e_dir, nlu_server, free_port()) as ready:
        yield ready


@asynccontextmanager
async def running(folder: Path, nlu_server: str, port: int, **more: str) -> AsyncIterator[Engine]:
    """`frontdesk run` on a folder and a port, with more settings, until the block is left."""
    if not (ROOT / "web" / "dist" / "demo" / "index.html").exists():
        pytest.skip("web/dist is missing; `npm run build` in web/ makes it")
    base_url, state = f"http://127.0.0.1:{port}", folder / "state"
    log = (folder / "run.log").open("ab")
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "frontdesk",
        "run",
        env=inherited_environment()
        | {
            "FRONTDESK_PORT": str(port),
            "FRONTDESK_DATA_DIR": str(state),
            "FRONTDESK_NLU_URL": nlu_server,
            **{f"FRONTDESK_{name}": value for name, value in more.items()},
        },
        stdout=log,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with aiohttp.ClientSession() as http:
            await _until_ready(http, base_url, process, folder / "run.log")
            demo = json.loads((state / "demo.json").read_text("utf-8"))
            yield Engine(base_url=base_url, demo=demo, http=http, state=state)
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


@pytest.fixture
async def sit(engine: Engine, browser: Browser) -> AsyncIterator[Sit]:
    """Seats people of the demo at consoles of their own."""
    async with AsyncExitStack() as stack:

        async def at_the_console(agent_id: str) -> Colleague:
            own = await browser.new_context(viewport=SCREEN, locale="en-GB", base_url=engine.base_url)
            stack.push_async_callback(own.close)
            signed_in = await own.request.post("/api/v1/demo/login", data={"agent_id": agent_id})
            assert signed_in.ok
            page = await own.new_page()
            await page.goto("/console")
            await expect(page.get_by_text("online").first).to_be_attached(timeout=WITHIN_MS)
            return Colleague(page)

        yield at_the_console


@pytest.fixture
async def customer(engine: Engine, browser: Browser) -> AsyncIterator[Customer]:
    """A customer of the demo whose story begins anew."""
    own = await browser.new_context(viewport=SCREEN, locale="en-GB", base_url=engine.base_url)
    page = await own.new_page()
    await page.goto("/demo")
    async with page.expect_response("**/api/v1/demo/start-over"):
        await page.get_by_role("button", name="Start over").click()
    yield Customer(page)
    await own.close()


@pytest.fixture
async def visit(engine: Engine, browser: Browser) -> AsyncIterator[Visit]:
    """Lets customers come to a page with nothing but the chat in it."""
    async with AsyncExitStack() as stack:

        async def in_the_chat(customer_id: str) -> Customer:
            own = await browser.new_context(viewport=SCREEN, locale="en-GB", base_url=engine.base_url)
            stack.push_async_callback(own.close)
            page = await own.new_page()
            await page.goto("/demo")
            await page.locator("frontdesk-chat").wait_for()
            await page.evaluate(ONLY_THE_CHAT, customer_id)
            return Customer(page)

        yield in_the_chat
