"""What the widget and the console do while the line is gone, and when it is back."""

import json
from dataclasses import dataclass, field

import pytest
from playwright.async_api import BrowserContext, Page, WebSocketRoute, expect

from tests.e2e.conftest import Engine
from tests.e2e.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@dataclass
class Line:
    """The wire between the page and the engine, with somebody's hand on the plug."""

    path: str
    plugged: bool = True
    swallow: frozenset[str] = frozenset()
    """Kinds of frames that the engine sends and the page never gets."""
    swallowed: int = 0
    open: list[WebSocketRoute] = field(default_factory=list)
    asleep: list[WebSocketRoute] = field(default_factory=list)

    async def lay(self, page: Page) -> "Line":
        """Put the wire between the page and the engine."""
        await page.route_web_socket(lambda url: self.path in url, self._connect)
        return self

    async def pull(self) -> None:
        """Break every connection and let none come back."""
        self.plugged = False
        for socket in self.open:
            await socket.close()
        self.open.clear()

    def fall_asleep(self) -> None:
        """Let nothing through any more on what is open, without closing it, as when a machine sleeps."""
        self.asleep = list(self.open)

    def plug(self) -> None:
        """Let connections through again."""
        self.plugged, self.swallow = True, frozenset()

    async def _connect(self, socket: WebSocketRoute) -> None:
        if not self.plugged:
            await socket.close()
            return
        server = socket.connect_to_server()
        self.open.append(socket)
        server.on_message(lambda text: self._forward(socket, text))
        socket.on_message(lambda text: None if socket in self.asleep else server.send(text))

    def _forward(self, socket: WebSocketRoute, text: str | bytes) -> None:
        if socket in self.asleep:
            return
        if json.loads(text)["type"] in self.swallow:
            self.swallowed += 1
        else:
            socket.send(text)


async def _customer(engine: Engine, page: Page) -> Customer:
    await page.goto(f"{engine.base_url}/demo")
    customer = Customer(page)
    await customer.says("where is my order #1077?")
    await customer.reads("Order #1077")
    return customer


async def test_words_written_without_a_line_are_kept_and_go_out_in_order(
    engine: Engine, context: BrowserContext
) -> None:
    page = await context.new_page()
    line = await Line("/ws/chat").lay(page)
    customer = await _customer(engine, page)

    await line.pull()
    await customer.says("how long can I return things?")
    await customer.says("where is my order #1090?")
    kept = customer.chat.get_by_role("alert")
    await expect(kept).to_have_text("No connection. 2 messages are kept here and go out by themselves.")

    line.plug()
    await customer.reads("within 30 days", within_s=30)
    await customer.reads("Order #1090")
    await expect(kept).to_be_hidden()
    said = await customer.log.inner_text()
    assert said.index("how long can I") < said.index("where is my order #1090?")


async def test_a_message_whose_receipt_was_lost_is_said_and_answered_once(
    engine: Engine, context: BrowserContext
) -> None:
    page = await context.new_page()
    line = await Line("/ws/chat", swallow=frozenset({"ack", "entry"})).lay(page)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(f"{engine.base_url}/demo")
    customer, agent = Customer(page), Agent(page)
    await customer.says("where is my order #1077?")
    await agent.reads("Order #1077")
    await expect(customer.log.get_by_text("Order #1077 (")).to_be_hidden()
    assert line.swallowed >= 2

    await line.pull()
    line.plug()
    await customer.says("how long can I return things?")
    await customer.reads("within 30 days", within_s=30)

    await expect(customer.log.get_by_text("where is my order #1077?")).to_have_count(1)
    await expect(customer.log.get_by_text("Order #1077 (")).to_have_count(1)


async def test_a_reload_resumes_the_same_conversation(engine: Engine, context: BrowserContext) -> None:
    page = await context.new_page()
    customer = await _customer(engine, page)

    await page.reload()

    await customer.reads("Order #1077")
    await expect(customer.log.get_by_text("where is my order #1077?")).to_have_count(1)


async def test_the_console_says_since_when_it_hears_nothing_and_misses_nothing(
    engine: Engine, context: BrowserContext
) -> None:
    page = await context.new_page()
    line = await Line("/ws/console").lay(page)
    customer = await _customer(engine, page)
    agent = Agent(page)
    await agent.reads("Order #1077")

    await line.pull()
    await expect(agent.desk.get_by_text("No connection since")).to_be_visible(timeout=10_000)
    await expect(agent.desk.get_by_role("button", name="Take over")).to_be_disabled()
    await customer.says("how long can I return things?")
    await customer.reads("within 30 days")

    line.plug()
    await agent.reads("within 30 days", within_s=30)
    await expect(agent.desk.get_by_text("No connection since")).to_be_hidden()
