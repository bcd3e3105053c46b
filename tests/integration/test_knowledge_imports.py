"""Imports into a real store: bad documents cost only themselves, edits are kept, sources are taken again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import aiohttp
import orjson
import pytest

from app.db import Database
from app.knowledge.desk import KnowledgeDesk
from app.knowledge.importing import Importing, Order
from app.knowledge.rounds import KnowledgeKeeper
from app.privacy.vault import Vault
from app.workspace import repository as workspace
from knowledge.publishing import repository as sql
from knowledge.publishing.drafting import keep_draft, publish_drafts
from knowledge.publishing.release import Made
from knowledge.sources import repository as sources
from knowledge.sources.taking import Report
from tests.documents import docx, locked_pdf, pdf, zipped
from tests.fakes.encoder import HashingEncoder
from tests.peers.faults import serving
from tests.peers.website import Website, page
from tools.networks import read_networks

TENANTS = (f"imports-{number}" for number in count())
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where imports go."""

    database: Database
    tenant: str
    vault: Vault
    importing: Importing

    async def take(self, address: Path | str, *, publish: bool = True, **terms: object) -> Report:
        order = Order(source_id="help", address=str(address), publish=publish, **terms)  # type: ignore[arg-type]
        return await self.importing.take(self.tenant, order, NOW)

    async def shown(self) -> dict[str, int]:
        async with self.database.tenant(self.tenant) as conn:
            return await sql.shown(conn, self.tenant)

    async def drafts(self) -> list[str]:
        async with self.database.tenant(self.tenant) as conn:
            return [one.article_id for one in await sql.drafts(conn, self.tenant)]

    async def edit(self, article_id: str, text: str) -> None:
        await keep_draft(self.database.tenant, self.tenant, article_id, text, "ada", None)
        await publish_drafts(self.database.tenant, self.tenant, HashingEncoder(), Made(by="ada"))


@pytest.fixture(scope="module")
async def opened(database: str) -> AsyncIterator[Database]:
    opened = Database(database)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def place(opened: Database, tmp_path: Path) -> AsyncIterator[Place]:
    vault = Vault.from_file(tmp_path / "key", create=True)
    async with aiohttp.ClientSession() as session:
        importing = Importing(
            connect=opened.tenant,
            vault=vault,
            embed=HashingEncoder(),
            session=session,
            today=date(2026, 5, 1),
            by="help",
        )
        yield Place(opened, next(TENANTS), vault, importing)


def article(article_id: str, body: str) -> str:
    front = (
        f"id: {article_id}\ntitle: About {article_id}\ndomain: d\nowner: o\nlanguage: en\naudience: customers"
    )
    return f"---\n{front}\nupdated: 2026-01-01\n---\n{body}\n"


