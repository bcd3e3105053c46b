"""`book versions`: which versions of the rule book are kept, and why."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.rulebooks.pruning import Kept, Pruning

group = typer.Typer(help="The rule book's versions.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


@group.callback()
def book() -> None:
    """Keep the group a group while it has one command."""


@group.command("versions")
def versions(
    prune: Annotated[bool, typer.Option("--prune", help="Drop what nothing refers to, now.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List the versions that are kept, with what keeps each; the engine drops the others by itself."""
    print("\n".join(asyncio.run(_versions(prune, data_dir))))


async def _versions(prune: bool, data_dir: Path | None) -> list[str]:
    from app.db import Database
    from app.embedded.addresses import running_addresses
    from app.privacy.vault import Vault
    from app.rulebooks.pruning import pruning_for
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    database = Database(settings.url_of("database") or running_addresses(settings.state).database_url)
    vault = Vault.from_file(settings.master_key)
    await database.open()
    try:
        pruning = pruning_for(settings, database, vault, lambda: datetime.now(UTC))
        return await listed(pruning, prune=prune)
    finally:
        await database.close()


async def listed(pruning: "Pruning", *, prune: bool) -> list[str]:
    """Write what is kept and, when asked to prune, what was dropped before."""
    dropped = (
        [f"{version}  dropped: nothing referred to it" for version in await pruning.prune()] if prune else []
    )
    kept = told(await pruning.versions(), pruning.since)
    return [*kept, *dropped] or ["No version was ever in force."]


def told(kept: "Sequence[Kept]", since: datetime) -> list[str]:
    """Write one line a version: when it came into force, and why it is kept."""
    return [
        f"{one.stored.version}  {one.stored.in_force_at:%Y-%m-%d %H:%M}  "
        + (one.because(since) or "nothing refers to it; the engine drops it")
        for one in kept
    ]
