"""What was said reaches the channel: in order, at least once under one key, or somebody learns why not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.conversations.repository import standing_of
from app.customers import starting
from app.db.repository import add_tenant
from app.gateway.message import Inbound
from app.gateway.ports import Accepted
from app.handoff.outcomes import AgentName
from app.outbox import dead_letters, letters, settling
from app.outbox import repository as sql
from app.outbox.dispatcher import OutboxDispatcher
from app.outbox.port import DeliveryFailed, Outage, Refused, Retryable
from app.outbox.schedule import AWAY_S, after
from app.outbox.typed import TypedChoices
from graphs.draft import Reply
from policies.delivery import DeliveryRules
from tests.integration.front import TENANT, Draft, Front, open_front
from tests.integration.outbox_house import OutboxHouse, outbox_house, reports_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
async def house(front: Front) -> AsyncIterator[OutboxHouse]:
    before = front.clock.ahead
    async with outbox_house(front, "sms", "whatsapp", "email") as opened:
        yield opened
    front.clock.ahead = before


async def test_a_reply_is_sent_where_the_customer_wrote_and_nowhere_else(house: OutboxHouse) -> None:
    conversation, address = await house.writes("sms")
    at_the_page, _ = await house.writes("web")

    await house.told(conversation, "It arrives today.")
    await house.told(at_the_page, "It arrives today.")

    assert house.sms.texts(address) == ["It arrives today."]
    assert await house.states(conversation) == ["sent"]
    assert await house.lines(at_the_page) == []


async def test_a_channel_that_was_just_connected_carries_what_was_said_a_moment_ago(front: Front) -> None:
    async with front.database.anyone() as conn:
        await add_tenant(conn, TENANT, "Lamps and more")
    async with outbox_house(front) as house:
        conversation, address = await house.writes("line")
        old, _ = await house.writes("line")
        await front.answers(old, "long ago")
        front.clock.ahead += timedelta(minutes=1)
        await front.answers(conversation, "just now")
        assert await house.lines(conversation) == []
    async with outbox_house(front, "line") as house:
        await house.carry()

        assert [one["text"] for one in house.providers["line"].shown] == ["just now"]
        assert house.providers["line"].texts(address) == ["just now"]


async def test_what_an_agent_writes_first_is_carried(house: OutboxHouse) -> None:
    visit, _ = await house.writes("web")
    await house.verify(visit, "sms", "+49-verified")
    async with house.front.database.tenant(TENANT) as conn:
        standing = await standing_of(conn, TENANT, visit)
    assert standing is not None
    runa, customer = AgentName(agent_id="runa", name="Runa"), standing.customer_id
    await starting.start(house.front.handoff, TENANT, customer, "sms", runa, "m-1", "Hello!", carried=True)
    await house.carry()

    assert house.sms.texts("+49-verified") == ["Hello!"]


async def test_who_writes_from_two_numbers_is_answered_on_the_last(house: OutboxHouse) -> None:
    first, _ = await house.writes("sms", customer_id="C-77", address="+49-1")
    second, _ = await house.writes("sms", customer_id="C-77", address="+49-2")
    assert first == second
    await house.front.answers(first, "To the first")
    await house.told(second, "To the second")

    assert house.sms.texts("+49-2") == ["To the first", "To the second"]


async def test_nothing_overtakes_a_line_that_waits_for_its_next_attempt(house: OutboxHouse) -> None:
    conversation, address = await house.writes()
    other, elsewhere = await house.writes()
    house.sms.faults += ["error"]
    await house.told(conversation, "one", "two", "three")
    await house.told(other, "hello")

    assert house.sms.texts(address) == []
    assert house.sms.texts(elsewhere) == ["hello"]
    await house.carry(after_s=2.0)
    assert house.sms.texts(address) == ["one", "two", "three"]


async def test_a_line_is_tried_six_times_over_a_minute_and_then_the_next_goes_on(house: OutboxHouse) -> None:
    conversation, address = await house.writes()
    house.sms.faults += ["error"]
    await house.told(conversation, "never", "after it")
    for wait in (2, 4, 8, 16, 32):
        assert await house.states(conversation) == ["waiting", "waiting"]
        house.sms.faults += ["error"]
        await house.carry(after_s=wait - 0.5)
        assert len(house.sms.faults) == 1
        await house.carry(after_s=0.6)

    assert await house.states(conversation) == ["dead", "sent"]
    assert house.sms.texts(address) == ["after it"]
    assert len(set(house.sms.attempts)) == 2
    assert house.sms.attempts.count(house.sms.attempts[0]) == 6


async def test_a_dead_letter_is_replayed_under_its_own_key(house: OutboxHouse) -> None:
    conversation, address = await house.writes()
    house.sms.faults += ["refused"]
    await house.told(conversation, "Your refund is on its way.")
    async with house.front.database.tenant(TENANT) as conn:
        (letter,) = await sql.dead(conn, TENANT, 10)
        name = dead_letters.name_of(letter)
        assert letter.error == "the provider answered 403"
        assert await dead_letters.replay(conn, TENANT, name, house.front.clock()) == conversation
        assert await dead_letters.replay(conn, TENANT, name, house.front.clock()) is None
    await house.carry()

    assert house.sms.texts(address) == ["Your refund is on its way."]
    assert len(set(house.sms.attempts)) == 1


async def test_while_a_provider_is_away_no_attempt_is_lost_and_other_channels_go_on(
    house: OutboxHouse,
) -> None:
    waiting = [await house.writes() for _ in range(7)]
    other, elsewhere = await house.writes("whatsapp")
    house.sms.away = True
    for conversation, _ in waiting:
        await house.told(conversation, "soon")
    await house.told(other, "at once")
    tried = len(house.sms.attempts)
    for _ in range(20):
        await house.carry(after_s=AWAY_S + 1)

    assert house.providers["whatsapp"].texts(elsewhere) == ["at once"]
    assert {line[2] for c, _ in waiting for line in await house.lines(c)} == {0}
    assert tried <= 6, "a provider that fails is left alone"
    assert house.dispatcher.away() == ["sms"]
    house.sms.away = False
    await until_tried_anew(house)
    assert [house.sms.texts(address) for _, address in waiting] == [["soon"]] * 7


async def until_tried_anew(house: OutboxHouse) -> None:
    """A fresh engine knows nothing of the outage: its breaker is closed."""
    house.dispatcher = OutboxDispatcher(house.deps, TENANT)
    await house.carry(after_s=AWAY_S + 1)


async def test_a_channel_that_refuses_is_stood_in_for_at_an_address_that_is_proven(
    house: OutboxHouse,
) -> None:
    house.rules[TENANT] = DeliveryRules(instead={"whatsapp": ("sms", "email")})
    conversation, address = await house.writes("whatsapp")
    await house.verify(conversation, "sms", "+49-unproven", verified=False)
    await house.verify(conversation, "email", "marta@example.com")
    house.providers["whatsapp"].refuses.add(address)
    await house.told(conversation, "It arrives today.")

    assert house.sms.shown == []
    assert [state for _, state, *_ in await house.lines(conversation)] == ["dead", "sent"]
    (mail,) = house.providers["email"].shown
    assert (mail["to"], "It arrives today." in mail["text"]) == ("marta@example.com", True)


async def test_a_provider_that_stays_away_is_stood_in_for_after_the_books_time(house: OutboxHouse) -> None:
    house.rules[TENANT] = DeliveryRules(instead={"sms": ("email",)}, wait_minutes=10)
    conversation, _ = await house.writes("sms")
    await house.verify(conversation, "email", "tove@example.com")
    house.sms.away = True
    await house.told(conversation, "It arrives today.")
    for _ in range(6):
        await house.carry(after_s=AWAY_S + 1)
    assert house.providers["email"].shown == []

    await house.carry(after_s=600)

    assert [one["to"] for one in house.providers["email"].shown] == ["tove@example.com"]
    assert await house.states(conversation) == ["dead", "sent"]


async def test_two_engines_carry_every_line_once(house: OutboxHouse) -> None:
    house.sms.slow_s = 0.005
    second = OutboxDispatcher(house.deps, TENANT)
    written = [await house.writes() for _ in range(12)]
    for conversation, _ in written:
        await house.front.answers(conversation, "one", "two", "three")
    for _ in range(40):
        await asyncio.gather(house.dispatcher.look(), second.look())
        await asyncio.gather(house.dispatcher.settled(), second.settled())

    assert [house.sms.texts(address) for _, address in written] == [["one", "two", "three"]] * 12
    assert (len(house.sms.attempts), house.sms.met) == (36, [])
    await second.stop()


async def test_an_engine_whose_lease_ran_out_settles_nothing(house: OutboxHouse) -> None:
    conversation, _ = await house.writes()
    await house.front.answers(conversation, "hello")
    (slow,) = await letters.take(house.deps, TENANT, "sms", 1)
    assert await letters.take(house.deps, TENANT, "sms", 1) == []
    house.front.clock.ahead += timedelta(seconds=house.deps.lease_s + 1)
    (quick,) = await letters.take(house.deps, TENANT, "sms", 1)

    assert not await settling.arrived(house.deps, slow, slow.errands[0], "late")
    assert await house.states(conversation) == ["waiting"]
    assert await settling.arrived(house.deps, quick, quick.errands[0], "in time")
    assert await house.states(conversation) == ["sent"]
    assert slow.errands[0].key == quick.errands[0].key


async def test_a_long_reply_comes_in_its_order_and_only_what_failed_is_repeated(house: OutboxHouse) -> None:
    conversation, address = await house.writes()
    text = " ".join(f"Sentence number {n} of a long reply." for n in range(120))
    await house.front.answers(conversation, text)
    house.sms.faults += []
    house.sms.slow_s = 0.0
    fails_second(house)
    await house.carry()
    assert await house.states(conversation) == ["waiting"]
    await house.carry(after_s=2.0)

    assert " ".join(house.sms.texts(address)) == text
    assert len(house.sms.texts(address)) == 3
    assert [key.rpartition(".")[2] for key in house.sms.attempts] == ["1", "2", "2", "3"]


def fails_second(house: OutboxHouse) -> None:
    """Let the second message of a reply fail once."""
    sender = house.deps.senders["sms"]
    failed: list[str] = []

    class FailsSecond:
        async def deliver(self, errand):  # type: ignore[no-untyped-def]
            if errand.number == 2 and not failed:
                failed.append(errand.key)
                house.sms.attempts.append(errand.key)
                raise Retryable("not now")
            return await sender.deliver(errand)

    house.deps = replace(house.deps, senders={**house.deps.senders, "sms": FailsSecond()})
    house.dispatcher = OutboxDispatcher(house.deps, TENANT)


async def test_choices_are_numbered_where_there_are_no_buttons(house: OutboxHouse) -> None:
    conversation, address = await house.writes()
    claim = await house.front.claim(conversation)
    buttons = (("Yes, cancel it", "/affirm"), ("No", "/deny"))
    await house.front.commit(claim, Draft(replies=[Reply(text="Shall I?", buttons=buttons)]))
    await house.carry()

    assert house.sms.texts(address) == ["Shall I?\n\n1. Yes, cancel it\n2. No"]


async def test_what_the_provider_reports_moves_a_line_on_and_never_back(house: OutboxHouse) -> None:
    reports = reports_of(house)
    conversation, _ = await house.writes()
    await house.told(conversation, "hello")
    (provider_id,) = house.sms.ids.values()

    assert await reports(TENANT, "sms", provider_id, "read")
    assert await house.states(conversation) == ["read"]
    assert not await reports(TENANT, "sms", provider_id, "delivered")
    assert not await reports(TENANT, "sms", provider_id, "failed")
    assert await house.states(conversation) == ["read"]


async def test_the_timeline_says_how_far_a_reply_came_and_where(house: OutboxHouse) -> None:
    house.rules[TENANT] = DeliveryRules(instead={"whatsapp": ("sms",)})
    conversation, address = await house.writes("whatsapp")
    await house.verify(conversation, "sms", "+49-proven")
    await house.front.answers(conversation, "hello")
    assert await shown(house, conversation) == [{"channel": "whatsapp", "state": "queued", "error": None}]
    house.providers["whatsapp"].refuses.add(address)
    await house.carry()

    assert await shown(house, conversation) == [{"channel": "sms", "state": "sent", "error": None}]


async def shown(house: OutboxHouse, conversation_id: str) -> list[object]:
    """What the timeline says of deliveries."""
    _, told = await house.front.call("GET", f"/api/v1/conversations/{conversation_id}")
    return [entry["delivery"] for entry in told["timeline"] if entry["direction"] == "outbound"]


async def test_a_typed_number_presses_the_choice_that_was_sent(house: OutboxHouse) -> None:
    conversation, address = await house.writes()
    claim = await house.front.claim(conversation)
    buttons = (("Yes, cancel it", "/affirm"), ("No", "/deny"))
    await house.front.commit(claim, Draft(replies=[Reply(text="Shall I?", buttons=buttons)]))
    taken: list[Inbound] = []

    async def accept(inbound: Inbound) -> Accepted:
        taken.append(inbound)
        return Accepted(conversation_id=conversation, seq=2, duplicate=False)

    typed = TypedChoices(house.deps, accept)
    for text in ("2.", "3", "no thanks"):
        await typed(an_inbound("sms", address, text))
    await typed(an_inbound("web", address, "2"))

    assert [one.payload for one in taken] == ["/deny", None, None, None]


def an_inbound(channel: str, address: str, text: str) -> Inbound:
    return Inbound(
        tenant_id=TENANT, channel=channel, message_id="m", address=address, text=text, received_at=NOW
    )


async def test_a_report_that_comes_before_its_message_is_noted_waits_for_it(house: OutboxHouse) -> None:
    reports = reports_of(house)
    conversation, address = await house.writes()
    soon = f"prov-0-{address}"
    assert await reports(TENANT, "sms", soon, "delivered")

    await house.told(conversation, "hello")

    assert await house.states(conversation) == ["delivered"]


async def test_a_message_that_its_provider_could_not_deliver_is_a_dead_letter_with_a_stand_in(
    house: OutboxHouse,
) -> None:
    house.rules[TENANT] = DeliveryRules(instead={"sms": ("email",)})
    conversation, _ = await house.writes()
    await house.verify(conversation, "email", "runa@example.com")
    await house.told(conversation, "hello")
    (provider_id,) = house.sms.ids.values()

    assert await reports_of(house)(TENANT, "sms", provider_id, "failed", "the number is switched off")
    await house.carry()

    assert [(line[0], line[1], line[3]) for line in await house.lines(conversation)] == [
        ("sms", "dead", "the number is switched off"),
        ("email", "sent", None),
    ]


async def test_a_line_without_an_address_is_set_aside_with_the_reason(house: OutboxHouse) -> None:
    conversation, _ = await house.writes()
    async with house.front.database.tenant(TENANT) as conn:
        await conn.execute("delete from identities where channel = 'sms'")
    await house.told(conversation, "hello")

    assert [line[1:] for line in await house.lines(conversation)] == [("dead", 1, "no address on sms")]


@pytest.mark.parametrize(
    ("failure", "attempts", "waits"),
    [
        *((Retryable("x"), n, 2.0 ** (n + 1)) for n in range(5)),
        (Retryable("x"), 5, None),
        (Retryable("x", after_s=90), 0, 90.0),
        (Retryable("x", after_s=10**9), 0, 3600.0),
        (Refused("x"), 0, None),
        (Outage("x"), 5, AWAY_S),
    ],
)
def test_what_follows_a_failure(failure: DeliveryFailed, attempts: int, waits: float | None) -> None:
    coming = after(failure, attempts, NOW)

    assert (coming.due - NOW).total_seconds() == waits if coming.due else waits is None
