"""One customer over many channels: proved by codes and links, judged by people, on the real database."""

# Long because codes, links, candidates and the timeline are told of the same few people.

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from app.conversations.repository import KnownCustomer, store_customers
from tests.integration.front import TENANT, Front, give_key, open_front

CODES = "/api/v1/identity/codes"
LINKS = "/api/v1/identity/links"
CUSTOMERS = "/api/v1/customers"
FULL = (
    *("messages:write", "conversations:read", "conversations:act", "customers:read", "customers:manage"),
    *("agents:any", "audit:read"),
)


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        opened.key = await give_key(opened, "identities", FULL)
        yield opened


async def account(front: Front, **given: str) -> str:
    """A customer whom the company's records have; returns the company's own id."""
    external = f"C-{secrets.token_hex(4)}"
    told = {
        "name": "Marta",
        "email": f"{external}@example.com",
        "tier": "standard",
        "language": "en",
        **given,
    }
    async with front.database.tenant(TENANT) as conn:
        await store_customers(conn, front.vault, TENANT, [KnownCustomer(external_id=external, **told)])
    return external


async def writes(front: Front, channel: str, address: str, text: str = "Hello", **more: Any) -> str:
    """A message from an address on a channel; returns the conversation it came to."""
    message = {"channel": channel, "message_id": secrets.token_hex(8), "text": text, "address": address}
    status, stored = await front.call("POST", "/api/v1/messages", {**message, **more})
    assert status == 202, stored
    return str(stored["conversation_id"])


async def stranger(front: Front) -> str:
    """The conversation of somebody nobody knows."""
    return await writes(front, "web", secrets.token_hex(6))


async def owner(front: Front, conversation: str) -> str:
    async with front.database.tenant(TENANT) as conn:
        found = await conn.execute(
            "select customer_id from conversations where conversation_id = %s", [conversation]
        )
        row = await found.fetchone()
    assert row is not None
    return str(row[0])


async def ask(front: Front, conversation: str, contact: str) -> tuple[int, Any]:
    return await front.call("POST", CODES, {"conversation_id": conversation, "contact": contact})


async def give(front: Front, conversation: str, code_id: str, code: str) -> tuple[int, Any]:
    return await front.call("POST", f"{CODES}/{code_id}", {"conversation_id": conversation, "code": code})


async def prove(front: Front, conversation: str, contact: str) -> dict[str, Any]:
    """Ask for a code and give the one that arrived."""
    code_id, code = await sent(front, conversation, contact)
    status, proved = await give(front, conversation, code_id, code)
    assert status == 200, proved
    return dict(proved)


async def sent(front: Front, conversation: str, contact: str) -> tuple[str, str]:
    status, told = await ask(front, conversation, contact)
    assert status == 202, told
    return str(told["code_id"]), code_in(front, contact)


def code_in(front: Front, contact: str) -> str:
    """The code in the newest message to an address."""
    found = re.search(r"\d{6}", front.box.last_to(contact))
    assert found is not None
    return found.group()


async def view(front: Front, customer: str) -> dict[str, Any]:
    status, shown = await front.call("GET", f"{CUSTOMERS}/{customer}")
    assert status == 200, shown
    return dict(shown)


async def identities(front: Front, customer: str) -> dict[str, Any]:
    status, shown = await front.call("GET", f"{CUSTOMERS}/{customer}/identities")
    assert status == 200, shown
    return dict(shown)


async def timeline(front: Front, customer: str, **asked: Any) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    status, shown = await front.call("GET", f"{CUSTOMERS}/{customer}/timeline?{query}")
    assert status == 200, shown
    return dict(shown)


def fresh_email() -> str:
    return f"{secrets.token_hex(5)}@example.com"


def fresh_number() -> str:
    return f"+49170{secrets.randbelow(10**7):07}"


async def test_whoever_proves_the_email_of_an_account_is_that_customer(front: Front) -> None:
    external = await account(front)
    conversation = await stranger(front)
    before = await owner(front, conversation)

    proved = await prove(front, conversation, f"{external}@example.com".casefold())

    shown = await view(front, proved["customer_id"])
    _, told = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert shown["external_id"] == external
    assert proved["merged"] == [before]
    assert proved["verified"] is True
    assert any("***@example.com" in entry["text"] for entry in told["timeline"])


