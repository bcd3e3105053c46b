"""`dlq list` and `dlq replay`: events that failed for good, and another try."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from psycopg import AsyncConnection

group = typer.Typer(help="Events that failed for good.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


@group.command("list")
def list_letters(limit: Annotated[int, typer.Option(min=1)] = 100, data_dir: DataDir = None) -> None:
    """List the newest events that were set aside, with the error of their last try."""
    asyncio.run(_list(limit, data_dir))


@group.command("replay")
def replay_letter(
    name: Annotated[str, typer.Argument(help="THREAD/SEQ, as `dlq list` shows it.")], data_dir: DataDir = None
) -> None:
    """Put one event at the end of its conversation's inbox again."""
    asyncio.run(_replay(name, data_dir))


async def _list(limit: int, data_dir: Path | None) -> None:
    from app.turns.dead_letters import list_dead

    async with open_tenant(data_dir) as (conn, tenant_id):
        letters = await list_dead(conn, tenant_id, limit)
    for letter in letters:
        when = letter.failed_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        print(f"{letter.name}  {when}  {letter.why}  {letter.attempts} tries  {letter.error}")
    if not letters:
        print("No event was set aside.")


async def _replay(name: str, data_dir: Path | None) -> None:
    from app.turns.dead_letters import replay

    async with open_tenant(data_dir) as (conn, tenant_id):
        seq = await replay(conn, tenant_id, name, datetime.now(UTC))
    print(f"{name} is in the inbox again as {seq}.")


@asynccontextmanager
async def open_tenant(data_dir: Path | None) -> "AsyncIterator[tuple[AsyncConnection, str]]":
    """One transaction for the configured tenant, on the configured database or the one that runs now."""
    from app.db import Database
    from app.embedded.addresses import running_addresses
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    database = Database(settings.url_of("database") or running_addresses(settings.state).database_url)
    await database.open()
    try:
        async with database.tenant(settings.tenant) as conn:
            yield conn, settings.tenant
    finally:
        await database.close()
