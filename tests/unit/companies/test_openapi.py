"""`frontdesk init --from-openapi`: what a document offers, and what of it is taken at once."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from app.companies.errors import CannotRead
from app.companies.offering import offer_of
from app.declared import checked_tools, declared_tools
from policies.connections import read_connections
from tests.fakes.journal import FakeJournal
from tests.fakes.tool import MARTA
from tests.peers.faults import serving
from tests.peers.library import KEY, Library, document, operation, parameter
from tests.talk import Talk, said
from tests.unit.companies.making import Place, begun, names_in, talk_with, with_tools
from tools.declared.keeping import Keeper
from tools.guarded import guarded_session
from tools.networks import read_networks
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import NotFound, Succeeded

CONNECTION = "book/connections/brook_catalogue.yaml"
SECRET = "secrets/frontdesk_secret_brook_catalogue_key"


@pytest.fixture(scope="module")
async def library() -> AsyncIterator[tuple[Library, str]]:
    peer = Library()
    app = web.Application()
    app.add_routes(peer.routes())
    async with serving(app) as url:
        yield peer, url


@pytest.fixture(scope="module")
async def brook(tmp_path_factory: pytest.TempPathFactory, library: tuple[Library, str]) -> Place:
    folder = tmp_path_factory.mktemp("companies")
    described = folder / "catalogue.json"
    described.write_text(json.dumps(document(library[1])))
    return await begun(folder / "brook", described)


def written(folder: Path, content: Any) -> Path:
    path = folder / "api.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_what_reads_is_a_tool_and_what_changes_something_waits(brook: Place) -> None:
    tools = dict(read_connections(brook.book).shapes())
    assert set(tools) == {"list_books", "get_book", "list_loans", "brook_catalogue_find_order"}
    assert not any(tool.effect for tool in tools.values())
    assert "  # end_loan:\n" in brook.text(CONNECTION)
    assert "  #   risk: write\n" in brook.text(CONNECTION)


async def test_taking_the_marks_away_makes_sound_tools_of_what_waits(brook: Place, tmp_path: Path) -> None:
    head, waiting = brook.text(CONNECTION).split("conflicts.yaml.\n")
    taken = re.sub(r"^  # ?", "  ", waiting, flags=re.MULTILINE)
    (tmp_path / "connections" / "documents").mkdir(parents=True)
    (tmp_path / "connections" / "brook_catalogue.yaml").write_text(f"{head}conflicts.yaml.\n{taken}")
    original = brook.book / "connections" / "documents" / "brook_catalogue.json"
    (tmp_path / "connections" / "documents" / "brook_catalogue.json").write_bytes(original.read_bytes())

    made = await checked_tools(tmp_path)

    assert made.problems == ()
    assert {tool.name for tool in made.tools} >= {"end_loan", "create_loan"}
    assert {tool.name: tool.risk for tool in made.tools}["create_loan"] == "write"


async def test_the_first_flow_reads_through_the_first_tool(
    brook: Place, library: tuple[Library, str]
) -> None:
    async with guarded_session(read_networks(allowed_in(brook))) as session:
        talk = with_tools(talk_with(brook, book="look_up_book"), brook, session, KEY)
        assert "Which isbn is it?" in said(await talk.say("what about my book"))
        assert "and nothing else" in said(await talk.say("it is 978-1 I think"))
        assert "cannot find that book" in said(await talk.say("978-0"))
        told = said(await talk.say("978-1"))
    assert "Title: Rivers." in told
    assert "In stock: yes." in told
    assert "/v1/books/978-1" in library[0].asked


async def test_a_stranger_is_asked_to_sign_in_before_anything_is_read(
    brook: Place, library: tuple[Library, str]
) -> None:
    before = len(library[0].asked)
    talk: Talk = talk_with(brook, book="look_up_book")
    talk.verified = False
    assert "Please sign in" in said(await talk.say("what about my book"))
    assert len(library[0].asked) == before


async def test_what_says_whose_it_is_can_be_read_by_its_owner_alone(brook: Place) -> None:
    async with guarded_session(read_networks("127.0.0.0/8")) as session:
        tools = declared_tools(brook.book, session, lambda name: KEY, Keeper()).sound()
        runner = ToolRunner(Registry(tools), FakeJournal())
        mine = await runner.read("brook_catalogue_find_order", MARTA, {"id": "L1"})
        anothers = await runner.read("brook_catalogue_find_order", MARTA, {"id": "L2"})
        own = await runner.read("list_loans", MARTA, {})
    assert isinstance(mine, Succeeded)
    assert isinstance(anothers, NotFound)
    assert isinstance(own, Succeeded)
    assert own.result["id"] == "L1"


def test_settings_open_the_private_network_of_the_system_and_no_other(brook: Place) -> None:
    assert allowed_in(brook) == "127.0.0.0/8"


def allowed_in(place: Place) -> str:
    found = re.search(r"^FRONTDESK_PRIVATE_NETWORKS=(.*)$", place.text("frontdesk.env"), re.MULTILINE)
    return found[1] if found else ""


def test_the_secret_has_a_file_that_says_it_is_still_to_come(brook: Place) -> None:
    assert brook.text(SECRET) == "replace-me\n"
    assert SECRET in brook.text("README.md")
    assert "replace-me" not in brook.text(CONNECTION)


def test_what_cannot_be_offered_is_named(brook: Place) -> None:
    assert brook.told.notes == ("PATCH /loans/{id} is left out: it has no operationId; give it one.",)


async def test_a_public_system_opens_no_network_and_a_nameless_one_is_asked_for(tmp_path: Path) -> None:
    public = document("https://api.library.example")
    made = await begun(tmp_path / "public", written(tmp_path, public))
    assert allowed_in(made) == ""

    nameless = public | {"servers": [{"url": "/v1"}]}
    made = await begun(tmp_path / "nameless", written(tmp_path, nameless))
    assert "url: https://api.example.invalid\n" in made.text(CONNECTION)
    assert any("names no address" in note for note in made.told.notes)


def test_a_document_in_yaml_is_read_too_and_names_follow_its_title(tmp_path: Path) -> None:
    text = (
        "openapi: 3.1.0\ninfo: {title: 'Ärzte-Kartei 2', version: '1'}\nservers: [{url: 'https://a.example'}]\n"
        "paths:\n  /doctors/{id}:\n"
        "    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]\n"
        "    get: {operationId: doctors.get, responses: {'200': {description: ok}}}\n"
    )
    path = tmp_path / "api.yml"
    path.write_text(text, "utf-8")
    offer = offer_of(path)
    assert (offer.connection, offer.file) == ("arzte_kartei_2", "arzte_kartei_2.yml")
    tool = offer.tools[0]
    assert (tool.name, tool.declared.args["id"].kind) == ("doctors_get", "number")


GET = {"operationId": "get", "responses": {}}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "neither JSON nor YAML"),
        ("[]", "no OpenAPI 3.0 or 3.1 document"),
        ('{"swagger": "2.0"}', "Convert Swagger 2.0"),
        ({"openapi": "3.0.0", "paths": {}}, "no operation in it"),
        ({"openapi": "3.0.0"}, "no operation in it"),
        ({"openapi": "3.0.0", "paths": [1, 2]}, "not written as OpenAPI"),
        ({"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {}}}}}, "has no operationId"),
        ({"openapi": "3.0.0", "paths": {"/a": {"$ref": "other.yaml#/a"}}}, "leads out of it"),
        ({"openapi": "3.0.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}, "round in circles"),
        ({"openapi": "3.0.0", "paths": {"/a": {"get": GET | {"parameters": [7]}}}}, "not written as OpenAPI"),
        ({"openapi": "3.0.0", "servers": "here", "paths": {"/a": {"get": GET}}}, "not written as OpenAPI"),
    ],
)
async def test_a_document_that_cannot_be_read_is_told_and_nothing_is_written(
    tmp_path: Path, content: Any, why: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(CannotRead, match=why) as told:
        await begun(tmp_path / "brook", path)
    assert str(path) in str(told.value)
    assert names_in(tmp_path) == ["api.json"]


async def test_a_document_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match=r"gone\.json"):
        await begun(tmp_path / "brook", tmp_path / "gone.json")
    assert names_in(tmp_path) == []


async def test_schemas_that_hold_themselves_are_no_trouble(tmp_path: Path) -> None:
    node: dict[str, Any] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "above": {"$ref": "#/components/schemas/Node"}},
    }
    both = {"allOf": [{"$ref": "#/components/schemas/Both"}]}
    answer = {
        "200": {
            "description": "",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}},
        }
    }
    loop = {
        "200": {
            "description": "",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Both"}}},
        }
    }
    path = written(
        tmp_path,
        {
            "openapi": "3.0.0",
            "info": {"title": "Tree", "version": "1"},
            "servers": [{"url": "https://tree.example"}],
            "components": {"schemas": {"Node": node, "Both": both}},
            "paths": {
                "/nodes": {"get": {"operationId": "getNode", "responses": answer}},
                "/both": {"get": {"operationId": "getBoth", "responses": loop}},
            },
        },
    )
    offer = offer_of(path)
    assert set(offer.tools[0].declared.result) == {"name", "above_name"}


async def test_a_whole_number_that_a_customer_writes_is_asked_for_as_one(tmp_path: Path) -> None:
    asked: list[str] = []

    async def doctor(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"id": 12, "name": "Dr. Weir"})

    app = web.Application()
    app.add_routes([web.get("/v1/doctors/{id}", doctor)])
    async with serving(app) as url, guarded_session(read_networks("127.0.0.0/8")) as session:
        number = parameter("id", "path") | {"schema": {"type": "integer"}}
        found = {"type": "object", "properties": {"name": {"type": "string"}}}
        paths = {"/doctors/{id}": {"get": operation("getDoctor", found, [number])}}
        place = await begun(tmp_path / "made", written(tmp_path, document(url) | {"paths": paths}))
        talk = with_tools(talk_with(place, doctor="look_up_doctor"), place, session, KEY)
        await talk.say("what about my doctor")
        assert "Name: Dr. Weir." in said(await talk.say("it is 12"))
    assert asked == ["/v1/doctors/12"]