async def test_mail_from_a_proved_address_comes_to_the_same_conversation(front: Front) -> None:
    email, conversation = fresh_email(), await stranger(front)
    unproved = await writes(front, "email", fresh_email())
    await prove(front, conversation, email)

    by_mail = await writes(front, "email", email.upper(), "And by mail.")

    assert by_mail == conversation != unproved


async def test_a_proved_number_is_the_same_person_on_every_channel_that_carries_it(front: Front) -> None:
    number, conversation = fresh_number(), await stranger(front)
    await prove(front, conversation, number)

    by_sms = await writes(front, "sms", number)
    by_whatsapp = await writes(front, "whatsapp", number.removeprefix("+"))
    by_twilio = await writes(front, "twilio", f"whatsapp:{number}")

    assert {by_sms, by_whatsapp, by_twilio} == {conversation}


async def test_wrong_codes_are_counted_and_the_fifth_ends_the_code(front: Front) -> None:
    conversation = await stranger(front)
    code_id, code = await sent(front, conversation, fresh_email())
    wrong = f"{(int(code) + 1) % 10**6:06}"

    tries = [await give(front, conversation, code_id, wrong) for _ in range(5)]
    then = await give(front, conversation, code_id, code)

    assert [status for status, _ in tries] == [422] * 5
    assert "4 tries" in tries[0][1]["detail"]
    assert then[0] == 410


async def test_five_guesses_at_once_are_five_tries(front: Front) -> None:
    conversation = await stranger(front)
    code_id, code = await sent(front, conversation, fresh_email())
    wrong = f"{(int(code) + 1) % 10**6:06}"

    await asyncio.gather(*(give(front, conversation, code_id, wrong) for _ in range(12)))

    assert (await give(front, conversation, code_id, code))[0] == 410


async def test_a_code_counts_for_ten_minutes_once_and_only_in_its_conversation(front: Front) -> None:
    conversation, other = await stranger(front), await stranger(front)
    code_id, code = await sent(front, conversation, fresh_email())
    elsewhere = await give(front, other, code_id, code)
    first = await give(front, conversation, code_id, f"{code[:3]} {code[3:]}")
    again = await give(front, conversation, code_id, code)
    late_id, late = await sent(front, other, fresh_email())
    front.clock.ahead += timedelta(minutes=11)
    too_late = await give(front, other, late_id, late)

    assert [status for status, _ in (elsewhere, first, again, too_late)] == [410, 200, 410, 410]


async def test_codes_are_not_sent_without_end(front: Front) -> None:
    email = fresh_email()
    asked = [await ask(front, await stranger(front), email) for _ in range(4)]

    assert [status for status, _ in asked] == [202, 202, 202, 429]
    assert len([errand for errand in front.box.taken if errand.address == email]) == 3


async def test_a_code_that_cannot_be_sent_is_said_so(front: Front) -> None:
    front.box.shut = True
    status, problem = await ask(front, await stranger(front), fresh_email())
    front.box.shut = False
    nonsense, _ = await ask(front, await stranger(front), "0170 1234567")

    assert (status, problem["title"]) == (409, "The code could not be sent.")
    assert nonsense == 422


async def test_a_code_can_be_written_into_the_chat_and_is_not_kept_there(front: Front) -> None:
    conversation, email = await stranger(front), fresh_email()
    _, code = await sent(front, conversation, email)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for text, message_id in ((wrong, "one"), (f"{code[:3]} {code[3:]}", "two"), (code, "two")):
        await writes(front, "web", "x", text, conversation_id=conversation, message_id=message_id)
    await writes(front, "web", "x", "123456", conversation_id=conversation)

    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    lines = [entry["text"] for entry in shown["timeline"] if entry["kind"] != "event"]
    assert [line[:11] for line in lines] == ["••••••", "That is not", "••••••", "Thank you, "]
    assert (await identities(front, await owner(front, conversation)))["contacts"][0]["value"] == email
    claims = [await front.claim(conversation), await front.store.claim(thread_id=conversation)]
    assert claims[1] is None


