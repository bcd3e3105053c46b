"""The page on adding a tool, carried out as it is written."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

from app.commands.book import tools_and_faults
from app.declared import declared_tools
from policies.check import check
from policies.connection_schema import (
    ArgumentYaml,
    AuthYaml,
    ConnectionYaml,
    DeclaredToolYaml,
    FieldYaml,
    KeyYaml,
    LookUpYaml,
)
from policies.facts import Tools
from tests.fakes.journal import FakeJournal
from tests.fakes.tool import MARTA
from tests.peers.faults import serving
from tests.unit.books.altered import TOOLS, every_step
from tools.declared.keeping import Keeper
from tools.guarded import guarded_session
from tools.networks import read_networks
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import ActionKey, NotFound, Refused, Succeeded

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-add-a-tool.md").read_text("utf-8")
BLOCKS = re.findall(r"```(?:yaml|json)\n# (\S+)\n(.+?)```", PAGE, re.DOTALL)


def laid(folder: Path, change: Callable[[str], str] = str) -> Path:
    """A small book with the page's files laid into it."""
    book = every_step(folder)
    (book / "connections" / "documents").mkdir(parents=True)
    for name, text in BLOCKS:
        (book / name).write_text(change(text), "utf-8")
    return book


async def told(book: Path) -> list[str]:
    """What `frontdesk check` would say."""
    tools, faults = await tools_and_faults(book)
    known: Tools = {**TOOLS, **tools}
    return [str(problem) for problem in (*faults, *check(book, known).problems)]


async def test_the_pages_files_pass_the_check(tmp_path: Path) -> None:
    assert await told(laid(tmp_path)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("workshop.wait_days > 5", "workshop.wait_dais > 5", "wait_days"),
        ("workshop.wait_days > 5", "workshop.street > 5", "flows/workshop.yaml:14:29"),
        ("with: {city: slots.city}", "with: {town: slots.city}", "city"),
    ],
)
async def test_flows_are_checked_against_what_is_declared(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    problems = await told(laid(tmp_path, lambda text: text.replace(right, wrong)))

    assert problems
    assert any(said in problem for problem in problems), problems


async def answer(request: web.Request) -> web.Response:
    """The repair service."""
    if request.headers.get("Authorization") != "Bearer sesame":
        return web.json_response({}, status=401)
    booked = request.app[BOOKED]
    match request.method, request.path:
        case "GET", "/v1/workshops/Malmö":
            return web.json_response({"street": "Kanalgatan 4", "queue": {"days": 3}})
        case "GET", "/v1/repairs":
            return web.json_response(
                {"repairs": [booked[k] for k in booked if k == request.query["reference"]]}
            )
        case "POST", "/v1/repairs":
            wanted = await request.json()
            if wanted["device"]["name"] == "piano":
                return web.json_response({}, status=409)
            booked[wanted["reference"]] = {"number": 7, "client": wanted["client"], "ready_on": "2026-12-01"}
            if wanted["device"]["name"] == "kettle":
                return web.json_response({}, status=502)
            return web.json_response(booked[wanted["reference"]], status=201)
        case _:
            return web.json_response({}, status=404)


BOOKED: web.AppKey[dict[str, dict[str, object]]] = web.AppKey("booked", dict)


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[ToolRunner]:
    app = web.Application()
    app[BOOKED] = {}
    app.router.add_route("*", "/{anything:.*}", answer)
    async with serving(app) as url, guarded_session(read_networks("127.0.0.0/8")) as session:
        book = laid(tmp_path, lambda text: text.replace("https://repairs.example", url))
        declared = declared_tools(book, session, lambda name: "sesame", Keeper())
        yield ToolRunner(Registry(declared.sound()), FakeJournal())


async def test_the_pages_tools_work_as_it_says(runner: ToolRunner) -> None:
    workshop = await runner.read("find_workshop", MARTA, {"city": "Malmö"})
    nowhere = await runner.read("find_workshop", MARTA, {"city": "Ystad"})
    made = await runner.effect("book_repair", MARTA, {"device": "lamp"}, ActionKey("c:1"))
    refused = await runner.effect("book_repair", MARTA, {"device": "piano"}, ActionKey("c:2"))
    lost = await runner.effect("book_repair", MARTA, {"device": "kettle"}, ActionKey("c:3"))

    assert isinstance(workshop, Succeeded)
    assert workshop.result == {"street": "Kanalgatan 4", "wait_days": 3}
    assert isinstance(nowhere, NotFound)
    assert isinstance(made, Succeeded)
    assert made.result == {"number": "7", "ready_on": "2026-12-01"}
    assert isinstance(refused, Refused)
    assert refused.code == "no_workshop"
    assert isinstance(lost, Succeeded), "it was looked up under its key"


def test_the_page_names_every_key() -> None:
    models = (ConnectionYaml, AuthYaml, ArgumentYaml, FieldYaml, KeyYaml, LookUpYaml, DeclaredToolYaml)
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []
