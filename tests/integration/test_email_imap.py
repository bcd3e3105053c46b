"""A mailbox at a provider, read by IMAP from a real server: each mail stored once, then marked as seen."""

from collections.abc import AsyncIterator

import pytest

from app.email.imap import Account, ImapReader
from tests.integration.front import Front, open_front
from tests.integration.mail_house import MailHouse, mail, mail_house
from tests.peers.mailbox import imap_account, put, until_all_seen


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
    async with imap_account() as opened:
        yield opened


@pytest.mark.slow  # the server tells of a mail that comes while another is read only when it is asked again
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
