"""A whole installation with a mailbox: Python's own mail clients write to it, and read its answers."""

import asyncio
import smtplib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.email.imap import Account
from app.embedded.children import free_port
from tests.e2e.conftest import Engine, running
from tests.integration.mail_house import HELP, mail
from tests.peers.mailbox import imap_account, put, until_all_seen
from tests.peers.post_office import PostOffice, post_office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as opened:
        yield opened


@pytest.fixture(scope="module")
async def account() -> AsyncIterator[Account]:
    async with imap_account() as opened:
        yield opened


@pytest.fixture(scope="module")
async def engine(nlu_server: str, office: PostOffice, account: Account) -> AsyncIterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="frontdesk-mail-", ignore_cleanup_errors=True) as folder:
        mailbox = {
            "EMAIL_ADDRESS": HELP,
            "EMAIL_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
            "EMAIL_IMAP_URL": f"imap://{account.user}@127.0.0.1:{account.port}",
            "EMAIL_IMAP_PASSWORD": account.password,
        }
        async with running(Path(folder), nlu_server, free_port(), **mailbox) as ready:
            yield ready


async def answers_to(office: PostOffice, address: str, number: int) -> list[str]:
    """Wait for so many mails to an address, and return their texts."""
    async with asyncio.timeout(60):
        while len(found := office.sent_to(address)) < number:  # noqa: ASYNC110 - a server says so
            await asyncio.sleep(0.05)
    return [next(iter(one.iter_parts())).get_content() for one in found]  # type: ignore[attr-defined]


async def test_a_conversation_begun_in_the_widget_goes_on_by_smtp(engine: Engine, office: PostOffice) -> None:
    customer = next(one for one in engine.demo["customers"] if one["orders"])
    order = customer["orders"][0]["id"] if isinstance(customer["orders"][0], dict) else customer["orders"][0]
    begun = {"sender": "visitor", "message": "Hello", "metadata": {"customer_id": customer["id"]}}
    async with engine.http.post(f"{engine.base_url}/webhooks/rest/webhook", json=begun) as said:
        assert said.status == 200

    smtp = engine.demo["smtp"]

    def write() -> None:
        with smtplib.SMTP(smtp["host"], smtp["port"], timeout=20) as client:
            asked = mail(f"Where is my order #{order}?", sender=customer["email"], Subject="A question")
            asked.replace_header("To", smtp["address"])
            client.send_message(asked)

    await asyncio.to_thread(write)

    (answer,) = await answers_to(office, customer["email"], 1)
    assert str(order) in answer
    found = await engine.ask("/conversations?limit=100")
    mine = [one for one in found["items"] if one["customer"]["name"] == customer["name"]]
    assert len(mine) == 1


async def test_a_mail_in_the_mailbox_is_answered_and_marked(
    engine: Engine, office: PostOffice, account: Account
) -> None:
    await put(account, mail("What are your opening hours?", sender="reader@example.org").as_bytes())

    await until_all_seen(account)

    assert await answers_to(office, "reader@example.org", 1)
