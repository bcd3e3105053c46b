"""The two people of the story, as they use the demo page: by what they read, never by how it is built."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect


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
