"""Time travel over a real database: from stored checkpoints, over HTTP, leaving no trace."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import orjson
import pytest
from fastapi import FastAPI

from app.auth.caller import AgentCaller
from app.auth.roles import Role
from app.console.why import TurnFacts, told
from app.forks.router import build_router
from app.forks.sandbox import Live
from app.forks.service import Forks
from app.forks.stages import Stages
from app.problems import speak_problems
from app.rulebooks import tool_shapes
from app.rulebooks.archive import BookArchive
from app.rulebooks.files import read_files
from tests.chaos.inbox import TENANT, Inbox, open_inbox
from tests.fakes.company import Books
from tests.integration.front import serving
from tests.recorded import record
from tests.talk import BOOK, Talk, registry_over, shelf

COUNTED = (
    "entries",
    "turns",
    "checkpoints",
    "inbox",
    "events",
    "actions",
    "outbox",
    "conversations",
    "tool_journal",
)


class OneRole:
    """Everybody who calls has one role."""

    def __init__(self) -> None:
        self.role: Role = "supervisor"

    async def caller(self, connection: object) -> AgentCaller:
        return AgentCaller(tenant_id=TENANT, agent_id="tove", name="Tove", role=self.role)

    async def keep_in_sight(self, caller: object, conversation_id: str) -> None:
        """Supervisors see everything."""


class Sandboxes:
    """The route over a store of recorded conversations."""

    def __init__(self, inbox: Inbox, url: str, session: aiohttp.ClientSession, who: OneRole) -> None:
        self.inbox, self.url, self.session, self.who = inbox, url, session, who

    async def fork(
        self, conversation: str, seq: int, body: Mapping[str, Any], thread: str = ""
    ) -> tuple[int, Any]:
        at = f"{self.url}/api/v1/conversations/{conversation}/turns/{seq}/fork"
        asked = {"thread": thread} if thread else {}
        async with self.session.post(at, json=body, params=asked) as answer:
            return answer.status, await answer.json(content_type=None)

    async def counts(self) -> dict[str, int]:
        async with self.inbox.database.tenant(TENANT) as conn:
            found = {}
            for table in COUNTED:
                row = await (await conn.execute(f"select count(*) from {table}")).fetchone()
                found[table] = row[0] if row else 0
            return found


@pytest.fixture(scope="module")
async def sandboxes(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandboxes]:
    async with (
        open_inbox(database, tmp_path_factory.mktemp("keys")) as inbox,
        aiohttp.ClientSession() as session,
    ):
        tools = tool_shapes(registry_over(Books()))
        archive = BookArchive(inbox.database, tools)
        await archive.put_in_force(TENANT, shelf().book.version, read_files(BOOK), inbox.clock())
        desk, app, who = Talk().desk, FastAPI(), OneRole()
        live = Live(interpreter=desk.interpreter, knowledge=desk.knowledge)
        forks = Forks(inbox.database, inbox.vault, Stages(shelf(), archive, tools), live)
        speak_problems(app)
        app.state.authenticator = who
        app.include_router(build_router(forks))
        async with serving(app) as url:
            yield Sandboxes(inbox, url, session, who)


async def test_a_fork_goes_on_from_what_was_stored_and_leaves_nothing_behind(sandboxes: Sandboxes) -> None:
    conversation = await record(sandboxes.inbox, ("please cancel my order", "1090", "no"), "C-f1")
    before = await sandboxes.counts()

    status, same = await sandboxes.fork(conversation, 3, {})
    assert status == 200, same
    assert [step["differs"] for step in same["steps"]] == [[]]
    assert same["was_book"] == same["would_book"] == shelf().book.version

    status, other = await sandboxes.fork(conversation, 3, {"message": "yes"})
    assert status == 200, other
    step = other["steps"][0]
    assert (step["happened"], step["instead"]) == ("no", "yes")
    assert step["would"]["call"].startswith("would call cancel_order(")
    assert other["why"]["replies"]
    assert other["why"]["ms"] is None

    assert await sandboxes.counts() == before


async def test_every_turn_of_a_conversation_and_of_its_actions_is_listed_in_its_order(
    sandboxes: Sandboxes,
) -> None:
    conversation = await record(sandboxes.inbox, ("please cancel order 1090", "yes"), "C-f5")
    async with sandboxes.session.get(f"{sandboxes.url}/api/v1/conversations/{conversation}/turns") as answer:
        turns = (await answer.json())["items"]
    assert [(turn["seq"], turn["why"]) for turn in turns if turn["thread_id"] == conversation] == [
        (1, "message"),
        (2, "message"),
    ]
    assert any(turn["why"] == "start" and turn["thread_id"] != conversation for turn in turns)
    assert [turn["at"] for turn in turns] == sorted(turn["at"] for turn in turns)


async def test_an_effect_that_was_made_is_answered_from_the_recording_and_not_made_again(
    sandboxes: Sandboxes,
) -> None:
    conversation = await record(sandboxes.inbox, ("I want my money back for 1042", "yes", "!accept"), "C-f6")
    async with sandboxes.session.get(f"{sandboxes.url}/api/v1/conversations/{conversation}/turns") as answer:
        turns = (await answer.json())["items"]
    decided = next(turn for turn in turns if turn["why"] == "decision")
    before = await sandboxes.counts()

    status, found = await sandboxes.fork(conversation, decided["seq"], {}, decided["thread_id"])

    assert status == 200, found
    step = found["steps"][0]
    assert step["differs"] == []
    assert step["would"]["call"] is None
    assert step["would"]["reply"]
    assert await sandboxes.counts() == before


async def test_a_slot_is_changed_where_something_was_remembered(sandboxes: Sandboxes) -> None:
    conversation = await record(sandboxes.inbox, ("please cancel my order", "1090"), "C-f2")

    status, found = await sandboxes.fork(conversation, 2, {"slots": {"order_id": "1042"}})
    assert status == 200, found
    assert isinstance(found["slots"], dict)

    status, problem = await sandboxes.fork(conversation, 1, {"slots": {"order_id": "1042"}})
    assert (status, problem["errors"][0]["field"]) == (422, "slots")


async def test_a_book_that_nobody_published_is_tried_and_a_broken_one_is_refused_at_its_line(
    sandboxes: Sandboxes,
) -> None:
    conversation = await record(sandboxes.inbox, ("I want my money back for 1042", "yes"), "C-f3")
    actions = (BOOK / "actions.yaml").read_text("utf-8")
    easier = actions.replace("args.amount > 100\n", "args.amount > 200\n")
    assert easier != actions

    status, found = await sandboxes.fork(conversation, 1, {"book": {"files": {"actions.yaml": easier}}})
    assert status == 200, found
    assert found["would_book"] != found["was_book"]
    assert any("approval" in step["differs"] for step in found["steps"])

    broken = {"book": {"files": {"actions.yaml": "actions: [\n"}}}
    status, problem = await sandboxes.fork(conversation, 1, broken)
    assert (status, problem["type"]) == (422, "/problems/book-invalid")
    assert problem["problems"][0]["file"] == "actions.yaml"


async def test_what_cannot_be_forked_is_refused_with_the_field(sandboxes: Sandboxes) -> None:
    conversation = await record(sandboxes.inbox, ("I want my money back for 1042", "yes"), "C-f4")
    async with sandboxes.inbox.database.tenant(TENANT) as conn:
        found = await conn.execute(
            "select thread_id from threads where conversation_id = %s and kind = 'action'", [conversation]
        )
        (action,) = await found.fetchone() or ("",)
    refusals = {
        (conversation, 99, ""): ({}, 404, None),
        ("cnv_none", 1, ""): ({}, 404, None),
        (conversation, 1, ""): ({"book": {"version": "no-such-version"}}, 422, "book.version"),
        (conversation, 2, ""): ({"message": ""}, 422, "message"),
        (conversation, 1, action): ({"message": "hello"}, 422, "message"),
    }
    for (name, seq, thread), (body, expected, field) in refusals.items():
        status, problem = await sandboxes.fork(name, seq, body, thread)
        assert status == expected, problem
        assert field is None or problem["errors"][0]["field"] == field


async def test_why_tells_what_the_systems_answered_and_hides_the_customer_from_who_may_not_see_one(
    sandboxes: Sandboxes,
) -> None:
    heard = {
        "reads": [
            [
                "orders",
                {"id": "1"},
                "Succeeded",
                {"result": {"email": "m@example.com", "total": 5, "api_token": "x1"}, "ms": 1},
            ]
        ],
        "effects": [["effect", "refund", {"amount": 5}, "Refused", {"reason": "too late", "ms": 2}]],
    }
    trace = {
        "tools": [
            {"name": "orders", "args": {"id": "1"}, "outcome": "succeeded", "ms": 1.0},
            {"name": "refund", "args": {"amount": 5}, "outcome": "refused", "ms": 2.0},
        ],
        "recording": {"heard": heard},
    }
    facts = TurnFacts(
        seq=1, thread_id="t", why="message", at=sandboxes.inbox.clock(), ms=1, cpu_ms=1, book_version="b"
    )
    seen = orjson.loads(told(trace, facts).model_dump_json())["tools"]
    assert seen[0]["result"] == {"email": "m@example.com", "total": 5, "api_token": "•••"}
    assert (seen[1]["kind"], seen[1]["result"]) == ("effect", {"reason": "too late"})
    masked = told(trace, facts, masked=True).tools
    assert masked[0]["result"] == {"email": "•••", "total": 5, "api_token": "•••"}
