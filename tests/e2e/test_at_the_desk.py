"""An agent's day in a real browser: what waits, what is advised, what is passed on, what is taken back."""

import asyncio
import re
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import expect

from app.embedded.addresses import running_addresses
from tests.e2e.conftest import Engine
from tests.e2e.people import WITHIN_MS, Customer, Sit, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


async def test_what_the_assistant_cannot_do_a_person_does_with_everything_known(
    engine: Engine, customer: Customer, sit: Sit, shots: Path
) -> None:
    runa, tove = await sit("runa"), await sit("tove")
    await customer.says("where is my order #1077?")
    await customer.reads("Order #1077")
    await customer.says("let me talk to a human")
    await customer.reads("I am bringing a person")
    await runa.opens("Marta Lindqvist", saying="let me talk to a human")
    conversation = runa.conversation_id
    assert (await engine.ask(f"/conversations/{conversation}"))["status"] == "escalating"
    await expect(runa.log.get_by_text("where is my order #1077?")).to_be_visible()

    await runa.page.keyboard.press("o")
    await runa.writes("Runa here. Which lamp is it about?")
    await customer.reads("Runa here.")
    assert (await engine.ask(f"/conversations/{conversation}"))["status"] == "human_handling"
    await customer.says("where is my order #1090?")
    await runa.reads("where is my order #1090?")

    await runa.page.get_by_role("tab", name="Knowledge").click()
    articles = runa.page.get_by_role("tabpanel", name="Knowledge")
    await articles.get_by_role("textbox", name="Search the articles").fill("how long return")
    await articles.get_by_role("button", name="Insert and cite").first.click()
    await runa.reply.press("Control+Enter")
    await expect(customer.log.get_by_role("list", name="Sources")).to_be_visible(timeout=WITHIN_MS)
    await expect(customer.log.get_by_text("Order #1090 (")).to_have_count(0)

    await tove.page.goto(f"/console#/board/watch/{conversation}")
    await expect(tove.page.get_by_role("log", name="What was said")).to_contain_text(
        "Which lamp is it about?"
    )
    await tove.page.screenshot(path=shots / "desk-watched.png")
    await tove.page.get_by_label("Whisper to Runa Solberg").fill("Offer her free shipping.")
    await tove.page.get_by_role("button", name="Whisper").click()
    await runa.reads("Offer her free shipping.")
    await runa.page.screenshot(path=shots / "desk-whispered.png")

    await runa.page.get_by_role("heading", name="Marta Lindqvist").click()
    await runa.page.keyboard.press("e")
    await customer.sees_speaker("Assistant, a program")
    await customer.says("where is my order #1090?")
    await customer.reads("Order #1090")
    await expect(customer.log.get_by_text("Offer her free shipping.")).to_have_count(0)


async def test_what_was_resolved_by_mistake_is_taken_back(customer: Customer, sit: Sit, shots: Path) -> None:
    runa = await sit("runa")
    await customer.says("I want to speak with a person please")
    await runa.claims("Marta Lindqvist", saying="I want to speak with a person please")
    await runa.writes("Runa here.")
    await customer.reads("Runa here.")

    await runa.page.get_by_role("button", name=re.compile("^Resolve")).click()
    await expect(runa.page.get_by_text("Resolved.")).to_be_visible(timeout=WITHIN_MS)
    await runa.page.screenshot(path=shots / "desk-undo.png")
    await runa.page.keyboard.press("z")

    await runa.writes("I am still here.")
    await customer.reads("I am still here.")
    await customer.sees_speaker("A person at Kessel & Birch")


async def test_an_offer_that_is_passed_goes_to_the_next(
    engine: Engine, visit: Visit, sit: Sit, shots: Path
) -> None:
    somebody = engine.demo["customers"][1]
    runa, tove = await sit("runa"), await sit("tove")
    visitor = await visit(somebody["id"])
    await visitor.says("I would like to speak to a human being")
    asked_first = await _asked_first(engine, saying="to a human being")
    first, second = (runa, tove) if asked_first == "runa" else (tove, runa)

    await first.opens(somebody["name"], saying="to a human being")
    asked = first.page.get_by_role("status").filter(has_text="This is offered to you.")
    await expect(asked).to_be_visible(timeout=WITHIN_MS)
    await first.page.screenshot(path=shots / "desk-offered.png")
    await asked.get_by_role("button", name="Pass").click()
    await expect(asked).to_be_hidden(timeout=WITHIN_MS)

    offers = second.list.get_by_role("region", name="Offered to you")
    await offers.get_by_role("link").filter(has_text="to a human being").click(timeout=WITHIN_MS)
    await second.page.get_by_role("button", name="Take it", exact=True).click(timeout=WITHIN_MS)
    await second.writes("Good morning.")
    await visitor.reads("Good morning.")


