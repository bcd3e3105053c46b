"""Nobody is kept out: every room in both themes, on a small screen, from right to left, by keyboard alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.settings import ROOT
from tests.e2e.conftest import Engine
from tests.e2e.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
LOOK = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(one => ({
  id: one.id, impact: one.impact, help: one.help,
  where: one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)),
})))"""
PEOPLE = ("tove", "ines", "jonas", "ada")


@dataclass(frozen=True)
class View:
    """How a page is looked at."""

    name: str
    theme: str
    width: int
    height: int
    language: str = "en"
    """What the page is translated to; whether it runs from right to left follows from it."""


VIEWS = (
    View("light", "light", 1440, 900),
    View("dark", "dark", 1440, 900),
    View("small", "light", 360, 740),
    View("rtl", "dark", 1440, 900, "ar"),
)


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker, as the browser runs it."""
    if not AXE.exists():
        pytest.skip("web/node_modules holds no axe-core; `npm ci` in web/ brings it")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="module")
async def conversation(engine: Engine, browser: Browser) -> str:
    """A conversation with an answer, an action and somebody who waits."""
    visitor = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = await visitor.new_page()
    await page.goto(f"{engine.base_url}/demo")
    customer, agent = Customer(page), Agent(page)
    await customer.says("where is my order #1077?")
    await agent.reads("Order #1077")
    await customer.says("I want to talk to a person")
    await agent.reads("I want to talk to a person")
    found = await _get(visitor, engine, "/api/v1/conversations?limit=1")
    await visitor.close()
    return str(found["items"][0]["conversation_id"])


async def _get(context: BrowserContext, engine: Engine, path: str) -> Any:
    answer = await context.request.get(
        f"{engine.base_url}{path}", headers={"X-API-Key": engine.demo["api_key"]}
    )
    assert answer.ok, await answer.text()
    return await answer.json()


async def _signed_in(browser: Browser, engine: Engine, person: str, view: View) -> BrowserContext:
    visitor = await browser.new_context(
        viewport={"width": view.width, "height": view.height},
        color_scheme="dark" if view.theme == "dark" else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    if view.language != "en":
        await visitor.add_init_script(
            f"addEventListener('DOMContentLoaded', () => document.documentElement.lang = '{view.language}')"
        )
    answer = await visitor.request.post(
        f"{engine.base_url}/api/v1/demo/login", data={"agent_id": person}, headers={"X-Frontdesk": "1"}
    )
    assert answer.ok, await answer.text()
    return visitor


async def _rooms(page: Page) -> list[str]:
    """The addresses in the rail, as one's role has them."""
    links = page.get_by_role("navigation", name="Rooms").get_by_role("link")
    return [str(await link.get_attribute("href")) for link in await links.all()]


async def _settled(page: Page) -> None:
    """Wait until nothing says any more that it is loading."""
    await expect(page.locator("main, aside").filter(visible=True).first).to_be_visible()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=60_000)  # a book is checked whole
    await page.evaluate("document.fonts.ready")


async def _looked_at(page: Page, address: str, axe: str, view: View, shots: Path) -> list[str]:
    """Open a place, keep its picture, and say what would keep people out."""
    await page.evaluate(f"location.hash = {json.dumps(address)}")
    await _settled(page)
    name = "-".join(part for part in address.strip("#/").split("/") if part and "_" not in part) or "queue"
    await page.screenshot(path=shots / f"room-{name}-{view.name}.png")
    await page.evaluate(axe)
    found = [one for one in await page.evaluate(LOOK) if one["impact"] in GRAVE]
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    told = [f"{address} ({view.name}): {one['id']}, {one['help']}: {one['where']}" for one in found]
    return [*told, *([f"{address} ({view.name}): {wide} px run off the side"] if wide > 0 else [])]


async def _all_looked_at(page: Page, places: Sequence[str], axe: str, view: View, shots: Path) -> list[str]:
    return [line for place in places for line in await _looked_at(page, place, axe, view, shots)]


@pytest.mark.parametrize(
    "view",
    [pytest.param(view, marks=pytest.mark.slow) for view in VIEWS],
    ids=lambda view: view.name,
)
async def test_no_room_keeps_anybody_out(
    engine: Engine, browser: Browser, conversation: str, axe: str, shots: Path, view: View
) -> None:
    told: list[str] = []
    talk = f"#/c/{conversation}"
    for person in PEOPLE if view.name == "dark" else ("ada",):
        visitor = await _signed_in(browser, engine, person, view)
        page = await visitor.new_page()
        await page.goto(f"{engine.base_url}/console")
        await expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
        assert await page.evaluate("document.documentElement.dir") == ("rtl" if view.name == "rtl" else "ltr")
        places = await _rooms(page)
        if person == "ada":
            board = "#/board"
            behind = (f"{board}/show/waiting/today/", f"{board}/watch/{conversation}")
            places = ["#/", talk, f"{talk}/why/1", f"{talk}/fork/1", *behind, *places]
        told += await _all_looked_at(page, places, axe, view, shots)
        await visitor.close()
    assert not told, "\n".join(told)


async def test_a_supervisor_goes_everywhere_by_keyboard(
    engine: Engine, browser: Browser, conversation: str
) -> None:
    visitor = await _signed_in(browser, engine, "tove", VIEWS[0])
    page = await visitor.new_page()
    await page.goto(f"{engine.base_url}/console#/c/{conversation}/why/1")
    await expect(page.get_by_role("main", name="Why this reply")).to_be_visible()

    await page.keyboard.press("f")
    sandbox = page.get_by_role("main", name="Sandbox")
    await sandbox.get_by_label("The customer writes").fill("I want to talk to a person")
    await page.keyboard.press("Control+Enter")
    await expect(sandbox.get_by_text("One turn would have been otherwise.")).to_be_visible(timeout=20_000)
    await expect(sandbox.get_by_text("Why the sandbox said so")).to_be_visible()

    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("g")
    await page.keyboard.press("b")
    board = page.get_by_role("main", name="Board")
    await expect(board.get_by_role("link", name="Waiting for a person")).to_be_visible()
    await board.get_by_role("group", name="SLA forecast").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("End")
    await expect(board.get_by_text("expected as staffed now").last).to_be_attached()
    await board.get_by_role("link", name="Waiting for a person").press("Enter")
    await expect(page.get_by_role("heading", name="Waiting for a person")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(board).to_be_visible()
    await visitor.close()
