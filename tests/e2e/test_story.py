"""The story a new user is shown, in a real browser against everything that runs."""

import re
from datetime import datetime

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.conftest import Engine
from tests.e2e.people import Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def _demo(engine: Engine, context: BrowserContext) -> tuple[Customer, Agent]:
    page = await context.new_page()
    await page.goto(f"{engine.base_url}/demo")
    return Customer(page), Agent(page)


def _day(timestamp: str) -> str:
    when = datetime.fromisoformat(timestamp)
    return f"{when.day} {when:%B} at {when:%H:%M}"


async def test_a_refund_is_asked_lowered_paid_once_and_told_while_the_chat_goes_on(
    engine: Engine, context: BrowserContext
) -> None:
    customer, agent = await _demo(engine, context)
    order = await engine.shop("/orders/1042")

    await customer.says("where is my order #1042?")
    await customer.reads(_day(order["delivered_at"]))

    await customer.says("how long can I return things?")
    await customer.reads("within 30 days")
    source = customer.log.get_by_role("list", name="Sources").get_by_role("link").last
    answer = await engine.http.get(f"{engine.base_url}{await source.get_attribute('href')}")
    assert answer.status == 200
    assert "30 days" in await answer.text()

    await customer.says("I want a refund for order #1042")
    await customer.reads("€149.99")
    await customer.presses("Yes, send it")
    await customer.reads("A colleague is checking your refund of €149.99")
    await expect(agent.approval).to_be_visible(timeout=3000)

    await customer.says("where is my order #1077?")
    await customer.reads("Order #1077")
    assert await engine.shop("/refunds?order_id=1042") == []

    await agent.lowers_and_accepts("120.00")
    await customer.reads("refund of €120.00")
    await agent.reads("You decided")
    refunds = await engine.shop("/refunds?order_id=1042")
    assert [refund["amount"] for refund in refunds] == [120.0]

    await _hand_over(customer, agent)


async def _hand_over(customer: Customer, agent: Agent) -> None:
    """The second half of the story: a person takes the same conversation, and gives it back."""
    await customer.says("let me talk to a human")
    await customer.sees_speaker("A person comes next")
    await customer.says("are you still there?")
    await agent.reads("are you still there?")
    await agent.presses("Take over")
    await customer.sees_speaker("A person at Kessel & Birch")

    await agent.answers("I am Runa. Your 120.00 euros are on their way, Marta.")
    await customer.reads("I am Runa.")
    await agent.presses("Release")
    await customer.sees_speaker("Assistant, a program")

    await customer.says("where is my order?")
    # It still knows which orders were spoken of before the person came.
    await expect(customer.log).to_have_text(re.compile(r"where is my order\?.*#(1042|1077)"), timeout=10_000)
    said = await customer.log.inner_text()
    between = said.partition("let me talk to a human")[2].partition("I am Runa.")[0]
    assert "not sure" not in between, "the assistant spoke while a person was being brought"


async def test_every_reply_opens_down_to_the_line_of_the_book(
    engine: Engine, context: BrowserContext
) -> None:
    customer, agent = await _demo(engine, context)
    await customer.says("where is my order #1077?")
    await agent.reads("Order #1077")

    await agent.desk.get_by_role("button", name="why").first.click()

    why = agent.desk.get_by_role("region", name="Why this reply")
    await expect(why.get_by_role("table", name="Stages of this turn")).to_be_visible()
    await expect(why.get_by_text("flows/order_status.yaml:")).to_be_visible()
    await expect(why.get_by_text("find_order(1077")).to_be_visible()
    steps = customer.page.get_by_role("list", name="Things to try")
    await expect(
        steps.get_by_role("listitem").filter(has_text="Ask why").get_by_label("Done")
    ).to_be_visible()


async def test_starting_over_begins_a_conversation_of_its_own(
    engine: Engine, context: BrowserContext
) -> None:
    customer, agent = await _demo(engine, context)
    await customer.says("where is my order #1077?")
    await agent.reads("Order #1077")

    await customer.page.get_by_role("button", name="Start over").click()

    await customer.reads("a program, not a person")
    await expect(agent.desk.get_by_text("Nothing was said yet")).to_be_visible()


async def test_a_wrong_password_is_told_at_the_form(engine: Engine, context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto(f"{engine.base_url}/console")
    await page.get_by_label("Email").fill("runa@demo.example")
    await page.get_by_label("Password").fill("not this")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()

    await page.get_by_label("Password").fill(engine.demo["agents"][0]["password"])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("complementary", name="Conversations")).to_be_visible()


async def test_in_a_demo_the_agent_signs_in_without_a_password(
    engine: Engine, context: BrowserContext
) -> None:
    page = await context.new_page()
    await page.goto(f"{engine.base_url}/console")
    await page.get_by_role("button", name="Sign in as Runa").click()
    await expect(page.get_by_role("complementary", name="Conversations")).to_be_visible()

    await page.locator("summary", has_text="Runa Solberg, online").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Frontdesk")).to_be_visible()
