"""Webhooks: what happens is told, signed, once, until it arrives; nobody is told what they may not know."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from app.webhooks import sending
from app.webhooks.dispatcher import Dispatcher
from app.webhooks.schedule import ATTEMPTS, DELAYS_S
from tests.integration.front import TENANT, Front, give_key, open_front
from tests.integration.webhook_house import WebhookHouse, webhook_house
from tests.peers.faults import serving


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
async def house(front: Front) -> AsyncIterator[WebhookHouse]:
    before = front.clock.ahead
    async with webhook_house(front) as opened:
        yield opened
    front.clock.ahead = before


def failing(status: int, **headers: str) -> web.Response:
    return web.Response(status=status, headers=headers)


async def test_a_conversation_is_told_as_it_goes(house: WebhookHouse) -> None:
    await house.subscribe()
    conversation = await house.front.says("my lamp is broken and my number is 555-0100", customer=None)
    await house.front.hands_off(conversation, "asked")

    await house.told("conversation.started", "message.received", "conversation.escalated")

    escalated = next(body for body in house.receiver.took if body["type"] == "conversation.escalated")
    assert escalated["data"] == {"conversation_id": conversation, "reason": "asked"}
    assert escalated["timestamp"].endswith("+00:00")
    assert house.receiver.forged == 0
    assert "555-0100" not in str(house.receiver.took)


async def test_approvals_and_what_became_of_actions_are_told(house: WebhookHouse) -> None:
    await house.subscribe(events=["approval.requested", "message.sent"])
    conversation = await house.front.says("refund please", customer=None)
    await house.front.wants_approval(conversation)

    await house.told("approval.requested", "message.sent")

    sent = next(body for body in house.receiver.took if body["type"] == "message.sent")
    assert sent["data"]["sender"] == "assistant"
    assert set(house.receiver.types()) == {"approval.requested", "message.sent"}


async def test_a_resolved_conversation_is_told_whoever_resolved_it(house: WebhookHouse) -> None:
    await house.subscribe(events=["conversation.resolved"])
    conversation = await house.front.says("thanks, that was all", customer=None)
    async with house.front.database.tenant(TENANT) as conn:
        await conn.execute(
            "update conversations set status = 'resolved' where conversation_id = %s", [conversation]
        )

    await house.told("conversation.resolved")

    assert house.receiver.took[0]["data"] == {"conversation_id": conversation}


async def test_words_are_told_only_to_those_who_asked_for_them(house: WebhookHouse) -> None:
    await house.subscribe(events=["message.received"], include_text=True)
    conversation = await house.front.says("where is my lamp?", customer=None)
    await house.front.answers(conversation, "On its way.")

    await house.told("message.received")

    assert house.receiver.took[0]["data"]["text"] == "where is my lamp?"


async def test_what_does_not_arrive_comes_again_by_the_schedule_under_the_same_id(
    house: WebhookHouse,
) -> None:
    webhook = await house.subscribe(events=["message.received"])
    house.receiver.answer = lambda: failing(500)
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")

    await until_tried(house, webhook)
    assert (await house.messages(webhook))[0]["error"] == "the receiver answered 500"
    await house.dispatch()
    assert len(house.receiver.came) == 1, "nothing is sent before its time"

    house.receiver.answer = lambda: web.Response(status=200)
    house.front.clock.ahead += timedelta(seconds=DELAYS_S[0] + 1)
    await house.told("message.received")
    assert len(set(house.receiver.came)) == 1
    assert (await house.messages(webhook))[0]["state"] == "delivered"


async def until_tried(house: WebhookHouse, webhook: str) -> None:
    """Dispatch until the first message has been tried."""
    for _ in range(100):
        await house.dispatch()
        if any(message["attempts"] for message in await house.messages(webhook)):
            return
        await asyncio.sleep(0.02)


async def test_a_receiver_that_asks_for_time_gets_it(house: WebhookHouse) -> None:
    webhook = await house.subscribe(events=["message.received"])
    house.receiver.answer = lambda: failing(429, **{"Retry-After": "600"})
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    await until_tried(house, webhook)

    house.front.clock.ahead += timedelta(seconds=500)
    await house.dispatch()
    assert len(house.receiver.came) == 1
    house.front.clock.ahead += timedelta(seconds=110)
    await house.dispatch()
    assert len(house.receiver.came) == 2


async def test_a_webhook_that_nothing_reaches_is_switched_off_and_says_why(house: WebhookHouse) -> None:
    webhook = await house.subscribe(events=["message.received"])
    house.receiver.answer = lambda: failing(503)
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    await until_tried(house, webhook)

    for delay in DELAYS_S:
        house.front.clock.ahead += timedelta(seconds=delay + 1)
        await house.dispatch()

    shown = await house.shown(webhook)
    assert len(house.receiver.came) == ATTEMPTS
    assert shown["enabled"] is False
    assert "nothing has arrived since" in shown["off_reason"]
    assert (await house.messages(webhook))[0]["state"] == "given_up"


async def test_one_message_that_is_never_taken_switches_nothing_off(house: WebhookHouse) -> None:
    webhook = await house.subscribe(events=["message.received", "message.sent"])
    house.receiver.answer = lambda: failing(500)
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    await until_tried(house, webhook)
    for delay in DELAYS_S[:-1]:
        house.front.clock.ahead += timedelta(seconds=delay + 1)
        await house.dispatch()
    house.receiver.answer = lambda: web.Response(status=200)
    tried = await house.call("POST", f"/{webhook}/test")
    house.receiver.answer = lambda: failing(500)
    house.front.clock.ahead += timedelta(seconds=DELAYS_S[-1] + 1)
    await house.dispatch()

    assert tried[1]["delivered"] is True
    assert (await house.shown(webhook))["enabled"] is True


async def test_a_receiver_that_is_gone_is_left_in_peace_at_once(house: WebhookHouse) -> None:
    webhook = await house.subscribe(events=["message.received"])
    house.receiver.answer = lambda: failing(410)
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    await until_tried(house, webhook)

    assert "410" in (await house.shown(webhook))["off_reason"]


async def test_a_redirect_is_a_failure(house: WebhookHouse) -> None:
    webhook = await house.subscribe()
    house.receiver.answer = lambda: failing(307, Location=f"{house.receiver_url}/elsewhere")

    _, tried = await house.call("POST", f"/{webhook}/test")

    assert (tried["delivered"], tried["status"]) == (False, 307)
    assert len(house.receiver.came) == 1


async def test_a_message_is_told_again_and_a_time_is_replayed(house: WebhookHouse) -> None:
    since = house.front.clock().isoformat()
    webhook = await house.subscribe(events=["message.received"])
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    await house.told("message.received")
    first = house.receiver.took[0]["id"]

    _, again = await house.call("POST", f"/{webhook}/replay", {"message_id": first})
    await house.dispatch()
    assert again["messages"] == 1
    assert [body["id"] for body in house.receiver.took] == [first, first]

    await house.call("PATCH", f"/{webhook}", {"enabled": False})
    await house.front.answers(await house.front.says("while it was off", customer=None), "Yes.")
    await house.call("PATCH", f"/{webhook}", {"enabled": True})
    _, replayed = await house.call("POST", f"/{webhook}/replay", {"since": since})
    await house.dispatch()
    assert replayed["messages"] == 2
    assert len({body["id"] for body in house.receiver.took}) == 2


async def test_several_engines_tell_everything_once(house: WebhookHouse) -> None:
    await house.subscribe(events=["message.received"])
    for _ in range(6):
        await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    engines = [Dispatcher(house.deps, TENANT) for _ in range(4)]

    for _ in range(20):
        await asyncio.gather(*(engine.look() for engine in engines))
        await asyncio.gather(*(engine.settled() for engine in engines))
        if len(house.receiver.took) == 6:
            break

    await asyncio.gather(*(engine.look() for engine in engines))
    assert len(house.receiver.came) == len(set(house.receiver.came)) == 6


async def test_what_an_engine_had_taken_when_it_died_is_sent_by_another(house: WebhookHouse) -> None:
    webhook = await house.subscribe(events=["message.received"])
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    errand = None
    for _ in range(100):
        await sending.fill(house.deps, TENANT)
        errand = await sending.take_due(house.deps, TENANT, webhook, 1)
        if errand is not None:
            break
        await asyncio.sleep(0.02)
    assert errand is not None, "and here its engine died"

    await house.dispatch()
    assert house.receiver.took == [], "it may still arrive: nobody sends it a second time"
    house.front.clock.ahead += timedelta(seconds=60)
    await house.told("message.received")

    assert (await house.messages(webhook))[0]["state"] == "delivered"


async def test_a_secret_is_changed_without_a_message_that_cannot_be_verified(house: WebhookHouse) -> None:
    webhook = await house.subscribe()
    old = house.receiver.secret
    _, fresh = await house.call("POST", f"/{webhook}/secret", {"keep_old_hours": 1})

    for secret in (old, fresh["secret"]):
        house.receiver.secret = secret
        assert (await house.call("POST", f"/{webhook}/test"))[1]["delivered"]
    assert fresh["secret"] not in str(await house.shown(webhook))

    house.front.clock.ahead += timedelta(seconds=200)
    _, fresh = await house.call("POST", f"/{webhook}/secret", {"keep_old_hours": 0})
    house.receiver.secret = old
    assert not (await house.call("POST", f"/{webhook}/test"))[1]["delivered"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://10.0.0.1/hook", "private address"),
        ("https://169.254.169.254/latest", "private address"),
        ("https://[::1]/hook", "private address"),
        ("https://[::ffff:127.0.0.1]:8443/hook", ""),
        ("http://hooks.example/hook", "must be https"),
        ("https://user:pw@hooks.example/", "neither a password"),
        ("https://hooks.example:25/", "port 25"),
        ("ftp://hooks.example/", "begins with https"),
        ("https://hooks.example:99999/", "no address"),
    ],
)
async def test_an_address_that_nobody_may_be_sent_to_is_refused(
    house: WebhookHouse, url: str, told: str
) -> None:
    status, problem = await house.call("POST", "", {"url": url})

    assert status == (422 if told else 201)
    assert told in str(problem)


async def test_a_name_that_leads_to_a_private_address_is_not_connected_to(front: Front) -> None:
    async with webhook_house(front, allowed="") as house:
        port = house.receiver_url.rpartition(":")[2]
        _, made = await house.call("POST", "", {"url": f"https://localhost:{port}/hook"})
        _, tried = await house.call("POST", f"/{made['webhook_id']}/test")

    assert tried["delivered"] is False
    assert "is not a public address" in tried["error"]
    assert house.receiver.came == []


async def test_only_those_with_the_right_see_and_make_webhooks(house: WebhookHouse) -> None:
    other = await give_key(house.front, f"other-{id(house)}", ("conversations:read", "messages:write"))

    assert (await house.call("GET", key=other))[0] == 403
    assert (await house.call("POST", "", {"url": "https://hooks.example/"}, key=other))[0] == 403
    assert (await house.call("GET", "/wh_none"))[0] == 404
    assert (await house.call("DELETE", "/wh_none"))[0] == 404


async def test_a_webhook_is_changed_and_removed(house: WebhookHouse) -> None:
    webhook = await house.subscribe()
    changed = {"description": "the warehouse", "events": ["action.done"], "include_text": True}

    status, shown = await house.call("PATCH", f"/{webhook}", changed)
    assert status == 200
    assert {name: shown[name] for name in changed} == changed
    assert (await house.call("PATCH", f"/{webhook}", {"events": ["action.dun"]}))[0] == 422
    assert (await house.call("DELETE", f"/{webhook}"))[0] == 204
    assert (await house.call("GET"))[1] == {"items": []}


async def test_messages_of_long_ago_are_forgotten(house: WebhookHouse) -> None:
    webhook = await house.subscribe(events=["message.received"])
    await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
    await house.told("message.received")
    assert await house.messages(webhook)

    house.front.clock.ahead += timedelta(days=8)
    await Dispatcher(house.deps, TENANT).look()

    assert await house.messages(webhook) == []


async def test_the_dispatcher_hears_of_events_and_tells_them_by_itself(house: WebhookHouse) -> None:
    await house.subscribe(events=["message.received"])
    house.dispatcher.start()
    try:
        await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
        for _ in range(200):
            if house.receiver.took:
                break
            await asyncio.sleep(0.05)
    finally:
        await house.dispatcher.stop()

    assert house.receiver.types() == ["message.received"]


async def test_a_slow_receiver_keeps_nobody_else_waiting(house: WebhookHouse) -> None:
    slow = asyncio.Event()

    async def never(request: web.Request) -> web.Response:
        await slow.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", never)
    async with serving(app) as url:
        await house.call("POST", "", {"url": f"{url}/hook", "events": ["message.received"]})
        await house.subscribe(events=["message.received"])
        for _ in range(3):
            await house.front.answers(await house.front.says("hello", customer=None), "Hello.")
        house.dispatcher.start()
        for _ in range(200):
            if len(house.receiver.took) == 3:
                break
            await asyncio.sleep(0.05)
        await house.dispatcher.stop()
        slow.set()

    assert len(house.receiver.took) == 3
