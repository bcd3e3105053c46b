"""`run`, `engine`, `servers` and `migrate`: what stays in the foreground, and the schema."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

Port = Annotated[int | None, typer.Option(help="Port to listen on; FRONTDESK_PORT otherwise.")]
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


def run(
    port: Port = None,
    data_dir: DataDir = None,
    engine_only: Annotated[
        bool, typer.Option("--engine-only", help="Use the servers that another `frontdesk run` started.")
    ] = False,
) -> None:
    """Start everything: databases, NLU, the sample company, engine and console. Ctrl-C stops it all."""
    if engine_only:
        return engine(port, data_dir)
    from app.commands.serving import run_everything
    from app.settings import load_settings

    return _in_loop(run_everything(load_settings(port=port, data_dir=data_dir)))


def engine(port: Port = None, data_dir: DataDir = None) -> None:
    """Start one more engine on the servers that `frontdesk run` or `frontdesk servers` started."""
    from app.commands.serving import run_engine
    from app.settings import load_settings

    _in_loop(run_engine(load_settings(port=port, data_dir=data_dir)))


def servers(data_dir: DataDir = None) -> None:
    """Start databases, NLU and the sample company without an engine."""
    from app.commands.serving import run_servers
    from app.settings import load_settings

    _in_loop(run_servers(load_settings(data_dir=data_dir)))


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the newest schema: the configured one, or the one that runs now."""
    from app.db import migrate as apply
    from app.embedded.addresses import running_addresses
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    url = settings.url_of("database") or running_addresses(settings.state).database_url
    count = asyncio.run(apply(url, print))
    print("The schema is up to date." if count == 0 else f"{count} migrations applied.")


def _in_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run until done on the fast loop."""
    import uvloop

    uvloop.run(work)
