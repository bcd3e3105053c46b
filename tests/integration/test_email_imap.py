"""A mailbox at a provider, read by IMAP from a real server: each mail stored once, then marked as seen."""

import asyncio
import imaplib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.email.imap import Account, ImapReader
from app.embedded.children import free_port
from tests.integration.front import Front, open_front
from tests.integration.mail_house import MailHouse, mail, mail_house

PYMAP = Path(sys.executable).with_name("pymap")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def house(front: Front) -> AsyncIterator[MailHouse]:
    async with mail_house(front) as opened:
        yield opened


@pytest.fixture(scope="module")
async def account() -> AsyncIterator[Account]:
    """An empty mailbox on a real IMAP server."""
    port = free_port()
    options = ("--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data")
    server = await asyncio.create_subprocess_exec(
        *(PYMAP, *options), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    opened = Account(host="127.0.0.1", port=port, tls=False, user="demouser", password="demopass")
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(answers, opened):
            await asyncio.sleep(0.05)
    yield opened
    server.terminate()
    await server.wait()


def line(account: Account) -> imaplib.IMAP4:
    """Python's own client, in the inbox."""
    client = imaplib.IMAP4(account.host, account.port, timeout=10)
    client.login(account.user, account.password)
    client.select("INBOX")
    return client


def answers(account: Account) -> bool:
    """Whether the server is up; its sample mails are taken away."""
    try:
        client = line(account)
    except OSError:
        return False
    client.store("1:*", "+FLAGS", r"\Deleted")
    client.expunge()
    client.logout()
    return True


async def put(account: Account, raw: bytes) -> None:
    """Let a mail arrive in the mailbox."""

    def append() -> None:
        client = line(account)
        client.append("INBOX", "", "", raw)
        client.logout()

    await asyncio.to_thread(append)


async def unseen(account: Account) -> int:
    """How many mails are not marked as seen."""

    def count() -> int:
        client = line(account)
        found = client.search(None, "UNSEEN")[1][0].split()
        client.logout()
        return len(found)

    return await asyncio.to_thread(count)


async def until_all_seen(account: Account) -> None:
    async with asyncio.timeout(30):
        while await unseen(account):
            await asyncio.sleep(0.1)


async def test_mails_that_wait_and_mails_that_arrive_are_stored_once_and_marked(
    house: MailHouse, account: Account
) -> None:
    waiting = mail("First", sender="one@example.org", Message_ID="<one@example.org>").as_bytes()
    await put(account, waiting)
    reader = ImapReader(house.deps, account)
    reader.start()
    try:
        await until_all_seen(account)
        assert len(await house.conversations()) == 1

        await put(account, mail("Second", sender="two@example.org").as_bytes())
        await put(account, waiting)
        await until_all_seen(account)
    finally:
        await reader.stop()

    conversations = await house.conversations()
    assert len(conversations) == 2
    for conversation, said in zip(conversations, ("First", "Second"), strict=True):
        await house.front.answers(conversation, "Fine.")
        assert await house.said(conversation) == [said]
