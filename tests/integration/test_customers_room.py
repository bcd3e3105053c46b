"""The customers' room: found, corrected, blocked, merged and parted, exported, written to first."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from app.conversations.repository import KnownCustomer, store_customers
from tests.integration.front import TENANT, Browser, Front, give_key, open_front

URL = "/api/v1/customers"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        opened.key = await give_key(opened, "room", (*FULL, "customers:manage", "customers:export"))
        yield opened


FULL = (
    "messages:write",
    "conversations:read",
    "conversations:act",
    "customers:read",
    "agents:any",
    "audit:read",
)


@pytest.fixture(scope="module")
async def runa(front: Front) -> AsyncIterator[Browser]:
    browser = await front.sign_in("runa")
    yield browser
    await browser.session.close()


async def known(front: Front, name: str, **given: str) -> str:
    """A customer whom the company's records have; returns our id."""
    external = secrets.token_hex(4)
    told = {"email": f"{external}@example.com", "tier": "standard", "language": "en", **given}
    async with front.database.tenant(TENANT) as conn:
        record = KnownCustomer(external_id=external, name=name, **told)
        await store_customers(conn, front.vault, TENANT, [record])
    found = await find(front, external)
    return str(found[0]["customer_id"])


async def find(front: Front, question: str) -> list[dict[str, Any]]:
    status, found = await front.call("GET", f"{URL}?q={question}")
    assert status == 200, found
    return list(found["items"])


async def view(front: Front, customer: str) -> dict[str, Any]:
    status, shown = await front.call("GET", f"{URL}/{customer}")
    assert status == 200, shown
    return dict(shown)


async def do(front: Front, path: str, body: Any = None) -> Any:
    status, done = await front.call("POST", f"{URL}/{path}", {} if body is None else body)
    assert status == 200, done
    return done


@pytest.mark.parametrize("question", ["marta%40example.com", "C-1001", "lindqvist", "marta+lindqvist"])
async def test_a_customer_is_found_by_what_one_knows(front: Front, question: str) -> None:
    assert [one["name"] for one in await find(front, question)] == ["Marta Lindqvist"]


async def test_an_address_on_a_channel_finds_who_wrote_from_it(front: Front) -> None:
    conversation = await front.says("hello", sender="+4670555", customer=None)
    found = await find(front, "%2B4670555")
    past = (await view(front, found[0]["customer_id"]))["conversations"]
    assert [one["conversation_id"] for one in past] == [conversation]


async def test_a_corrected_customer_is_found_by_the_new_name_and_not_by_the_old(
    front: Front, runa: Browser
) -> None:
    customer = await known(front, "Berit Falk")
    version = (await view(front, customer))["version"]
    change = {"version": version, "name": "Berit Sand", "phone": "+46 70 777 77 01", "note": "calls back"}
    status, shown = await runa.call("PATCH", f"{URL}/{customer}", change)

    assert (status, shown["name"], shown["note"]) == (200, "Berit Sand", "calls back")
    assert [one["customer_id"] for one in await find(front, "berit+sand")] == [customer]
    assert [one["customer_id"] for one in await find(front, "46707777701")] == [customer]
    assert await find(front, "falk") == []


async def test_two_people_who_change_a_customer_at_once_lose_nothing(front: Front, runa: Browser) -> None:
    customer = await known(front, "Elsa Ny")
    version = (await view(front, customer))["version"]
    answers = await asyncio.gather(
        *(
            runa.call("PATCH", f"{URL}/{customer}", {"version": version, "note": note})
            for note in ("one", "two")
        )
    )
    assert sorted(status for status, _ in answers) == [200, 409]
    assert (await view(front, customer))["note"] == next(s["note"] for status, s in answers if status == 200)


async def test_a_blocked_customers_message_is_refused_plainly_on_every_way_in(front: Front) -> None:
    conversation = await front.says("hello", sender="rude", customer=None)
    customer = (await find(front, "rude"))[0]["customer_id"]
    await do(front, f"{customer}/block", {"reason": "insults"})

    message = {"channel": "web", "message_id": "m-blocked", "text": "again", "address": "rude"}
    for body in (message, {**message, "conversation_id": conversation}):
        status, problem = await front.call("POST", "/api/v1/messages", body)
        assert (status, problem["type"]) == (403, "/problems/blocked")

    await do(front, f"{customer}/unblock")
    assert (await front.call("POST", "/api/v1/messages", message))[0] == 202


async def test_a_merged_customers_conversations_follow_and_new_ones_too(front: Front) -> None:
    kept, gone = await known(front, "Olof Ek"), await known(front, "O. Ek")
    external = (await view(front, gone))["external_id"]
    old = await front.says("first", sender="olof-phone", customer=external)

    done = await do(front, f"{kept}/merge", {"other": gone})
    new = await front.says("second", sender="olof-tablet", customer=external)
    past = {one["conversation_id"] for one in done["customer"]["conversations"]}
    assert past == {old}
    assert {one["conversation_id"] for one in (await view(front, kept))["conversations"]} == {old, new} | past
    assert [one["customer_id"] for one in await find(front, external)] == [kept]
    assert (await view(front, gone))["customer_id"] == kept


async def test_a_merge_is_taken_back_and_what_came_since_stays(front: Front) -> None:
    kept, gone = await known(front, "Ida Holm"), await known(front, "Ida H")
    old = await front.says("first", customer=(await view(front, gone))["external_id"])
    merge = (await do(front, f"{kept}/merge", {"other": gone}))["merge_id"]
    since = await front.says("since", customer=(await view(front, kept))["external_id"])

    await do(front, f"merges/{merge}/undo")
    assert [one["conversation_id"] for one in (await view(front, gone))["conversations"]] == [old]
    assert since in {one["conversation_id"] for one in (await view(front, kept))["conversations"]} | {old}
    assert (await front.call("POST", f"{URL}/merges/{merge}/undo", {}))[0] == 409


