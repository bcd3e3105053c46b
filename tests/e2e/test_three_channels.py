"""One conversation on three channels, and other people's clients, unchanged, before a whole installation."""

import asyncio
import contextlib
import json
import re
import smtplib
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import expect

from app.channels.credentials import add_channel
from app.channels.kit.peer import Call
from app.channels.kit.peers.slack import SECRET as SLACK_SECRET
from app.channels.kit.peers.slack import SlackPeer
from app.channels.kit.peers.socketio import SocketIOPeer
from app.channels.kit.peers.twilio import TOKEN as TWILIO_TOKEN
from app.channels.kit.peers.twilio import TwilioPeer
from app.embedded.children import NLU_PYTHON, free_port
from tests.e2e.conftest import Engine, running
from tests.e2e.people import WITHIN_MS, Sit, Visit
from tests.peers.post_office import PostOffice, post_office

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not NLU_PYTHON.exists(), reason="nlu/.venv is missing; `make setup` makes it"),
]
HELP = "help@shop.example"
PRIVATE = "marta@home.example"
NUMBER = TwilioPeer.customer
WITHIN_S = 60.0
FOREIGN = str(Path(__file__).parents[1] / "peers" / "foreign.py")


@dataclass(frozen=True, kw_only=True)
class Town:
    """An engine with a mail server and a text-message provider around it."""

    engine: Engine
    office: PostOffice
    twilio: TwilioPeer

    async def mails(self, text: str) -> None:
        """Answer the newest mail from the private address, as any mail program does."""
        smtp, before = self.engine.demo["smtp"], self.office.sent_to(PRIVATE)[-1]
        mail = EmailMessage()
        mail["From"], mail["To"] = PRIVATE, before["Reply-To"] or before["From"]
        mail["Subject"], mail["In-Reply-To"] = f"Re: {before['Subject']}", before["Message-ID"]
        mail["References"] = before["Message-ID"]
        quoted = "\n".join(f"> {line}" for line in _words(before).splitlines())
        mail.set_content(f"{text}\n\nOn Sunday, {before['From']} wrote:\n{quoted}")

        def send() -> None:
            with smtplib.SMTP(smtp["host"], smtp["port"], timeout=20) as client:
                client.send_message(mail)

        await asyncio.to_thread(send)

    async def texts(self, message_id: str, text: str) -> None:
        """Send a text message, which the provider hands on as a signed webhook."""
        await self._calls(self.twilio.says(message_id, text))

    async def _calls(self, call: Call) -> None:
        async with self.engine.http.post(
            self.twilio.webhook_url, data=call.body, headers=call.headers
        ) as answer:
            assert answer.status < 300, await answer.text()

    async def in_mail(self, pattern: str) -> str:
        """Wait for a mail to the private address that says this."""
        return await _until(lambda: [_words(mail) for mail in self.office.sent_to(PRIVATE)], pattern)

    async def in_text(self, pattern: str) -> str:
        """Wait for a text message that says this."""

        return await _until(lambda: [one.text for one in self.twilio.heard], pattern)


