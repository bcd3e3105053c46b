"""`dlq list` and `dlq replay`: events and replies that failed for good, and another try."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from psycopg import AsyncConnection

group = typer.Typer(help="Events and replies that failed for good.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


@group.command("list")
def list_letters(limit: Annotated[int, typer.Option(min=1)] = 100, data_dir: DataDir = None) -> None:
    """List the newest events and replies that were set aside, with the error of their last try."""
    asyncio.run(_list(limit, data_dir))


@group.command("replay")
def replay_letter(
    name: Annotated[str, typer.Argument(help="THREAD/SEQ or outbox/NUMBER, as `dlq list` shows it.")],
    data_dir: DataDir = None,
) -> None:
    """Put one event at the end of its conversation's inbox again, or send one reply again."""
    asyncio.run(_replay(name, data_dir))


async def _list(limit: int, data_dir: Path | None) -> None:
    from app.outbox.dead_letters import name_of
    from app.outbox.repository import dead
    from app.turns.dead_letters import list_dead

    async with open_tenant(data_dir) as (conn, tenant_id):
        letters = await list_dead(conn, tenant_id, limit)
        lines = await dead(conn, tenant_id, limit)
    shown = [(one.failed_at, one.name, one.why, one.attempts, one.error) for one in letters]
    shown += [(one.tried_at, name_of(one), one.channel, one.attempts, one.error or "") for one in lines]
    for at, name, what, attempts, error in sorted(shown, reverse=True)[:limit]:
        print(f"{name}  {at.astimezone(UTC):%Y-%m-%d %H:%M}  {what}  {attempts} tries  {error}")
    if not shown:
        print("Nothing was set aside.")


async def _replay(name: str, data_dir: Path | None) -> None:
    from app.outbox import dead_letters as outbox
    from app.turns.dead_letters import NoSuchDeadLetter, replay

    async with open_tenant(data_dir) as (conn, tenant_id):
        if not name.startswith(outbox.PREFIX):
            seq = await replay(conn, tenant_id, name, datetime.now(UTC))
            print(f"{name} is in the inbox again as {seq}.")
            return
        if await outbox.replay(conn, tenant_id, name, datetime.now(UTC)) is None:
            raise NoSuchDeadLetter(f"no dead letter {name}: it was replayed, or never was one")
    print(f"{name} is sent again.")


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
