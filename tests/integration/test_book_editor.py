"""The rule book from the console: checked at the right line, published once, taken back, compared."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from app.audit.router import build_router as audit_router
from app.auth.caller import AgentCaller
from app.auth.roles import Role
from app.db import Database
from app.privacy.vault import Vault
from app.problems import speak_problems
from app.rooms import include_designer
from app.rulebooks import BookShelf
from app.rulebooks.archive import BookArchive
from app.rulebooks.editing import repository_diffs
from app.rulebooks.editing.diffs import Diffs
from app.rulebooks.keeper import BookKeeper, KeeperDeps
from app.turns.hub import Hub
from guardrails.build import build_rails
from tests.unit.books.altered import LIBRARY, TOOLS

FLOWS, COMPANY = "flows/loans.yaml", "company.yaml"
RENAMED = ("assistant_name: Ada", "assistant_name: Grace")
TENANT = "acme"


@dataclass
class SignedIn:
    """Whoever asks is this person."""

    role: Role = "designer"

    async def caller(self, connection: Request) -> AgentCaller:
        """See `KnowsCallers`."""
        return AgentCaller(tenant_id=TENANT, agent_id="dora", name="Dora", role=self.role)


@dataclass
class Room:
    """A designer's browser, the folder behind it, and the book in force."""

    client: httpx.AsyncClient
    folder: Path
    keeper: BookKeeper
    who: SignedIn

    async def get(self, path: str) -> Any:
        """Read something."""
        answer = await self.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Ask for something."""
        answer = await self.client.post(f"/api/v1/book/{path}", json=body)
        return answer.status_code, answer.json()

    async def change(self, name: str, old: str, new: str) -> dict[str, Any]:
        """A change of one text in one file, as the editor sends it."""
        file = await self.get(f"book/file?name={name}")
        assert old in file["text"]
        return {"name": name, "text": file["text"].replace(old, new, 1), "was": file["fingerprint"]}

    async def publish(self, *changes: dict[str, Any], note: str = "") -> tuple[int, Any]:
        """Publish some changes."""
        return await self.post("publish", {"changes": list(changes), "note": note})


@pytest.fixture(scope="module")
async def room(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    folder = tmp_path_factory.mktemp("designer") / "book"
    shutil.copytree(LIBRARY, folder)
    opened = Database(database, most=4)
    await opened.open()
    keeper = await _keeper(opened, folder)
    app, who = FastAPI(), SignedIn()
    speak_problems(app)
    app.state.authenticator = who
    vault = Vault({1: b"k" * 32})
    include_designer(app, opened, vault, keeper, lambda: datetime.now(UTC))
    app.include_router(audit_router(opened, vault))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield Room(client=client, folder=folder, keeper=keeper, who=who)
    await keeper.close()
    await opened.close()


async def _keeper(database: Database, folder: Path) -> BookKeeper:
    archive = BookArchive(database, TOOLS)
    shelf = BookShelf.load(folder, TOOLS)
    shelf.archive = archive
    deps = KeeperDeps(
        folder=folder,
        tenant_id=TENANT,
        tools=TOOLS,
        shelf=shelf,
        archive=archive,
        signals=Hub(),
        clock=lambda: datetime.now(UTC),
        build_rails=build_rails,
        taken=lambda book: None,
        look_every_s=0,
    )
    keeper = BookKeeper(deps)
    await keeper.open()
    return keeper


async def test_a_misspelt_slot_is_told_at_its_line_and_column_with_what_was_meant(room: Room) -> None:
    wrong = await room.change(FLOWS, "loan_id: slots.loan_id}", "loan_id: slots.lone_id}")
    status, report = await room.post("check", {"changes": [wrong]})

    lines = wrong["text"].splitlines()
    problem = report["problems"][0]
    assert (status, report["passed"], problem["file"]) == (200, False, FLOWS)
    assert "lone_id" in lines[problem["line"] - 1][problem["column"] - 1 :]
    assert "loan_id" in problem["hint"]
    assert (room.folder / FLOWS).read_text("utf-8") != wrong["text"]


async def test_a_passing_draft_is_drawn(room: Room) -> None:
    draft = await room.change(FLOWS, "- say: reserved", "- hand_over: reserved")
    _, report = await room.post("check", {"changes": [draft]})

    assert (report["passed"], report["changed"], report["conflicts"]) == (True, [FLOWS], [])
    flow = next(one for one in report["flows"] if one["flow"] == "extend")
    assert "person" in {node["kind"] for node in flow["nodes"]}


async def test_a_published_change_is_in_force_and_recorded_and_can_be_taken_back(room: Room) -> None:
    first = room.keeper.state.version
    status, done = await room.publish(await room.change(COMPANY, *RENAMED), note="a better name")

    assert (status, done["in_force"], done["before"]) == (200, True, first)
    assert room.keeper.book.assistant_name == "Grace"
    newest = (await room.get("book/versions"))["items"][0]
    assert (newest["version"], newest["in_force"], newest["note"]) == (done["version"], True, "a better name")
    differences = (await room.get(f"book/versions/{first}"))["items"]
    assert [one["name"] for one in differences] == [COMPANY]

    status, back = await room.post(f"versions/{first}/restore", {"note": "too early"})
    assert (status, back["version"], room.keeper.book.assistant_name) == (200, first, "Ada")
    room.who.role = "admin"
    lines = (await room.get("admin/audit?subject=book"))["items"]
    room.who.role = "designer"
    assert [(line["action"], line["detail"]["files"]) for line in lines[:2]] == [
        ("book.restored", [COMPANY]),
        ("book.published", [COMPANY]),
    ]


async def test_a_draft_with_a_problem_is_not_written(room: Room) -> None:
    before = (room.folder / COMPANY).read_bytes()
    status, problem = await room.publish(await room.change(COMPANY, "currency: GBP", "currency: pounds"))

    assert (status, problem["type"]) == (422, "/problems/book-invalid")
    assert problem["problems"][0]["file"] == COMPANY
    assert (room.folder / COMPANY).read_bytes() == before


async def test_of_two_designers_who_change_one_file_the_second_is_told_and_loses_nothing(room: Room) -> None:
    mine = await room.change(COMPANY, *RENAMED)
    theirs = await room.change(COMPANY, "Harbour Library", "Harbour Books")
    answers = await asyncio.gather(room.publish(mine), room.publish(theirs))

    assert sorted(status for status, _ in answers) == [200, 409]
    late = mine if answers[0][0] == 409 else theirs
    problem = next(answer for status, answer in answers if status == 409)
    assert (problem["type"], problem["files"]) == ("/problems/changed-meanwhile", [COMPANY])
    _, report = await room.post("check", {"changes": [late]})
    assert report["conflicts"] == [COMPANY]


async def test_two_designers_who_change_different_files_both_publish(room: Room) -> None:
    name = "Extending a loan"
    mine = await room.change(FLOWS, "Keeping a book longer", name)
    theirs = await room.change("intents/all.yaml", "[keep my book", "[longer for my lamp, keep my book")
    answers = await asyncio.gather(room.publish(mine), room.publish(theirs))

    assert [status for status, _ in answers] == [200, 200], answers
    assert room.keeper.book.flows["extend"].description == name
    assert "longer for my lamp" in (room.folder / "intents/all.yaml").read_text("utf-8")
    assert str(room.keeper.book.version) == (await room.get("book"))["version"]


async def test_a_draft_is_compared_over_recorded_conversations_with_a_report(room: Room) -> None:
    draft = await room.change(FLOWS, "- say: reserved", "- hand_over: reserved")
    status, diff = await room.post("diffs", {"changes": [draft]})
    assert status == 202
    async with asyncio.timeout(60):
        while (found := await room.get(f"book/diffs/{diff['diff_id']}"))["state"] == "running":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (found["state"], found["result"]["changed"]) == ("done", 0)
    page = await room.client.get(f"/api/v1/book/diffs/{diff['diff_id']}/report")
    assert found["result"]["headline"] in page.text
    assert "sandbox" in page.headers["content-security-policy"]


async def test_a_comparison_outlives_its_engine_and_one_that_was_cut_off_is_said_to_have_failed(
    room: Room, database: str
) -> None:
    opened = Database(database, most=2)
    await opened.open()
    clock = [datetime.now(UTC)]
    another = Diffs(database=opened, vault=Vault({1: b"k" * 32}), tools=TOOLS, clock=lambda: clock[0])
    async with opened.tenant(TENANT) as conn:
        done = await (await conn.execute("select diff_id from book_diffs where state = 'done'")).fetchone()
        await repository_diffs.add(conn, TENANT, "dif_cut", "b-new", clock[0], 8)
        stored = await (
            await conn.execute("select page, told from book_diffs where state = 'done'")
        ).fetchone()
    assert done is not None
    assert stored is not None
    assert not any(b"headline" in part or b"<html" in part for part in stored)

    found, page = await another.find(TENANT, done[0]), await another.page(TENANT, done[0])
    assert found is not None
    assert (found.state, str(found.told and found.told["headline"]) in str(page)) == ("done", True)
    running = await another.find(TENANT, "dif_cut")
    assert running is not None
    assert running.state == "running"
    clock[0] += timedelta(seconds=61)
    cut = await another.find(TENANT, "dif_cut")
    assert cut is not None
    assert cut.state == "failed"
    assert await another.find("another", done[0]) is None
    async with opened.tenant(TENANT) as conn:
        for number in range(8):
            at = clock[0] + timedelta(seconds=number)
            await repository_diffs.add(conn, TENANT, f"dif_{number}", f"b{number}", at, 8)
    assert await another.find(TENANT, "dif_cut") is None
    assert await another.find(TENANT, "dif_7") is not None
    await opened.close()


async def test_flows_in_force_are_drawn_with_who_is_in_them(room: Room) -> None:
    standing = await room.get("book/flows")
    assert {flow["flow"] for flow in standing["flows"]} == {"extend", "person"}
    assert (standing["steps"], standing["older"], standing["deciding"]) == ({}, {}, {})


@pytest.mark.parametrize("name", ["../company.yaml", "company.txt"])
async def test_a_name_outside_the_book_is_refused(room: Room, name: str) -> None:
    status, problem = await room.publish({"name": name, "text": "a: 1", "was": None})
    assert (status, problem["errors"][0]["field"]) == (422, "changes.0.name")


@pytest.mark.parametrize("role", ["agent", "supervisor", "evaluator"])
async def test_only_designers_check_publish_and_take_back(room: Room, role: Role) -> None:
    room.who.role = role
    asked = {"changes": [], "note": ""}
    for path in ("check", "publish", "diffs"):
        assert (await room.post(path, asked))[0] == 403
    assert (await room.post("versions/x/restore", {"note": ""}))[0] == 403
    await room.get("book")
    room.who.role = "designer"


async def test_a_folder_that_cannot_be_written_is_said(room: Room) -> None:
    room.folder.rename(room.folder.with_name("away"))
    status, problem = await room.publish()
    room.folder.with_name("away").rename(room.folder)
    assert (status, problem["type"]) == (409, "/problems/book-not-writable")