async def test_bad_documents_cost_a_line_each_and_the_rest_goes_in(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, content in {
        "bomb.zip": zipped({"a.md": b"\0" * 30_000_000}),
        "broken.md": b"---\ntitle: [\n---\nText.",
        "kettles.docx": docx("# Kettles", "Kettles boil water."),
        "pots.pdf": pdf("# Pots", "", "Pots cook soup."),
        "secret.pdf": locked_pdf("x", "text"),
    }.items():
        (folder / name).write_bytes(content)
    with (folder / "huge.html").open("wb") as huge:
        huge.truncate(200_000_000)
    (folder / "circle").symlink_to(folder)

    report = await place.take(folder)

    assert {line.origin: line.outcome for line in report.lines} == {
        "bomb.zip": "refused",
        "broken.md": "refused",
        "circle": "refused",
        "huge.html": "refused",
        "kettles.docx": "new",
        "pots.pdf": "new",
        "secret.pdf": "refused",
    }
    assert all(line.why and "\n" not in line.why for line in report.lines if line.outcome == "refused")
    assert report.summary == "2 new, 5 refused"
    assert set(await place.shown()) == {"kettles", "pots"}


async def test_an_import_drafts_unless_it_is_told_to_publish(place: Place, tmp_path: Path) -> None:
    (tmp_path / "kettles.md").write_text(article("kettles", "Kettles boil."))

    await place.take(tmp_path / "kettles.md", publish=False)

    assert await place.shown() == {}
    assert await place.drafts() == ["kettles"]


async def test_taken_again_only_what_changed_is_published_and_what_is_gone_is_withdrawn(
    place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "help"
    folder.mkdir()
    for name in ("kettles", "pots", "pans"):
        (folder / f"{name}.md").write_text(article(name, f"All about {name}."))
    await place.take(folder)
    (folder / "pots.md").write_text(article("pots", "More about pots."))
    (folder / "pans.md").unlink()

    report = await place.take(folder)

    assert report.summary == "1 changed, 1 same, 1 withdrawn"
    assert await place.shown() == {"kettles": 1, "pots": 2}


async def test_a_document_that_cannot_be_read_this_time_is_not_withdrawn(
    place: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "pots.md").write_text(article("pots", "Pots."))
    (folder / "kettles.md").write_text(article("kettles", "Kettles."))
    await place.take(folder)
    (folder / "pots.md").write_text("---\nbroken")

    report = await place.take(folder)

    assert report.summary == "1 same, 1 refused"
    assert set(await place.shown()) == {"kettles", "pots"}


async def test_what_was_edited_here_is_not_overwritten(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "kettles.md"
    file.write_text(article("kettles", "Kettles boil."))
    await place.take(file)
    await place.edit("kettles", article("kettles", "Kettles boil, says Ada."))
    unchanged = await place.take(file)
    file.write_text(article("kettles", "Kettles boil fast."))

    report = await place.take(file)

    assert (unchanged.summary, report.summary) == ("1 same", "1 waits")
    assert await place.shown() == {"kettles": 2}
    assert await place.drafts() == ["kettles"]


async def test_an_id_of_another_source_is_not_taken_over(place: Place, tmp_path: Path) -> None:
    await place.edit("kettles", article("kettles", "Written here."))
    (tmp_path / "kettles.md").write_text(article("kettles", "From elsewhere."))

    report = await place.take(tmp_path / "kettles.md")

    assert [(line.outcome, "rename one of them" in line.why) for line in report.lines] == [("refused", True)]
    assert await place.shown() == {"kettles": 1}


async def test_macros_become_canned_replies_and_those_people_wrote_stay(place: Place, tmp_path: Path) -> None:
    macros = [
        {"id": number, "short_code": name, "content": text}
        for number, (name, text) in enumerate({"hello": "Hi!", "Bye bye": "Goodbye."}.items())
    ]
    (tmp_path / "macros.json").write_bytes(orjson.dumps(macros))
    async with place.database.tenant(place.tenant) as conn:
        await workspace.put_canned(conn, place.tenant, "hello", b"sealed", "ada", NOW)

    await place.take(tmp_path / "macros.json")

    async with place.database.tenant(place.tenant) as conn:
        kept = {row.name: row.updated_by for row in await workspace.canned_replies(conn, place.tenant)}
    assert kept == {"hello": "ada", "bye-bye": "help"}


async def test_a_website_is_read_by_its_sitemap_and_its_rules(place: Place) -> None:
    site = Website(
        pages={
            "/help/kettles": page("Kettles", "<p>Kettles boil.</p>"),
            "/help/pots": page("Pots", "<p>Pots cook.</p>"),
            "/private/plans": page("Plans", "<p>Secret.</p>"),
        },
        listed=["/round", "/away", "/gone", "http://elsewhere.example/x"],
    )
    async with serving(site.app()) as url:
        report = await place.take(f"{url}/help/kettles")

    outcomes = {line.origin.removeprefix(url): (line.outcome, line.why) for line in report.lines}
    assert outcomes == {
        "/help/kettles": ("new", ""),
        "/help/pots": ("new", ""),
        "/private/plans": ("refused", "robots.txt does not allow it"),
        "/round": ("refused", "redirects in a circle"),
        "/away": ("refused", "leads to elsewhere.example, which is not allowed; add it with --allow"),
        "/gone": ("refused", "answered 404"),
        "http://elsewhere.example/x": (
            "refused",
            "leads to elsewhere.example, which is not allowed; add it with --allow",
        ),
        "/sitemap.xml": ("refused", "lists a sitemap that lists it; read once"),
    }
    assert "/private/plans" not in site.asked
    assert site.asked.count("/sitemap.xml") == 1


async def test_a_website_whose_rules_cannot_be_read_is_left_alone(place: Place) -> None:
    site = Website(pages={"/help/kettles": page("Kettles", "<p>Kettles boil.</p>")}, robots=500)
    async with serving(site.app()) as url:
        report = await place.take(url)

    assert [line.why for line in report.lines] == ["answered 500; nothing was read"]
    assert site.asked == ["/robots.txt"]


async def test_a_source_is_taken_again_when_its_time_has_come(place: Place) -> None:
    site = Website(pages={"/help/kettles": page("Kettles", "<p>Kettles boil.</p>")})
    at = NOW
    keeper = KnowledgeKeeper(
        database=place.database,
        vault=place.vault,
        embed=HashingEncoder(),
        clock=lambda: at,
        networks=read_networks("127.0.0.0/8"),
    )
    async with serving(site.app()) as url:
        order = Order(source_id="site", address=url, publish=True)
        async with place.database.tenant(place.tenant) as conn:
            await sources.keep_source(conn, place.tenant, "site", url, order.kept(), 60, NOW)
        await keeper.visit(place.tenant)
        before = await place.shown()
        at = NOW + timedelta(minutes=61)
        await keeper.visit(place.tenant)
        site.pages["/help/kettles"] = page("Kettles", "<p>Kettles boil fast.</p>")
        await replace(keeper, clock=lambda: NOW + timedelta(minutes=130)).visit(place.tenant)

    async with place.database.tenant(place.tenant) as conn:
        (source,) = await sources.sources(conn, place.tenant)
    assert (before, await place.shown()) == ({}, {"kettles": 2})
    assert source.last_report is not None
    assert source.last_report["summary"] == "1 changed, 1 refused"


async def test_the_command_line_imports_compares_publishes_and_goes_back(
    place: Place, tmp_path: Path
) -> None:
    desk = KnowledgeDesk(
        connect=place.database.tenant,
        vault=place.vault,
        embed=None,
        session=place.importing.session,
        tenant_id=place.tenant,
        clock=lambda: NOW,
    )
    file = tmp_path / "kettles.md"
    file.write_text(article("kettles", "A kettle boils in 9 minutes. See [pots](/help/pots)."))
    order = Order(source_id="kettles", address=str(file))

    imported = await desk.import_from(order, None)
    compared = await desk.diff(None, None)
    published = await desk.publish(None, "first", "ada")
    file.write_text(article("kettles", "A kettle boils in 4 minutes."))
    await desk.import_from(replace(order, publish=True), None)
    back = await desk.roll_back(1, None, "", "ada")
    versions = await desk.versions(None, 10)
    reviewed = await desk.review(outside=False)

    assert imported == [
        "new        kettles.md -> kettles",
        "1 new",
        "Drafts wait: frontdesk knowledge diff, then frontdesk knowledge publish.",
    ]
    assert compared[0] == "new  kettles  About kettles"
    assert published == ["kettles", "Release 1: 1 articles."]
    assert back == ["Release 1 is in force again, as release 3."]
    assert [line.split()[0] for line in versions] == ["3", "2", "1"]
    assert versions[-1].endswith("1 articles  ada  first")
    assert reviewed == ["link       kettles: [pots](/help/pots): no published article 'pots'"]
    assert (await desk.diff(2, None))[0].startswith("changed  kettles")
    assert (await desk.sources())[0].endswith("1 changed")
