"""A conversation goes from hand to hand: customer, agent and supervisor in three browsers."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Engine
from tests.e2e.people import Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCREEN = {"width": 1440, "height": 900}
WITHIN_MS = 20_000


@dataclass(frozen=True)
class Colleague:
    """Somebody at the console, by what is read there."""

    page: Page

    @property
    def list(self) -> Locator:
        """The conversations at the left."""
        return self.page.get_by_role("complementary", name="Conversations")

    async def claims(self, name: str, saying: str) -> None:
        """Open who waits with these last words, as soon as they do, and take over by the keyboard."""
        waiting = self.list.get_by_role("region", name="Waiting for a person")
        await waiting.get_by_role("link").filter(has_text=saying).first.click(timeout=WITHIN_MS)
        await expect(self.page.get_by_role("main", name=f"Conversation with {name}")).to_be_visible(
            timeout=WITHIN_MS
        )
        await self.page.keyboard.press("o")
        await expect(self.reply).to_be_visible(timeout=WITHIN_MS)

    @property
    def reply(self) -> Locator:
        """Where one writes to the customer."""
        return self.page.get_by_role("textbox", name=re.compile("^Reply to"))

    async def writes(self, text: str) -> None:
        """Answer the customer."""
        await expect(self.reply).to_be_visible(timeout=WITHIN_MS)
        await self.reply.fill(text)
        await self.reply.press("Control+Enter")

    async def passes_on(self, to: str, briefing: str, *, warm: bool) -> None:
        """Transfer the conversation, with a word to whoever takes it."""
        await self.page.get_by_role("button", name=re.compile("^Transfer")).click()
        dialog = self.page.get_by_role("dialog", name="Transfer")
        await dialog.get_by_role("button", name="Warm" if warm else "Cold").click()
        await dialog.get_by_role("radio", name=to).check()
        await dialog.get_by_label("Briefing").fill(briefing)
        await dialog.get_by_role("button", name=re.compile("^Transfer to")).click()
        await expect(dialog).to_be_hidden(timeout=WITHIN_MS)

    async def takes_what_is_offered(self, briefing: str) -> None:
        """Open the offer in the list, read the briefing, take it."""
        offers = self.list.get_by_role("region", name="Offered to you")
        await offers.get_by_text(briefing).click(timeout=WITHIN_MS)
        await self.page.get_by_role("button", name="Take it").click(timeout=WITHIN_MS)

    async def reads(self, text: str) -> None:
        """Wait until a line stands in the conversation."""
        await expect(self.page.get_by_text(text).last).to_be_visible(timeout=WITHIN_MS)


Sit = Callable[[str], Awaitable[Colleague]]


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


async def test_a_person_is_asked_for_and_the_conversation_goes_from_hand_to_hand(
    customer: Customer, sit: Sit, shots: Path
) -> None:
    runa, tove = await sit("runa"), await sit("tove")
    await customer.says("let me talk to a human")
    await customer.sees_speaker("A person comes next")
    await runa.claims("Marta Lindqvist", saying="let me talk to a human")
    await customer.sees_speaker("A person at Kessel & Birch")
    await runa.writes("I am Runa. What happened?")
    await customer.reads("I am Runa.")
    await customer.says("my lamp arrived in pieces")
    await runa.reads("my lamp arrived in pieces")

    await runa.passes_on("Tove Aaltonen", "Broken lamp, nothing promised.", warm=True)
    await runa.writes("Tove joins us in a moment.")
    await customer.reads("Tove joins us")
    await tove.page.screenshot(path=shots / "handing-over-offered.png")
    await tove.takes_what_is_offered("Broken lamp, nothing promised.")
    await tove.writes("Tove here. I read everything, a new lamp is on its way.")
    await customer.reads("Tove here.")
    await expect(runa.reply).to_be_hidden(timeout=WITHIN_MS)

    await tove.passes_on("Runa Solberg", "Please see it through.", warm=False)
    await runa.writes("Back with me, then.")
    await customer.reads("Back with me")
    await expect(tove.reply).to_be_hidden(timeout=WITHIN_MS)

    await _steps_in(tove)
    await tove.writes("I take it from here.")
    await customer.reads("I take it from here.")
    await expect(runa.reply).to_be_hidden(timeout=WITHIN_MS)

    await tove.page.get_by_role("button", name=re.compile("^Resolve")).click()
    await customer.sees_speaker("Assistant, a program")
    await tove.page.screenshot(path=shots / "handing-over-resolved.png")
    await customer.says("where is my order #1077?")
    await customer.reads("Order #1077")


async def _steps_in(supervisor: Colleague) -> None:
    """Watch the conversation from the board and take it out of somebody's hands."""
    talk = supervisor.page.url.rpartition("/")[2]
    await supervisor.page.goto(f"/console#/board/watch/{talk}")
    await supervisor.page.get_by_role("button", name="Take it from Runa Solberg").click(timeout=WITHIN_MS)


@pytest.mark.slow
async def test_whoever_does_not_want_to_wait_is_called_back(customer: Customer) -> None:
    await customer.says("let me talk to a human")
    await customer.presses("Call me back")
    await customer.reads("On which number shall we call you?")
    await customer.says("+46 70 123 45 67")
    await customer.reads("When shall we call?")
    await customer.says(f"{_a_working_day():%-d %B} between ten and eleven")
    await customer.reads("What is it about")
    await customer.says("a lamp that flickers")
    await customer.reads("Shall a colleague call you on")
    await customer.presses("Yes")
    await customer.reads('Write "call me back" to move or cancel it.')
    await customer.sees_speaker("Assistant, a program")


def _a_working_day() -> date:
    """The day after tomorrow, or the Monday behind it."""
    day = datetime.now(UTC).date() + timedelta(days=2)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


@pytest.mark.slow
async def test_whoever_does_not_want_to_wait_leaves_a_message(customer: Customer, shots: Path) -> None:
    await customer.says("let me talk to a human")
    await customer.presses("Leave a message")
    await customer.reads("What should my colleagues know?")
    await customer.says("Please tell me whether the Luna lamp can be dimmed.")
    await customer.presses("Yes")
    await customer.reads("It is written down")
    await customer.sees_speaker("Assistant, a program")
    await customer.page.screenshot(path=shots / "handing-over-message.png")