async def test_one_click_on_a_suggestion_runs_the_action(
    engine: Engine, customer: Customer, sit: Sit, shots: Path
) -> None:
    runa = await sit("runa")
    await customer.says("I want a refund for order #1042")
    await customer.reads("€149.99")
    await customer.says("no, let me talk to a human")
    await runa.claims("Marta Lindqvist", saying="let me talk to a human")

    advice = runa.page.get_by_role("group", name="Suggested actions")
    await expect(advice.get_by_role("button")).not_to_have_count(0, timeout=WITHIN_MS)
    await runa.page.screenshot(path=shots / "desk-suggested.png")
    await advice.get_by_role("button", name=re.compile("refund", re.IGNORECASE)).first.click()
    agreed = runa.page.get_by_role("button", name="The customer agreed: do it")
    await agreed.click(timeout=WITHIN_MS)

    await customer.reads("Your refund of €149.99 is on its way")
    refunds = await engine.shop("/refunds?order_id=1042")
    assert [refund["amount"] for refund in refunds] == [149.99]
    await runa.page.get_by_role("tab", name=re.compile("^Actions")).click()
    await runa.page.screenshot(path=shots / "desk-suggestion-ran.png")


async def test_what_an_agent_corrects_an_evaluator_finds_and_accepts(
    customer: Customer, sit: Sit, shots: Path
) -> None:
    runa, jonas = await sit("runa"), await sit("jonas")
    await customer.says("how long can I return things?")
    await customer.reads("within 30 days")
    await customer.says("give me a human please")
    await runa.claims("Marta Lindqvist", saying="give me a human please")

    said = runa.log.get_by_role("listitem").filter(has_text="within 30 days").first
    await said.get_by_text("correct", exact=True).click()
    form = runa.page.get_by_role("form", name="What was wrong")
    await form.get_by_label("What it should have said").fill("Within 60 days for members.")
    await runa.page.screenshot(path=shots / "desk-correcting.png")
    await form.get_by_role("button", name="Correct").click()
    await expect(said.get_by_text("wrong answer")).to_be_visible(timeout=WITHIN_MS)

    await jonas.page.goto("/console#/evals/label")
    corrections = jonas.page.get_by_role("region", name="Corrections")
    mine = corrections.get_by_role("article").filter(has_text="Within 60 days for members.")
    await mine.get_by_role("button", name="Accept").click(timeout=WITHIN_MS)
    await expect(mine).to_be_hidden(timeout=WITHIN_MS)


async def test_after_it_is_resolved_the_customer_says_how_it_was(
    engine: Engine, visit: Visit, sit: Sit, shots: Path
) -> None:
    somebody = engine.demo["customers"][2]
    runa, visitor = await sit("runa"), await visit(somebody["id"])
    await visitor.says("can I talk with a real person")
    await runa.claims(somebody["name"], saying="with a real person")
    await runa.writes("Here I am.")
    await visitor.reads("Here I am.")
    await runa.page.get_by_role("button", name=re.compile("^Resolve")).click()
    await visitor.sees_speaker("Assistant, a program")

    await _three_minutes_ago(engine, runa.conversation_id)
    await visitor.reads("How was our service", within_s=40)
    await visitor.page.screenshot(path=shots / "desk-survey.png")
    await visitor.presses("5 very good")
    await visitor.reads("What made it so")
    await visitor.says("no")
    await visitor.presses("Yes")
    await visitor.reads("Your feedback is with the team.")


async def _three_minutes_ago(engine: Engine, conversation: str) -> None:
    """Let it have been resolved a little earlier, instead of waiting so long."""
    url = running_addresses(engine.state).database_url
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(
            "update conversations set status_since = status_since - interval '3 minutes' "
            "where conversation_id = %s",
            [conversation],
        )


async def _asked_first(engine: Engine, saying: str) -> str:
    """Wait until the desk has offered who waits to somebody, and say to whom."""
    async with asyncio.timeout(WITHIN_MS / 1000):
        while True:
            for row in (await engine.ask("/queue"))["items"]:
                if saying in row["preview"] and row["offered"]:
                    return str(row["offered"]["agent_id"])
            await asyncio.sleep(0.2)
