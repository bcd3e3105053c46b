"""The people of the stories, as they use the pages: by what they read, never by how these are built."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

SCREEN = {"width": 1440, "height": 900}
WITHIN_MS = 20_000


@dataclass(frozen=True)
class Customer:
    """Somebody who writes in the widget."""

    page: Page

    @property
    def chat(self) -> Locator:
        """The widget's window."""
        return self.page.get_by_role("dialog", name="Chat with Kessel & Birch")

    @property
    def log(self) -> Locator:
        """What was said, as the customer sees it."""
        return self.chat.get_by_role("log")

    async def says(self, text: str) -> None:
        """Write a message and send it with Enter."""
        box = self.chat.get_by_role("textbox", name="Write a message")
        await box.fill(text)
        await box.press("Enter")

    async def presses(self, name: str) -> None:
        """Choose an answer that was offered."""
        await self.log.get_by_role("button", name=name).click()

    async def reads(self, text: str, *, within_s: float = 10) -> None:
        """Wait until a text stands in the conversation, in these very letters."""
        await expect(self.log.get_by_text(re.compile(re.escape(text))).last).to_be_visible(
            timeout=within_s * 1000
        )

    async def sees_speaker(self, text: str) -> None:
        """Wait until the header says who speaks."""
        await expect(self.chat.get_by_text(text)).to_be_visible(timeout=10_000)


@dataclass(frozen=True)
class Agent:
    """Somebody who works in the console beside it."""

    page: Page

    @property
    def desk(self) -> Locator:
        """The console, in small."""
        return self.page.get_by_role("region", name="Agent’s console, compact")

    @property
    def approval(self) -> Locator:
        """The approval that is open."""
        return self.desk.get_by_role("region", name="Approval needed")

    async def reads(self, text: str, *, within_s: float = 10) -> None:
        """Wait until a text stands in the conversation, in these very letters."""
        log = self.desk.get_by_role("log", name="Conversation")
        await expect(log.get_by_text(re.compile(re.escape(text))).last).to_be_visible(timeout=within_s * 1000)

    async def lowers_and_accepts(self, amount: str) -> None:
        """Change the amount and decide."""
        await self.approval.get_by_role("textbox", name="Amount").fill(amount)
        await self.approval.get_by_role("button", name=f"Refund €{amount}").click()

    async def presses(self, name: str) -> None:
        """Press a button of the console."""
        await self.desk.get_by_role("button", name=name).click()

    async def answers(self, text: str) -> None:
        """Write to the customer and send with the keyboard."""
        box = self.desk.get_by_role("textbox", name="Reply to Marta")
        await box.fill(text)
        await box.press("Control+Enter")


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
        await self.opens(name, saying)
        await self.page.keyboard.press("o")
        await expect(self.reply).to_be_visible(timeout=WITHIN_MS)

    async def opens(self, name: str, saying: str) -> None:
        """Open who waits with these last words, whether the desk offers them to oneself or not."""
        waiting = self.list.get_by_role("region", name=re.compile("^(Waiting for a person|Offered to you)$"))
        await waiting.get_by_role("link").filter(has_text=saying).first.click(timeout=WITHIN_MS)
        await expect(self.page.get_by_role("main", name=f"Conversation with {name}")).to_be_visible(
            timeout=WITHIN_MS
        )

    @property
    def log(self) -> Locator:
        """What was said in the open conversation."""
        return self.page.get_by_role("log", name="Conversation")

    @property
    def conversation_id(self) -> str:
        """The open conversation, as its address names it."""
        return self.page.url.rpartition("/")[2]

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

    async def steps_in(self, conversation_id: str, owner: str) -> None:
        """Watch a conversation from the board and take it out of somebody's hands."""
        await self.page.goto(f"/console#/board/watch/{conversation_id}")
        await self.page.get_by_role("button", name=f"Take it from {owner}").click(timeout=WITHIN_MS)

    async def takes_what_is_offered(self, briefing: str) -> None:
        """Open the offer in the list, read the briefing, take it."""
        offers = self.list.get_by_role("region", name="Offered to you")
        await offers.get_by_text(briefing).click(timeout=WITHIN_MS)
        await self.page.get_by_role("button", name="Take it", exact=True).click(timeout=WITHIN_MS)

    async def reads(self, text: str) -> None:
        """Wait until a line stands in the conversation."""
        await expect(self.page.get_by_text(text).last).to_be_visible(timeout=WITHIN_MS)


Sit = Callable[[str], Awaitable[Colleague]]
"""Seats somebody of the demo at a console of their own."""
Visit = Callable[[str], Awaitable[Customer]]
"""Lets a customer come to the chat, by their number."""
