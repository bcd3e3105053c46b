"""A conversation goes from hand to hand: customer, agent and supervisor in three browsers."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.people import WITHIN_MS, Customer, Sit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


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

    await tove.steps_in(tove.conversation_id, "Runa Solberg")
    await tove.writes("I take it from here.")
    await customer.reads("I take it from here.")
    await expect(runa.reply).to_be_hidden(timeout=WITHIN_MS)

    await tove.page.get_by_role("button", name=re.compile("^Resolve")).click()
    await customer.sees_speaker("Assistant, a program")
    await tove.page.screenshot(path=shots / "handing-over-resolved.png")
    await customer.says("where is my order #1077?")
    await customer.reads("Order #1077")


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
