"""The agent's workspace: notes, tags, snoozes, what is unread, kept texts, and the search."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from app.auth.authenticate import Authenticator
from app.console.deps import ConsoleDeps
from app.conversations.repository import last_entries
from app.gateway.chat_frames import entry_shown
from app.problems import speak_problems
from app.search.indexing import SearchIndex
from app.workspace import canned_router
from app.workspace.snoozes import DueSnoozes
from tests.integration.front import TENANT, Browser, Front, hire, open_front, read_orders, serving


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def runa(front: Front) -> AsyncIterator[Browser]:
    browser = await front.sign_in("runa")
    yield browser
    await browser.session.close()


@pytest.fixture(scope="module")
async def nils(front: Front) -> AsyncIterator[Browser]:
    browser = await front.sign_in("nils")
    yield browser
    await browser.session.close()


@pytest.fixture(scope="module")
async def tove(front: Front) -> AsyncIterator[Browser]:
    browser = await front.sign_in("tove")
    yield browser
    await browser.session.close()


async def said(front: Front, text: str, **who: Any) -> str:
    """Let a customer write, and the scripted assistant take it in without a word."""
    conversation = await front.says(text, **who)
    await front.answers(conversation)
    return conversation


async def row_of(browser: Browser, conversation: str, status: str = "") -> dict[str, Any] | None:
    code, page = await browser.call("GET", f"/api/v1/conversations?status={status}&limit=200")
    assert code == 200, page
    return next((row for row in page["items"] if row["conversation_id"] == conversation), None)


async def indexed(front: Front) -> None:
    index = SearchIndex(front.database, front.vault)
    for _ in range(3):
        await index.catch_up(TENANT)


async def found(browser: Browser, **asked: str) -> list[str]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    code, page = await browser.call("GET", f"/api/v1/search?{query}")
    assert code == 200, page
    return [row["conversation_id"] for row in page["items"]]


async def test_a_note_stands_in_the_timeline_and_tells_whom_it_names(
    front: Front, runa: Browser, nils: Browser
) -> None:
    conversation = await said(front, "The lamp is cracked")
    note = {"text": "@Nils do we have glass in stock?", "mentions": ["nils"]}

    code, entry = await runa.call("POST", f"/api/v1/conversations/{conversation}/notes", note)

    assert code == 201
    assert (entry["kind"], entry["direction"], entry["sender_name"]) == ("note", "internal", "Runa")
    assert entry["mentions"] == {"nils": "Nils"}
    assert await row_of(nils, conversation, "mentions") is not None
    assert await row_of(runa, conversation, "mentions") is None
    read = {"entry_no": entry["entry_no"]}
    await nils.call("POST", f"/api/v1/conversations/{conversation}/read", read)
    assert await row_of(nils, conversation, "mentions") is None


async def test_a_note_that_names_a_stranger_is_not_written(front: Front, runa: Browser) -> None:
    conversation = await said(front, "Hello", customer="C-stranger")
    note = {"text": "@Nobody look", "mentions": ["nobody"]}

    code, problem = await runa.call("POST", f"/api/v1/conversations/{conversation}/notes", note)

    assert (code, problem["type"]) == (422, "/problems/wrong-fields")
    _, shown = await runa.call("GET", f"/api/v1/conversations/{conversation}")
    assert [e["kind"] for e in shown["timeline"]] == ["message"]


async def test_the_customer_never_reads_a_note(front: Front, runa: Browser) -> None:
    conversation = await said(front, "Hello", customer="C-note")
    await runa.call("POST", f"/api/v1/conversations/{conversation}/notes", {"text": "Be careful here."})

    _, answer = await front.call("GET", f"/api/v1/conversations/{conversation}")
    async with front.database.tenant(TENANT) as conn:
        entries = await last_entries(conn, front.vault, TENANT, conversation, 10)
    assert [e.text for e in entries if entry_shown(e)] == ["Hello"]
    assert answer["timeline"][-1]["text"] == "Be careful here."


async def test_tags_are_a_set_and_the_last_writer_says_which(front: Front, runa: Browser) -> None:
    conversation = await said(front, "The lamp is cracked")
    address = f"/api/v1/conversations/{conversation}/tags"

    await runa.call("PUT", address, {"tags": ["Lamp", "damage", "lamp"]})
    _, kept = await runa.call("PUT", address, {"tags": ["lamp", "glass"]})

    assert kept == {"tags": ["glass", "lamp"]}
    row = await row_of(runa, conversation)
    assert row is not None
    assert row["tags"] == ["glass", "lamp"]
    _, known = await runa.call("GET", "/api/v1/tags")
    assert {"tag": "lamp", "count": 1} in known["items"]
    code, problem = await runa.call("PUT", address, {"tags": ["<b>"]})
    assert (code, problem["errors"][0]["field"]) == (422, "tags.0")


async def test_a_snoozed_conversation_returns_at_its_time(front: Front, runa: Browser) -> None:
    conversation = await said(front, "Call me on Monday", customer="C-snooze")
    await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    until = (front.clock() + timedelta(hours=2)).isoformat()
    due = DueSnoozes(front.database, front.vault, front.hub, front.clock)

    code, _ = await runa.call("PUT", f"/api/v1/conversations/{conversation}/snooze", {"until": until})
    assert code == 200
    assert await row_of(runa, conversation, "mine") is None
    assert await row_of(runa, conversation, "snoozed") is not None
    assert await due.return_due(TENANT) == 0
    front.clock.ahead = timedelta(hours=3)
    try:
        assert await due.return_due(TENANT) == 1
        row = await row_of(runa, conversation, "mine")
    finally:
        front.clock.ahead = timedelta()
    assert row is not None
    assert row["snoozed_until"] is None


async def test_the_customer_s_message_ends_a_snooze_at_once(front: Front, runa: Browser) -> None:
    conversation = await said(front, "First", customer="C-wake", sender="wake")
    await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    until = (front.clock() + timedelta(hours=2)).isoformat()
    await runa.call("PUT", f"/api/v1/conversations/{conversation}/snooze", {"until": until})
    assert await row_of(runa, conversation, "mine") is None

    await said(front, "Second", customer="C-wake", sender="wake")

    assert await row_of(runa, conversation, "mine") is not None


async def test_a_snooze_into_the_past_is_refused(front: Front, runa: Browser) -> None:
    conversation = await said(front, "Hello")

    code, problem = await runa.call(
        "PUT", f"/api/v1/conversations/{conversation}/snooze", {"until": "2020-01-01T00:00:00Z"}
    )

    assert (code, problem["errors"][0]["field"]) == (422, "until")


async def test_what_one_has_not_seen_is_counted_for_oneself_alone(
    front: Front, runa: Browser, nils: Browser
) -> None:
    conversation = await said(front, "One", customer="C-read", sender="read")
    await said(front, "Two", customer="C-read", sender="read")
    await runa.call("POST", f"/api/v1/conversations/{conversation}/read", {"entry_no": 1})

    mine, theirs = await row_of(runa, conversation), await row_of(nils, conversation)

    assert mine is not None
    assert theirs is not None
    assert (mine["unread"], theirs["unread"]) == (1, 2)


async def test_a_long_conversation_comes_from_its_end_and_older_lines_on_demand(
    front: Front, runa: Browser
) -> None:
    conversation = await said(front, "line 1", customer="C-long", sender="long")
    for number in range(2, 8):
        await said(front, f"line {number}", customer="C-long", sender="long")

    _, shown = await runa.call("GET", f"/api/v1/conversations/{conversation}?lines=3")
    _, older = await runa.call(
        "GET",
        f"/api/v1/conversations/{conversation}/entries?before={shown['timeline'][0]['entry_no']}&limit=2",
    )
    _, oldest = await runa.call(
        "GET", f"/api/v1/conversations/{conversation}/entries?before={older['items'][0]['entry_no']}"
    )

    assert [e["text"] for e in shown["timeline"]] == ["line 5", "line 6", "line 7"]
    assert [e["text"] for e in older["items"]] == ["line 3", "line 4"]
    assert [e["text"] for e in oldest["items"]] == ["line 1", "line 2"]
    assert (shown["earlier"], older["earlier"], oldest["earlier"]) == (True, True, False)


async def test_words_find_a_conversation_by_their_beginnings_and_with_the_customer_s_name(
    front: Front, runa: Browser
) -> None:
    conversation = await said(front, "My Ostra pendant arrived with a crack, I want it refunded")
    await indexed(front)

    assert conversation in await found(runa, q="refun+ostra")
    assert conversation in await found(runa, q="marta+PENDANT")
    assert conversation not in await found(runa, q="ostra+chair")


async def test_a_search_shows_the_line_and_follows_its_filters(front: Front, runa: Browser) -> None:
    conversation = await said(front, "The zylophone stand wobbles", customer="C-filter")
    await runa.call("PUT", f"/api/v1/conversations/{conversation}/tags", {"tags": ["wobble"]})
    await indexed(front)

    _, page = await runa.call("GET", "/api/v1/search?q=zylophone")

    assert page["items"][0]["line"]["text"] == "The zylophone stand wobbles"
    assert await found(runa, q="zylophone", tag="wobble", channel="web") == [conversation]
    assert await found(runa, q="zylophone", channel="email") == []
    assert await found(runa, q="zylophone", status="resolved") == []
    assert await found(runa, q="zylophone", since="2999-01-01T00:00:00Z") == []
    assert await found(runa, tag="wobble") == [conversation]


async def test_an_agent_finds_own_and_free_conversations_a_supervisor_all(
    front: Front, runa: Browser, nils: Browser, tove: Browser
) -> None:
    conversation = await said(front, "quixotic armchair", customer="C-sight")
    await indexed(front)
    assert await found(nils, q="quixotic") == [conversation]

    await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")

    assert await found(runa, q="quixotic") == [conversation]
    assert await found(nils, q="quixotic") == []
    assert await found(tove, q="quixotic") == [conversation]


async def test_what_was_said_before_the_index_began_is_found_too(front: Front, runa: Browser) -> None:
    conversation = await said(front, "antediluvian cupboard", customer="C-old")
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("delete from search_lines")
        await conn.execute("delete from search_progress")

    await indexed(front)

    assert await found(runa, q="antediluvian") == [conversation]


async def test_the_index_holds_no_word_in_clear(front: Front) -> None:
    await said(front, "mellifluous teapot", customer="C-clear")
    await indexed(front)

    async with front.database.tenant(TENANT) as conn:
        rows = await (await conn.execute("select s::text from search_lines s")).fetchall()

    assert rows
    assert not any("mellif" in row[0] for row in rows)


async def test_a_canned_reply_is_kept_until_it_is_taken_away(
    front: Front, runa: Browser, nils: Browser
) -> None:
    address = "/api/v1/canned-replies/sorry-wait"
    await runa.call("PUT", address, {"text": "Sorry for the wait, {customer.first_name}."})

    _, listed = await nils.call("GET", "/api/v1/canned-replies")

    assert [(one["name"], one["updated_by"]) for one in listed["items"]] == [("sorry-wait", "Runa")]
    assert (await nils.call("DELETE", address))[0] == 204
    assert (await nils.call("DELETE", address))[0] == 404
    assert (await nils.call("PUT", "/api/v1/canned-replies/No Spaces", {"text": "x"}))[0] == 422


async def test_the_books_canned_replies_are_there_and_a_company_says_them_otherwise(
    front: Front, runa: Browser
) -> None:
    console = ConsoleDeps(
        tenants=front.database,
        vault=front.vault,
        hub=front.hub,
        clock=front.clock,
        handoff=front.handoff,
        read_tool=read_orders,
    )
    app = FastAPI()
    speak_problems(app)
    app.state.authenticator = Authenticator(front.database, front.vault, front.clock)
    app.include_router(canned_router.build_router(console, lambda tenant: {"bye": "Goodbye."}))
    async with serving(app) as url:
        browser = Browser(replace(front, url=url), runa.session)
        path = "/api/v1/canned-replies"

        async def listed() -> list[tuple[str, str]]:
            _, found = await browser.call("GET", path)
            return [(one["text"], one["source"]) for one in found["items"] if one["name"] == "bye"]

        assert await listed() == [("Goodbye.", "book")]
        status, problem = await browser.call("DELETE", f"{path}/bye")
        assert (status, problem["type"]) == (409, "/problems/in-the-book")
        await browser.call("PUT", f"{path}/bye", {"text": "So long."})
        assert await listed() == [("So long.", "changed")]
        assert (await browser.call("DELETE", f"{path}/bye"))[0] == 204
        assert await listed() == [("Goodbye.", "book")]


async def test_a_view_is_seen_by_colleagues_only_when_it_is_shared(
    front: Front, runa: Browser, nils: Browser
) -> None:
    own = {"name": "Cracked", "query": {"q": "crack"}}
    _, kept = await runa.call("POST", "/api/v1/views", own)
    _, shared = await runa.call("POST", "/api/v1/views", {**own, "name": "Everybody's", "shared": True})

    _, theirs = await nils.call("GET", "/api/v1/views")

    assert [(one["name"], one["mine"]) for one in theirs["items"]] == [("Everybody's", False)]
    assert (await nils.call("DELETE", f"/api/v1/views/{shared['view_id']}"))[0] == 404
    assert (await runa.call("DELETE", f"/api/v1/views/{kept['view_id']}"))[0] == 204


async def test_who_may_only_read_adds_nothing(front: Front) -> None:
    await hire(front, "ella", "evaluator")
    ella = await front.sign_in("ella")
    conversation = await said(front, "Hello")

    code, problem = await ella.call("POST", f"/api/v1/conversations/{conversation}/notes", {"text": "x"})

    assert (code, problem["type"]) == (403, "/problems/not-allowed")
    await ella.session.close()


async def test_an_agent_s_words_carry_the_source_they_quote(front: Front, runa: Browser) -> None:
    conversation = await said(front, "How long do I have?", customer="C-quote")
    await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    source = {"number": 1, "title": "Returns", "heading": "How long", "url": "/help/returns#how-long"}
    message = {"message_id": "m-1", "text": "You have 30 days.[1]", "citations": [source]}
    address = f"/api/v1/agents/runa/conversations/{conversation}/messages"

    code, entry = await runa.call("POST", address, message)
    elsewhere = {**message, "message_id": "m-2", "citations": [{**source, "url": "https://evil.example/"}]}
    refused, problem = await runa.call("POST", address, elsewhere)

    assert (code, entry["citations"]) == (201, [source])
    assert (refused, problem["errors"][0]["field"]) == (422, "citations.0.url")


async def test_a_colleague_s_conversation_is_not_tagged_noted_or_put_aside(
    front: Front, runa: Browser, nils: Browser
) -> None:
    conversation = await said(front, "Hello", customer="C-colleague")
    await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    address = f"/api/v1/conversations/{conversation}"
    until = (front.clock() + timedelta(hours=2)).isoformat()

    refused = [
        await nils.call("POST", f"{address}/notes", {"text": "mine"}),
        await nils.call("PUT", f"{address}/tags", {"tags": ["mine"]}),
        await nils.call("PUT", f"{address}/snooze", {"until": until}),
        await nils.call("GET", f"{address}/entries?before=5"),
    ]

    assert {(code, problem["type"]) for code, problem in refused} == {(403, "/problems/with-a-colleague")}
    row = await row_of(runa, conversation, "mine")
    assert row is not None
    assert row["tags"] == []