async def test_an_agent_may_send_the_code_to_whom_they_speak_with(front: Front) -> None:
    conversation, runa = await stranger(front), await front.sign_in("runa")
    status, told = await runa.call("POST", CODES, {"conversation_id": conversation, "contact": fresh_email()})
    await runa.session.close()
    nobody, _ = await front.call(
        "POST", CODES, {"conversation_id": conversation, "contact": fresh_email()}, key=None
    )

    assert (status, nobody) == (202, 401)
    assert "***@example.com" in told["to"]


async def test_two_who_prove_the_same_email_at_once_are_one_customer(front: Front) -> None:
    email = fresh_email()
    conversations = [await stranger(front) for _ in range(3)]
    codes = [await sent(front, one, email) for one in conversations]

    await asyncio.gather(*(give(front, one, *code) for one, code in zip(conversations, codes, strict=True)))

    owners = {await owner(front, one) for one in conversations}
    assert len(owners) == 1
    assert (await identities(front, owners.pop()))["contacts"][0]["value"] == email


async def test_email_and_number_proved_at_once_make_three_customers_one(front: Front) -> None:
    email, number = fresh_email(), fresh_number()
    me, by_mail, by_sms = await stranger(front), await stranger(front), await stranger(front)
    await prove(front, by_mail, email)
    await prove(front, by_sms, number)
    one = await sent(front, me, email)
    same_person = await writes(front, "web", secrets.token_hex(6), conversation_id=me)
    two = await sent(front, by_sms, email)

    await asyncio.gather(give(front, same_person, *one), give(front, by_sms, *two))

    assert len({await owner(front, each) for each in (me, by_mail, by_sms)}) == 1


async def test_two_accounts_are_never_made_one_by_a_code_but_shown_to_people(front: Front) -> None:
    external, other = await account(front, name="Ana"), await account(front, name="Bo")
    mine = await writes(front, "web", secrets.token_hex(6), customer_id=external)

    proved = await prove(front, mine, f"{other}@example.com".casefold())

    shown = await identities(front, proved["customer_id"])
    assert proved["merged"] == []
    (candidate,) = shown["candidates"]
    assert candidate["customer_id"] in proved["candidates"]
    assert (candidate["name"], candidate["has_account"]) == ("Bo", True)
    assert "record" in {one["kind"] for one in candidate["evidence"]}


async def test_the_same_name_alone_links_nobody(front: Front) -> None:
    name = f"Same Name {secrets.token_hex(3)}"
    one = await account(front, name=name)
    await account(front, name=name)
    shared = fresh_email()
    alike = await account(front, name=name, email=shared)
    same_mail = await account(front, name=name, email=shared)
    found = [await customer_of(front, external) for external in (one, alike, same_mail)]

    assert (await identities(front, found[0]))["candidates"] == []
    (candidate,) = (await identities(front, found[1]))["candidates"]
    assert candidate["customer_id"] == found[2]
    assert [each["kind"] for each in candidate["evidence"]] == ["record", "name"]


async def customer_of(front: Front, external: str) -> str:
    _, found = await front.call("GET", f"{CUSTOMERS}?q={external}")
    return str(found["items"][0]["customer_id"])


async def test_customers_whom_a_person_keeps_apart_are_not_shown_again(front: Front) -> None:
    shared = fresh_email()
    one = await customer_of(front, await account(front, email=shared))
    other = await customer_of(front, await account(front, email=shared))
    before = (await identities(front, one))["candidates"]

    status, after = await front.call("POST", f"{CUSTOMERS}/{one}/apart", {"other": other})

    assert [each["customer_id"] for each in before] == [other]
    assert (status, after["candidates"]) == (200, [])
    assert (await identities(front, other))["candidates"] == []
    _, audit = await front.call("GET", "/api/v1/admin/audit")
    assert "customer.apart" in [line["action"] for line in audit["items"]]


