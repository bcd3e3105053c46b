"""Pictures of every page in both themes and on a small screen; and that nothing runs off it."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Engine
from tests.e2e.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Theme = Literal["light", "dark"]


async def _visit(browser: Browser, theme: Theme, width: int, height: int) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale="en-GB",
        reduced_motion="reduce",
    )


async def _fits(page: Page) -> None:
    """Nothing may be reached only by scrolling sideways."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) <= 0


async def _shoot(page: Page, shots: Path, name: str) -> None:
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=shots / f"{name}.png")


@pytest.mark.parametrize(
    ("width", "height", "theme"),
    [
        (1440, 900, "light"),
        (360, 740, "dark"),
        *(
            pytest.param(*view, marks=pytest.mark.slow)
            for view in ((1440, 900, "dark"), (900, 800, "light"), (900, 800, "dark"), (360, 740, "light"))
        ),
    ],
)
async def test_pages_hold_their_look(
    engine: Engine, browser: Browser, shots: Path, theme: Theme, width: int, height: int
) -> None:
    visitor = await _visit(browser, theme, width, height)
    page = await visitor.new_page()
    name = f"{width}-{theme}"
    await page.goto(f"{engine.base_url}/demo")
    assert await page.evaluate("document.documentElement.dataset.theme") == theme
    customer, agent = Customer(page), Agent(page)
    await customer.says("where is my order #1077?")
    await agent.reads("Order #1077")
    await _fits(page)
    await _shoot(page, shots, f"demo-{name}")
    await _console(page, shots, name)
    await visitor.close()


async def _console(page: Page, shots: Path, name: str) -> None:
    await page.get_by_role("link", name="Open in full").click()
    talk = page.get_by_role("main", name="Conversation with Marta Lindqvist")
    await expect(talk.get_by_text("Order #1077").last).to_be_visible()
    await _fits(page)
    await _shoot(page, shots, f"talk-{name}")
    await talk.get_by_role("link", name="why").first.click()
    await expect(page.get_by_role("table", name="Stages of this turn")).to_be_visible()
    await _fits(page)
    await _shoot(page, shots, f"why-{name}")
    await page.goto(f"{page.url.partition('#')[0]}#/")
    await page.get_by_role("button", name="All", exact=True).click()
    await expect(page.get_by_role("link").filter(has_text="Marta Lindqvist").first).to_be_visible()
    await _shoot(page, shots, f"list-{name}")


async def test_the_console_is_worked_by_keys_alone(engine: Engine, browser: Browser) -> None:
    visitor = await _visit(browser, "light", 1440, 900)
    page = await visitor.new_page()
    await page.goto(f"{engine.base_url}/demo")
    customer, agent = Customer(page), Agent(page)
    await customer.says("where is my order #1077?")
    await agent.reads("Order #1077")
    await page.goto(f"{engine.base_url}/console")
    await page.get_by_role("button", name="All", exact=True).click()
    await expect(page.get_by_role("region", name="Newest first")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page.get_by_role("main", name="Conversation with Marta Lindqvist")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await expect(page.get_by_label("Search conversations")).to_be_focused()
    await visitor.close()
