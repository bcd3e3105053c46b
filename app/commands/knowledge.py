"""`knowledge`: articles imported, compared, published and taken back from the command line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.knowledge.desk import KnowledgeDesk

group = typer.Typer(help="The help centre: import, diff, publish, roll back.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]
BY = "command line"


@group.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="A file, a folder, or the address of a website's sitemap.")],
    name: Annotated[
        str | None, typer.Option(help="What the source is called; its address otherwise.")
    ] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Publish at once instead of drafting.")] = False,
    every: Annotated[
        int | None, typer.Option(min=5, help="Minutes after which the engine imports it again, and again.")
    ] = None,
    allow: Annotated[list[str] | None, typer.Option(help="A further host of the website.")] = None,
    domain: Annotated[str, typer.Option(help="Domain of articles that name none.")] = "general",
    owner: Annotated[str, typer.Option(help="Owner of articles that name none.")] = "nobody-yet",
    language: Annotated[str, typer.Option(help="Language of articles that name none.")] = "en",
    data_dir: DataDir = None,
) -> None:
    """Import articles; one line a document says what became of it."""
    from app.knowledge.importing import Order, source_named

    address = source if source.startswith(("http://", "https://")) else str(Path(source).absolute())
    order = Order(
        source_id=name or source_named(Path(source).name if "://" not in source else source),
        address=address,
        domain=domain,
        owner=owner,
        language=language,
        allow=tuple(allow or ()),
        publish=publish,
    )
    _run(data_dir, lambda desk: desk.import_from(order, every))


@group.command("sources")
def sources(
    forget: Annotated[str | None, typer.Option(help="Import from this source no more.")] = None,
    data_dir: DataDir = None,
) -> None:
    """List the sources with what the last import of each did."""
    _run(data_dir, lambda desk: desk.forget(forget) if forget else desk.sources())


@group.command("diff")
def diff(
    old: Annotated[int | None, typer.Argument(help="A release; without it, drafts are compared.")] = None,
    new: Annotated[int | None, typer.Argument(help="Another release; the one in force otherwise.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Show what publishing the drafts would change, or how two releases differ."""
    _run(data_dir, lambda desk: desk.diff(old, new))


@group.command("publish")
def publish(
    article: Annotated[list[str] | None, typer.Argument(help="Articles; all drafts otherwise.")] = None,
    note: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Publish the drafts, in one transaction."""
    _run(data_dir, lambda desk: desk.publish(article, note, BY))


@group.command("versions")
def versions(
    article: Annotated[str | None, typer.Argument(help="An article; the releases otherwise.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    data_dir: DataDir = None,
) -> None:
    """List the releases, or one article's versions, the newest first."""
    _run(data_dir, lambda desk: desk.versions(article, limit))


@group.command("rollback")
def rollback(
    number: Annotated[int, typer.Argument(help="The release to go back to; with --article, its version.")],
    article: Annotated[str | None, typer.Option(help="Only this article.")] = None,
    note: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Publish again what an earlier release showed, in one transaction."""
    _run(data_dir, lambda desk: desk.roll_back(number, article, note, BY))


@group.command("review")
def review(
    outside: Annotated[bool, typer.Option("--outside", help="Ask other websites, too.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List broken links, contradictions, and articles whose day of review has come."""
    _run(data_dir, lambda desk: desk.review(outside))


def _run(data_dir: Path | None, ask: "Callable[[KnowledgeDesk], Awaitable[list[str]]]") -> None:
    async def asked() -> list[str]:
        async with open_desk(data_dir) as desk:
            return await ask(desk)

    print("\n".join(asyncio.run(asked())))


@asynccontextmanager
async def open_desk(data_dir: Path | None) -> "AsyncIterator[KnowledgeDesk]":
    """Open the configured tenant's articles, on the configured servers or those that run now."""
    import time

    import aiohttp

    from app.db import Database
    from app.embedded.addresses import running_addresses
    from app.knowledge.desk import KnowledgeDesk
    from app.privacy.vault import Vault
    from app.settings import load_settings
    from app.understanding.nlu_client import NluClient
    from tools.guarded import guarded_session
    from tools.networks import read_networks

    settings = load_settings(data_dir=data_dir)
    if not settings.url_of("database"):
        settings = running_addresses(settings.state).into(settings)
    database = Database(settings.url_of("database") or "", most=2)
    await database.open()
    try:
        async with (
            aiohttp.ClientSession() as near,
            guarded_session(read_networks(settings.private_networks)) as far,
        ):
            yield KnowledgeDesk(
                connect=database.tenant,
                vault=Vault.from_file(settings.master_key),
                embed=NluClient(near, settings.nlu_url, time.monotonic) if settings.nlu_url else None,
                session=far,
                tenant_id=settings.tenant,
                clock=lambda: datetime.now(UTC),
            )
    finally:
        await database.close()