async def test_a_merge_by_proof_is_in_the_audit_and_can_be_taken_back(front: Front) -> None:
    external = await account(front)
    conversation = await stranger(front)
    before = await owner(front, conversation)
    proved = await prove(front, conversation, f"{external}@example.com".casefold())
    _, audit = await front.call("GET", "/api/v1/admin/audit")
    (merge,) = (await view(front, proved["customer_id"]))["merged"]

    status, _ = await front.call("POST", f"{CUSTOMERS}/merges/{merge['merge_id']}/undo")

    assert any(
        line["action"] == "customer.merged" and line["detail"].get("because") == "proved the same email"
        for line in audit["items"]
    )
    assert status == 200
    assert await owner(front, conversation) == before


async def test_a_conversation_goes_on_by_sms_with_a_code(front: Front) -> None:
    conversation, number = await stranger(front), fresh_number()
    _, link = await front.call("POST", LINKS, {"conversation_id": conversation, "channel": "sms"})

    joined = await writes(front, "sms", number, f"Continue {link['code'].lower()}")
    then = await writes(front, "sms", number, "And where is it now?")

    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert joined == then == conversation
    notices = [entry for entry in shown["timeline"] if entry["kind"] == "notice"]
    assert [(entry["channel"], "go on here" in entry["text"]) for entry in notices] == [("sms", True)]


async def test_a_code_to_another_channel_counts_once_from_one_address(front: Front) -> None:
    conversation, number = await stranger(front), fresh_number()
    _, link = await front.call("POST", LINKS, {"conversation_id": conversation, "channel": "sms"})
    same = {"message_id": "the-same", "text": link["code"], "address": number, "channel": "sms"}
    first = await front.call("POST", "/api/v1/messages", same)
    again = await front.call("POST", "/api/v1/messages", same)
    elsewhere = await writes(front, "sms", fresh_number(), link["code"])
    by_mail = await writes(front, "email", fresh_email(), link["code"])

    assert first[1]["conversation_id"] == again[1]["conversation_id"] == conversation
    assert conversation not in (elsewhere, by_mail)


async def test_a_conversation_begun_by_mail_goes_on_in_the_widget_by_a_link(front: Front) -> None:
    conversation = await writes(front, "email", fresh_email(), "My lamp is broken.")
    asked = {"conversation_id": conversation, "channel": "web", "kind": "link"}
    _, link = await front.call("POST", LINKS, asked)
    other = await hello(front)
    welcome = await hello(front, link=link["code"], token=other["token"], last_entry_no=9)
    again = await hello(front, link=link["code"], token=welcome["token"])
    stranger_with_it = await hello(front, link=link["code"])

    assert welcome["conversation_id"] == again["conversation_id"] == conversation
    assert conversation not in (other["conversation_id"], stranger_with_it["conversation_id"])


async def hello(front: Front, **more: Any) -> dict[str, Any]:
    """Open the widget's socket, say hello, and return the welcome."""
    async with front.session.ws_connect(f"{front.url.replace('http', 'ws')}/ws/chat") as socket:
        await socket.send_str(orjson.dumps({"type": "hello", **more}).decode())
        return dict(orjson.loads((await socket.receive()).data))


async def test_one_timeline_holds_what_was_said_on_all_channels(front: Front) -> None:
    email, number = fresh_email(), fresh_number()
    conversation = await stranger(front)
    await prove(front, conversation, email)
    await prove(front, conversation, number)
    for channel, address in (("web", "x"), ("email", email), ("sms", number)):
        more = {"conversation_id": conversation} if channel == "web" else {}
        await writes(front, channel, address, f"by {channel}", **more)
    for _ in range(4):
        await front.answers(conversation, "Noted.")
    customer = await owner(front, conversation)

    pages: list[list[dict[str, Any]]] = []
    earlier = ""
    while not pages or earlier:
        page = await timeline(front, customer, limit=3, **({"before": earlier} if earlier else {}))
        pages.insert(0, page["items"])
        earlier = page["earlier"]
    lines = [line["entry"] for page in pages for line in page]

    said = [(line["channel"], line["text"]) for line in lines if line["sender"] == "customer"]
    assert [pair for pair in said if pair[1].startswith("by")] == [
        ("web", "by web"),
        ("email", "by email"),
        ("sms", "by sms"),
    ]
    assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)
