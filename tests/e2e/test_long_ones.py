"""A hundred who wait, a conversation of ten thousand messages: the console shows at once what is looked at.

How long each takes in this browser is printed (`-s`), from the address or the click to what can be read.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from app.conversations.repository import NewEntry, append_entry
from app.db import Database
from app.embedded.addresses import running_addresses
from app.privacy.vault import Vault
from tests.e2e.conftest import Engine
from tests.e2e.people import WITHIN_MS, Sit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
TENANT, WAITING, MESSAGES = "demo", 100, 10_000
FEW_ENOUGH = 400

APPEARS = """async ([address, words]) => {
  const began = performance.now();
  if (address) location.hash = address;
  const shown = () => document.querySelector("main,[role=main]")?.innerText.includes(words);
  while (!shown()) await new Promise(requestAnimationFrame);
  return Math.round(performance.now() - began);
}"""
INTERACTIVE = """async words => {
  const link = () => [...document.querySelectorAll("a")].some(one => one.innerText.includes(words));
  while (!link()) await new Promise(requestAnimationFrame);
  return Math.round(performance.now());
}"""


async def _writes(engine: Engine, customer: str, text: str) -> str:
    """Write as one customer over the API; returns the conversation."""
    headers = {"X-API-Key": engine.demo["api_key"]}
    body = {"channel": "api", "address": customer, "text": text, "message_id": secrets.token_hex(8)}
    url = f"{engine.base_url}/api/v1/messages"
    async with engine.http.post(url, headers=headers, json=body) as answer:
        assert answer.status < 300, await answer.text()
        return str((await answer.json())["conversation_id"])


async def _fill(engine: Engine, conversation_id: str) -> None:
    """Let ten thousand lines stand in a conversation, sealed as the engine seals them."""
    database = Database(running_addresses(engine.state).database_url)
    vault = Vault.from_file(engine.state / "keys", create=False)
    await database.open()
    try:
        now = datetime.now(UTC)
        for first in range(0, MESSAGES, 500):
            async with database.tenant(TENANT) as conn:
                for number in range(first + 1, first + 501):
                    line = NewEntry(
                        kind="message",
                        direction="inbound",
                        sender="customer",
                        text=f"Message {number} of a long story about a lamp.",
                        channel="api",
                    )
                    at = now + timedelta(milliseconds=number)
                    await append_entry(conn, vault, TENANT, conversation_id, line, at)
    finally:
        await database.close()


async def _rows(page: Page, within: str) -> int:
    return await page.get_by_role("complementary", name="Conversations").get_by_role(within).count()  # type: ignore[arg-type]


async def test_a_hundred_who_wait_are_there_at_once_and_all_of_them_are_reached(
    engine: Engine, sit: Sit
) -> None:
    marks = [f"I need a human, matter {number:03d}" for number in range(WAITING)]
    for mark in marks:
        await _writes(engine, secrets.token_hex(6), mark)
    runa = await sit("runa")
    calls: list[str] = []
    runa.page.on("request", lambda call: calls.append(call.url) if "/api/v1/" in call.url else None)
    await expect(runa.list.get_by_role("link").filter(has_text="matter").first).to_be_visible()
    calls.clear()
    await runa.page.reload()
    took = await runa.page.evaluate(INTERACTIVE, "matter")
    asked = [re.sub(r"^.*/api/v1", "", url) for url in calls]
    of_rows = [one for one in asked if re.match(r"/conversations(?!\?status=)", one)]
    print(f"first view, {WAITING} waiting: {took} ms from the address to the list; asked {asked}")
    assert not of_rows, "the list comes in one call, none for a row"

    seen: set[str] = set()
    await runa.page.keyboard.press("j")
    for _ in range(4 * WAITING):
        seen |= set(re.findall(r"matter (\d{3})", await runa.list.inner_text()))
        if len(seen) == WAITING:
            break
        await runa.page.keyboard.press("j")
    assert len(seen) == WAITING
    assert await runa.list.get_by_role("link").count() < WAITING, "only what can be seen is drawn"


async def test_a_conversation_of_ten_thousand_messages_opens_at_its_end_and_is_read_back(
    engine: Engine, sit: Sit
) -> None:
    conversation = await _writes(engine, secrets.token_hex(6), "Let me talk to a human about a long story")
    await _fill(engine, conversation)
    runa = await sit("runa")
    last = f"Message {MESSAGES} of"
    clicked = await runa.page.evaluate(APPEARS, [f"#/c/{conversation}", last])
    await runa.page.reload()
    cold = await runa.page.evaluate(APPEARS.replace("began)", "0)"), ["", last])
    print(f"{MESSAGES} messages: {clicked} ms from the click, {cold} ms from the address")
    await expect(runa.log.get_by_text(last)).to_be_in_viewport(timeout=WITHIN_MS)
    assert await runa.log.locator("> *").count() < FEW_ENOUGH
    oldest_drawn = runa.log.get_by_text(re.compile(r"^Message \d+ of")).first
    before = await oldest_drawn.inner_text()
    await runa.page.get_by_role("button", name=re.compile("earlier", re.IGNORECASE)).click()
    await expect(oldest_drawn).not_to_have_text(before, timeout=WITHIN_MS)
