"""`diff`: what another rule book would have made of the conversations that were recorded."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.db import Database
    from app.replay.comparing import Books
    from app.replay.verdict import Comparison
    from app.settings import Settings
    from policies.facts import Tools

DIFFERENCES, CANNOT = 1, 2


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The options of `frontdesk diff`."""

    old: str
    new: str
    since: str | None
    most: int
    jobs: int | None


def diff(
    old: Annotated[str, typer.Argument(help="A folder, `current`, or a version that was in force.")],
    new: Annotated[str, typer.Argument(help="The same, for the book that would come instead.")],
    since: Annotated[
        str | None, typer.Option(help="Only conversations begun since: 2026-11-01, or 7d, 24h, 2w.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 5000,
    html: Annotated[Path | None, typer.Option(help="Write a report page to this file.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; all cores otherwise.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")
    ] = None,
) -> None:
    """Play recorded conversations on two rule books and tell where they part.

    No system is asked. The status is 0 without a difference, 1 with one, 2 when it cannot be told.
    """
    from app.commands.outcome import known_mistakes

    wish = Wish(old=old, new=new, since=since, most=most, jobs=jobs)
    try:
        comparison = asyncio.run(_compare(wish, data_dir, quiet=as_json))
    except known_mistakes() as mistake:
        print(f"frontdesk: {mistake}", file=sys.stderr)
        sys.exit(CANNOT)
    except Exception as error:  # Python would end with 1, which says that the books differ
        print(f"frontdesk: not compared: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(CANNOT)
    _tell(comparison, html, as_json=as_json)
    sys.exit(DIFFERENCES if comparison.changed else 0)


def _tell(comparison: "Comparison", html: Path | None, *, as_json: bool) -> None:
    """Print the table or the JSON, and write the page."""
    import orjson
    from rich.console import Console

    from app.replay import table
    from app.replay.page import write_report

    if html is not None:
        write_report(comparison, html)
    if as_json:
        print(orjson.dumps(table.as_json(comparison)).decode())
        return
    screen = Console(highlight=False)
    table.show(comparison, screen)
    if html is not None:
        screen.print(f"[dim]Report: {html}[/dim]")


async def _compare(wish: Wish, data_dir: Path | None, *, quiet: bool) -> "Comparison":
    """Find books and recordings, and compare."""
    from app.commands.book import known_tools
    from app.privacy.vault import Vault
    from app.replay.archive import tapes
    from app.replay.comparing import compare_books
    from app.replay.sources import since
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    tools = await known_tools()
    async with _database(settings) as database:
        books = await _books(wish, settings, database, tools)
        found = tapes(
            database,
            Vault.from_file(settings.master_key),
            settings.tenant,
            since=since(wish.since, datetime.now(UTC)),
            most=wish.most,
        )
        return await compare_books(books, found, jobs=wish.jobs, progress=_silent if quiet else _progress)


async def _books(wish: Wish, settings: "Settings", database: "Database", tools: "Tools") -> "Books":
    """Read both books; a new one that could not be served is not compared."""
    from app.replay.comparing import Books
    from app.replay.sources import files_of, is_folder
    from app.rulebooks.archive import BookArchive
    from app.rulebooks.files import check_files
    from policies.problems import BookInvalid

    archive = BookArchive(database, tools)
    old = await files_of(wish.old, settings, archive, database)
    new = await files_of(wish.new, settings, archive, database)
    if new != old and is_folder(wish.new) and (problems := check_files(new, tools).problems):
        raise BookInvalid(problems)
    return Books(old=old, new=new, tools=tools)


@asynccontextmanager
async def _database(settings: "Settings") -> "AsyncIterator[Database]":
    """The configured database, or the one that runs now."""
    from app.db import Database
    from app.embedded.addresses import running_addresses

    database = Database(settings.url_of("database") or running_addresses(settings.state).database_url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} conversations compared", end="\r", file=sys.stderr, flush=True)


def _silent(done: int) -> None:
    """Say nothing: what is printed is read by a program."""
