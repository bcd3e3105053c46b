"""The context store on the real database: one conversation over channels, in order, kept, archived."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.conversations.repository import KnownCustomer, entries_of_customer, store_customers
from app.customers import repository as customers
from app.customers.record import CARD, opened, sealed
from app.identity.binding import bind
from app.identity.contacts import Contact
from app.sessions.keeping import SessionDeps, Sessions
from app.sessions.presence import SignsOfLife
from graphs.draft import Draft, Reply
from policies.sessions import SessionTimes
from tests.chaos.inbox import TENANT, Inbox, open_inbox
from tests.talk import shelf

many = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CHANNELS = ("web", "api", "email", "sms", "whatsapp")
TIMES = SessionTimes()


@pytest.fixture(scope="module")
async def inbox(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inbox]:
    async with open_inbox(database, tmp_path_factory.mktemp("keys")) as opened_inbox:
        yield opened_inbox


async def comes(inbox: Inbox, channel: str, address: str, account: str | None = None) -> str:
    """A message from an address on a channel; returns its conversation."""
    came = replace(
        inbox.inbound(f"by {channel}"),
        channel=channel,
        address=address,
        customer_id=account,
        verified=account is not None,
    )
    return (await inbox.store.accept(came)).conversation_id


async def answers(inbox: Inbox, conversation: str) -> None:
    await inbox.commits(await inbox.takes(conversation), Draft(replies=[Reply(text="Noted.")]))


async def everything(inbox: Inbox, conversation: str) -> list[Any]:
    """All lines of the conversation's customer, over all conversations, oldest first."""
    (customer,) = await inbox.row(
        "select customer_id from conversations where conversation_id = %s", conversation
    )
    asked = dict.fromkeys(("viewer", "at", "conversation", "entry_no")) | {"customer": customer, "most": 500}
    async with inbox.database.tenant(TENANT) as conn:
        found = await entries_of_customer(conn, inbox.vault, TENANT, asked)
    return [entry for _, entry in reversed(found)]


@many
@given(
    first=st.sampled_from(CHANNELS),
    then=st.lists(st.tuples(st.sampled_from(CHANNELS), st.booleans()), min_size=1, max_size=4),
)
async def test_whoever_is_known_writes_in_one_conversation_by_whatever_channel(
    inbox: Inbox, first: str, then: list[tuple[str, bool]]
) -> None:
    """Feature: omnichannel-cx-platform, Property 11: Cross-Channel Conversation Linking."""
    account = secrets.token_hex(6)
    email = Contact(kind="email", value=f"{account}@example.com")
    phone = Contact(kind="phone", value=f"+49{secrets.randbelow(10**10):010}")
    reached = {"email": email.value, "sms": phone.value, "whatsapp": phone.value.removeprefix("+")}
    begun = await comes(inbox, first, reached.get(first, account), account)
    async with inbox.database.tenant(TENANT) as conn:
        for contact in (email, phone):
            await bind(conn, inbox.vault, TENANT, begun, contact, inbox.clock())

    for channel, by_account in then:
        address = reached.get(channel, account)
        named = account if by_account or channel not in reached else None
        somebody_else = await comes(inbox, channel, secrets.token_hex(6))
        assert await comes(inbox, channel, address, named) == begun != somebody_else
        await answers(inbox, begun)
    await answers(inbox, begun)

    said = [entry.channel for entry in await everything(inbox, begun) if entry.sender == "customer"]
    assert said == [first, *(channel for channel, _ in then)]


@many
@given(
    messages=st.lists(
        st.tuples(st.sampled_from(CHANNELS), st.integers(0, 90), st.booleans()), min_size=2, max_size=5
    )
)
async def test_history_is_in_the_order_of_time_and_names_its_channels(
    inbox: Inbox, messages: list[tuple[str, int, bool]]
) -> None:
    """Feature: omnichannel-cx-platform, Property 12: Chronological Message Ordering."""
    account, conversation = secrets.token_hex(6), ""
    for channel, seconds, answered in messages:
        inbox.clock.passes(seconds)
        conversation = await comes(inbox, channel, account, account)
        if answered:
            await answers(inbox, conversation)
    for _ in range(sum(not answered for _, _, answered in messages)):
        await answers(inbox, conversation)

    one, all_of_them = await inbox.timeline(conversation), await everything(inbox, conversation)
    for lines in (one, all_of_them):
        assert [line.timestamp for line in lines] == sorted(line.timestamp for line in lines)
        assert [line.channel for line in lines if line.sender == "customer"] == [
            channel for channel, _, _ in messages
        ]


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
CHANGES = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(CARD), PLAIN, max_size=3),
        st.sampled_from(["standard", "silver", "gold", "vip"]),
        st.sampled_from(["en", "de", "fr"]),
    ),
    min_size=1,
    max_size=4,
)


@many
@given(changes=CHANGES)
async def test_what_is_learnt_of_a_customer_is_there_when_asked_again(
    inbox: Inbox, changes: list[tuple[dict[str, str], str, str]]
) -> None:
    """Feature: omnichannel-cx-platform, Property 13: Customer Profile Persistence."""
    account, vault = secrets.token_hex(6), inbox.vault
    known = KnownCustomer(external_id=account, name="Ana", email="a@example.com", tier="gold", language="en")
    async with inbox.database.tenant(TENANT) as conn:
        await store_customers(conn, vault, TENANT, [known])
    (customer,) = await inbox.row(
        "select customer_id from customers where external_index = %s", vault.blind_index(TENANT, account)
    )
    expected: dict[str, Any] = {"external_id": account, "name": "Ana", "email": "a@example.com"}
    for given_now, tier, language in changes:
        expected |= given_now
        async with inbox.database.tenant(TENANT) as conn:
            row = await customers.one(conn, TENANT, str(customer), held=True)
            assert row is not None
            values = {**sealed(vault, TENANT, row, given_now), "version": row.version}
            assert await customers.update(
                conn, TENANT, row.customer_id, {**values, "tier": tier, "language": language}
            )

    async with inbox.database.tenant(TENANT) as conn:
        row = await customers.one(conn, TENANT, str(customer))
    assert row is not None
    assert opened(vault, TENANT, row) == expected
    assert (row.tier, row.language) == changes[-1][1:]


@many
@given(hours=st.lists(st.integers(1, 40), min_size=1, max_size=2), minutes=st.integers(0, 59))
async def test_a_conversation_without_activity_for_a_day_is_archived_and_can_be_read(
    inbox: Inbox, hours: list[int], minutes: int
) -> None:
    """Feature: omnichannel-cx-platform, Property 14: Conversation Archival."""
    keeping = Sessions(
        SessionDeps(
            tenants=inbox.database,
            vault=inbox.vault,
            hub=inbox.hub,
            books=shelf(),
            clock=inbox.clock,
            signs=SignsOfLife(),
        )
    )
    account = secrets.token_hex(6)
    conversation = await comes(inbox, "web", account, account)
    await answers(inbox, conversation)
    last = inbox.clock()
    for pause in hours:
        inbox.clock.passes(pause * 3600 + minutes * 60)
        archived = 200
        while archived == 200:
            archived = await keeping.archive(TENANT, TIMES, inbox.clock())
        idle = inbox.clock() - last

        assert (await inbox.status(conversation) == "archived") == (idle >= timedelta(hours=24))
        assert [line.text for line in await inbox.timeline(conversation)] == ["by web", "Noted."]
