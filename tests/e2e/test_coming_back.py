"""The engine restarts, the laptop slept: the console goes on where it was, and loses nothing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from app.embedded.children import free_port
from tests.e2e.conftest import running
from tests.e2e.people import SCREEN, WITHIN_MS, Colleague, Customer, Sit
from tests.e2e.test_lines import Line

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420)]


@pytest.fixture
def own_dir() -> Iterator[Path]:
    """The state of an installation that is stopped and started, short enough for its sockets."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-e2e-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def test_a_laptop_that_slept_shows_on_waking_what_is_true_now(
    customer: Customer, sit: Sit, shots: Path
) -> None:
    runa, tove = await sit("runa"), await sit("tove")
    await runa.page.clock.install()
    line = await Line("/ws/console").lay(runa.page)
    await runa.page.reload()
    await customer.says("I need a human for my lamp")
    await runa.claims("Marta Lindqvist", saying="I need a human for my lamp")
    await runa.writes("Runa here.")
    await customer.reads("Runa here.")

    line.fall_asleep()
    await customer.says("Are you still there, Runa?")
    await _ten_minutes_pass(runa)
    await runa.reads("Are you still there, Runa?")
    await expect(runa.log.get_by_text("Are you still there, Runa?")).to_have_count(1)

    line.fall_asleep()
    await tove.steps_in(runa.conversation_id, "Runa Solberg")
    await tove.writes("Tove here, Runa is away.")
    await customer.reads("Tove here")
    await expect(runa.reply).to_be_visible()
    await _ten_minutes_pass(runa)
    await runa.reads("A colleague has this conversation.")
    own = runa.list.get_by_role("link").filter(has_text="Are you still there, Runa?")
    await expect(own).to_have_count(0, timeout=WITHIN_MS)
    await runa.page.screenshot(path=shots / "back-after-sleep.png")


async def _ten_minutes_pass(colleague: Colleague) -> None:
    """Close the lid and open it again: what should have happened in between happens at once, and once."""
    await colleague.page.clock.fast_forward("10:00")


async def test_an_engine_that_restarts_is_waited_for_and_what_was_written_meanwhile_goes_out(
    nlu_server: str, browser: Browser, own_dir: Path, shots: Path
) -> None:
    port = free_port()
    own = await browser.new_context(viewport=SCREEN, locale="en-GB", base_url=f"http://127.0.0.1:{port}")
    async with running(own_dir, nlu_server, port) as engine:
        assert (await own.request.post("/api/v1/demo/login", data={"agent_id": "runa"})).ok
        customer, runa = Customer(await own.new_page()), Colleague(await own.new_page())
        await customer.page.goto("/demo")
        await runa.page.goto("/console")
        await customer.says("let me talk to a human")
        await runa.claims("Marta Lindqvist", saying="let me talk to a human")
        await runa.writes("Before the restart.")
        await customer.reads("Before the restart.")

    await expect(runa.page.get_by_text("No connection since")).to_be_visible(timeout=WITHIN_MS)
    await runa.writes("Written while nobody listened.")
    await runa.writes("And a second line.")
    await expect(runa.page.get_by_text("waits for the connection, 1 of 2")).to_be_visible()
    await customer.says("Are you there?")
    await runa.page.screenshot(path=shots / "back-offline.png")

    async with running(own_dir, nlu_server, port) as engine:
        await runa.reads("Are you there?")
        await customer.reads("And a second line.", within_s=30)
        said = await customer.log.inner_text()
        assert said.index("Written while nobody listened.") < said.index("And a second line.")
        for text in ("Written while nobody listened.", "And a second line.", "Are you there?"):
            await expect(runa.log.get_by_text(text)).to_have_count(1)
        await expect(runa.page.get_by_text("No connection since")).to_be_hidden()
        shown = await engine.ask(f"/conversations/{runa.conversation_id}")
        assert [entry["text"] for entry in shown["timeline"]].count("And a second line.") == 1
        await own.close()
