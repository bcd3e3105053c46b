"""A mailbox at a provider, read by IMAP from a real server: each mail stored once, then marked as seen."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.email.imap import Account, ImapReader
from app.gateway.message import Inbound
from app.gateway.ports import Accepted
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


async def test_a_mail_that_arrives_while_another_is_read_is_taken_at_once(
    house: MailHouse, account: Account
) -> None:
    later = [mail("Fourth", sender="four@example.org").as_bytes()]
    accept = house.deps.gateway.accept

    async def interrupted(inbound: Inbound) -> Accepted:
        while later:
            await put(account, later.pop())
        return await accept(inbound)

    deps = replace(house.deps, gateway=replace(house.deps.gateway, accept=interrupted))
    await put(account, mail("Third", sender="three@example.org").as_bytes())
    reader = ImapReader(deps, account)
    reader.start()
    try:
        await until_all_seen(account)
    finally:
        await reader.stop()