@pytest.fixture(scope="module")
async def town(nlu_server: str) -> AsyncIterator[Town]:
    twilio, slack, port = TwilioPeer(), SlackPeer(), free_port()
    twilio.webhook_url = f"http://127.0.0.1:{port}/webhooks/twilio/webhook"
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="frontdesk-town-", ignore_cleanup_errors=True)
            )
        )
        for peer in (twilio, slack):
            app = web.Application()
            app.add_routes(peer.routes())
            peer.url = await stack.enter_async_context(served(app))
        for channel in (twilio, slack, SocketIOPeer()):
            add_channel(folder / "credentials.yml", channel.name, channel.credentials())
        office = await stack.enter_async_context(post_office())
        around = {
            "EMAIL_ADDRESS": HELP,
            "EMAIL_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
            "CREDENTIALS": str(folder / "credentials.yml"),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        running_here = running(folder, nlu_server, port, **around)
        yield Town(engine=await stack.enter_async_context(running_here), office=office, twilio=twilio)


@pytest.fixture(scope="module")
def engine(town: Town) -> Engine:
    """The engine of the town, for everybody who sits at a console of it."""
    return town.engine


async def test_it_is_one_conversation_on_three_channels(
    town: Town, engine: Engine, visit: Visit, sit: Sit, shots: Path
) -> None:
    customer = await visit("C-1001")
    await customer.says("where is my order #1077?")
    await customer.reads("Order #1077")

    await customer.says(f"Can we continue by email? My address is {PRIVATE}")
    await customer.presses("Yes, send it")
    code = await town.in_mail(r"\b(\d{6})\b is your code")
    await customer.says(code)
    await customer.reads("that is the right code")
    await expect(customer.log.get_by_text(code)).to_have_count(0)
    await customer.page.screenshot(path=shots / "three-channels-widget.png")

    await town.mails("And can I still change the address of it?")
    assert "1077" in await town.in_mail("(?s)(.*1077.*)")
    await town.mails(f"Let us go on by text message, my number is {NUMBER}")
    await town.in_mail("(send a code to)")
    await town.mails("Yes, please")
    code = await town.in_text(r"\b(\d{6})\b is your code")
    await town.mails(code)
    await town.in_mail("(that is the right code)")

    await town.texts("SM1", "Where is it now?")
    await town.in_text("(Order #1077)")
    found = await engine.ask("/conversations?limit=100")
    mine = [one for one in found["items"] if one["customer"]["name"] == "Marta Lindqvist"]
    (told,) = [one for one in mine if one["channel"] == "twilio"]
    shown = await engine.ask(f"/conversations/{told['conversation_id']}")
    channels = [entry["channel"] for entry in shown["timeline"] if entry["sender"] == "customer"]
    sittings = await engine.ask(f"/conversations/{told['conversation_id']}/sessions")

    colleague = await sit("tove")
    await colleague.page.goto(f"/console#/c/{told['conversation_id']}")
    await expect(colleague.log.get_by_text("Where is it now?")).to_be_visible(timeout=WITHIN_MS)
    await colleague.page.screenshot(path=shots / "three-channels-console.png")

    assert list(dict.fromkeys(channels)) == ["web", "email", "twilio"]
    assert len(sittings["items"]) == 1
    assert not any(
        re.fullmatch(r"\d{6}", entry["text"]) for entry in shown["timeline"] if entry["sender"] == "customer"
    )


async def foreign(name: str, *arguments: str) -> str:
    """What somebody else's client says, run by the interpreter that has it."""
    process = await asyncio.create_subprocess_exec(
        str(NLU_PYTHON),
        *(FOREIGN, name, *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, failed = await asyncio.wait_for(process.communicate(), WITHIN_S)
    assert process.returncode == 0, failed.decode()[-2000:]
    return said.decode().strip()


async def test_python_s_own_socketio_client_is_answered(engine: Engine) -> None:
    assert "Kessel & Birch" in await foreign("socketio", engine.base_url, "hello")


async def test_what_twilio_s_and_slack_s_own_libraries_sign_is_taken_and_a_change_of_it_is_not(
    town: Town,
) -> None:
    url = town.twilio.webhook_url
    fields = {"From": "+14155550123", "To": NUMBER, "Body": "hello", "MessageSid": "SMforeign"}
    signature = await foreign("twilio", TWILIO_TOKEN, url, *(f"{k}={v}" for k, v in fields.items()))
    event = {
        "type": "message",
        "user": "U7",
        "channel": "D7",
        "channel_type": "im",
        "text": "hello",
        "ts": "1.1",
    }
    body = json.dumps({"type": "event_callback", "event_id": "Ev7", "event": event | {"ts": "1.1"}})
    now = str(int(time.time()))
    slack = f"{town.engine.base_url}/webhooks/slack/webhook"
    proof = {
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": await foreign("slack", SLACK_SECRET, now, body),
        "Content-Type": "application/json",
    }

    async def status(to: str, data: Any, headers: dict[str, str]) -> int:
        async with town.engine.http.post(to, data=data, headers=headers) as answer:
            return answer.status

    signed = {"X-Twilio-Signature": signature}
    assert await status(url, fields, signed) < 300
    assert await status(url, {**fields, "Body": "changed"}, signed) in (401, 403)
    assert await status(slack, body, proof) < 300
    assert await status(slack, body.replace("hello", "changed"), proof) in (401, 403)


@contextlib.asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Somebody else's server on loopback, until the block is left."""
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


def _words(mail: Message) -> str:
    part = next(iter(mail.iter_parts()))  # type: ignore[attr-defined]
    return str(part.get_content())


async def _until(told: Callable[[], list[str]], pattern: str) -> str:
    """Wait until something that was told holds a pattern; returns its first group."""
    ends = asyncio.get_running_loop().time() + WITHIN_S
    while True:
        found = next((one for text in reversed(told()) if (one := re.search(pattern, text))), None)
        if found:
            return found[1]
        if asyncio.get_running_loop().time() > ends:
            pytest.fail(f"nothing says {pattern!r}: " + "\n---\n".join(told()))
        await asyncio.sleep(0.05)