async def test_a_merge_learns_what_only_the_other_knew_and_forgets_it_again(
    front: Front, runa: Browser
) -> None:
    kept = (await find(front, "rude"))[0]["customer_id"]
    gone = await known(front, "Gun Dahl")
    done = await do(front, f"{kept}/merge", {"other": gone})
    assert done["customer"]["name"] == "Gun Dahl"

    await do(front, f"merges/{done['merge_id']}/undo")
    assert (await view(front, kept))["name"] is None
    assert (await view(front, gone))["name"] == "Gun Dahl"


async def test_after_seven_days_a_merge_stands(front: Front) -> None:
    kept, gone = await known(front, "Per Strand"), await known(front, "P Strand")
    merge = (await do(front, f"{kept}/merge", {"other": gone}))["merge_id"]
    front.clock.ahead += timedelta(days=7, seconds=1)
    try:
        assert (await front.call("POST", f"{URL}/merges/{merge}/undo", {}))[0] == 409
    finally:
        front.clock.ahead -= timedelta(days=7, seconds=1)


async def test_nobody_is_merged_with_themselves_or_twice(front: Front) -> None:
    one, two, three = [await known(front, name) for name in ("A One", "B Two", "C Three")]
    assert (await front.call("POST", f"{URL}/{one}/merge", {"other": one}))[0] == 422
    await do(front, f"{one}/merge", {"other": two})
    assert (await front.call("POST", f"{URL}/{three}/merge", {"other": two}))[0] == 409
    assert (await front.call("POST", f"{URL}/{three}/merge", {"other": "cus_nobody"}))[0] == 404


async def test_an_export_holds_everything_in_clear(front: Front) -> None:
    customer = await known(front, "Sara Export")
    external = (await view(front, customer))["external_id"]
    conversation = await front.says("my lamp arrived broken", customer=external)
    await front.wants_approval(conversation)

    status, told = await front.call("GET", f"{URL}/{customer}/export")
    assert status == 200
    assert told["customer"]["name"] == "Sara Export"
    held = told["conversations"][0]
    assert "my lamp arrived broken" in orjson.dumps(held["timeline"]).decode()
    assert held["approvals"][0]["request"]["args"]["amount"] == 149.99
    audit = (await front.call("GET", f"/api/v1/admin/audit?subject_id={customer}"))[1]["items"]
    assert [line["action"] for line in audit] == ["customer.exported"]


async def verified(front: Front, customer: str, channel: str) -> None:
    """The customer wrote from an address that the channel vouches for."""
    external = (await view(front, customer))["external_id"]
    message = {"channel": channel, "message_id": secrets.token_hex(6), "text": "hi", "customer_id": external}
    status, _ = await front.call("POST", "/api/v1/messages", {**message, "address": f"{channel}-{external}"})
    assert status == 202


async def test_an_agent_writes_first_only_where_somebody_delivers(front: Front, runa: Browser) -> None:
    customer = await known(front, "Nina First")
    await verified(front, customer, "sms")
    first = {"channel": "sms", "message_id": "m-1", "text": "Your parcel came back to us."}
    status, problem = await runa.call("POST", f"{URL}/{customer}/conversations", first)
    assert (status, problem["type"]) == (409, "/problems/cannot-write-first")
    await deliver(front)

    status, begun = await runa.call("POST", f"{URL}/{customer}/conversations", first)
    again = await runa.call("POST", f"{URL}/{customer}/conversations", first)
    assert (status, again[1]) == (201, begun)
    _, shown = await front.call("GET", f"/api/v1/conversations/{begun['conversation_id']}")
    said = [entry["text"] for entry in shown["timeline"] if entry["kind"] == "message"]
    assert (said, shown["owner"]["agent_id"]) == ([first["text"]], "runa")


async def deliver(front: Front) -> None:
    """A webhook that is told what is sent, with its text."""
    async with front.database.tenant(TENANT) as conn:
        await conn.execute(
            """insert into webhooks (tenant_id, webhook_id, url, description, events, include_text, secrets,
                 cursor_xact, cursor_event, created_at)
               values (%s, 'wh_1', 'x', '', '{message.sent}', true, 'x', pg_current_xact_id(), 0, now())""",
            [TENANT],
        )


@pytest.mark.parametrize("channel", ["web", "fax"])
async def test_nobody_is_written_to_where_they_cannot_be_reached(
    front: Front, runa: Browser, channel: str
) -> None:
    customer = await known(front, "Tor Quiet")
    await verified(front, customer, "web")
    first = {"channel": channel, "message_id": "m-2", "text": "Hello"}
    assert (await runa.call("POST", f"{URL}/{customer}/conversations", first))[0] == 409


async def test_each_right_is_asked_for(front: Front, runa: Browser) -> None:
    customer = await known(front, "Liv Right")
    reader = await give_key(front, "reader", ("customers:read",))
    nobody = await give_key(front, "nobody", ("agents:read",))
    assert (await front.call("GET", URL, key=nobody))[0] == 403
    change = {"version": 1, "name": "X"}
    assert (await front.call("PATCH", f"{URL}/{customer}", change, key=reader))[0] == 403
    for path in (f"{customer}/block", f"{customer}/merge", "merges/x/undo"):
        assert (await runa.call("POST", f"{URL}/{path}", {"other": "x"}))[0] == 403
    assert (await runa.call("GET", f"{URL}/{customer}/export"))[0] == 403
