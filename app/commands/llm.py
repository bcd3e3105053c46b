"""`llm local` and `llm use`: a small model to try the protocol with, and what models were used for."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.models.repository import DayOfUse

group = typer.Typer(help="Optional language models.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]

WARNING = """SmolLM2-135M answers over the real protocol, on this machine, without a key.
Its judgement is worthless: use it to see the protocol at work, never for customers."""
INSTALLS = "It is installed into {folder}, 92 MB of weights included."
COMPILES = """Its server is compiled first: about six minutes on two cores; a C++ compiler is needed.
That is kept in {cache}, so it is done once, whichever data folder is used."""
COMPILED = "Its server was compiled before, so this takes seconds."


@group.command("local")
def local(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0 picks a free one.")] = 0,
    install_only: Annotated[bool, typer.Option("--install-only", help="Install, and do not serve.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Serve a very small model OpenAI-compatible on loopback; Ctrl-C stops it."""
    from app.commands.serving import until_told
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    print(WARNING)
    asyncio.run(until_told(lambda: _local(settings.state, port, install_only)))


async def _local(state: Path, port: int, install_only: bool) -> None:
    from app.embedded.children import free_port
    from app.models.local.install import CACHE, install, is_compiled, is_installed
    from app.models.local.serve import how_to_use, server_command, start_server

    folder, logs = state / "llm", state / "log"
    if not is_installed(folder):
        print(INSTALLS.format(folder=folder))
        print(COMPILED if is_compiled() else COMPILES.format(cache=CACHE))
    await install(folder, print, log=logs / "llm-install.log")
    if install_only:
        print(f"Installed in {folder}.")
        return
    port = port or free_port()
    running = await start_server(server_command(folder, port), port, logs / "llm.log")
    print(f"It serves. Start an engine that asks it with:\n{how_to_use(port)}\nCtrl-C stops it.")
    try:
        await running.ended()
    finally:
        await running.stop()


@group.command("use")
def use(
    days: Annotated[int, typer.Option(min=1, help="How many days to look back.")] = 7,
    data_dir: DataDir = None,
) -> None:
    """Show what models were asked, used and cost, by day (UTC)."""
    lines = told(asyncio.run(_use(days, data_dir)))
    print("\n".join(lines) if lines else "No model was asked in that time.")


async def _use(days: int, data_dir: Path | None) -> "Sequence[DayOfUse]":
    from app.commands.letters import open_tenant
    from app.models.repository import use_by_day

    async with open_tenant(data_dir) as (conn, tenant_id):
        return await use_by_day(conn, tenant_id, datetime.now(UTC) - timedelta(days=days))


def told(days: "Sequence[DayOfUse]") -> list[str]:
    """Write one line a day, model and purpose."""
    return [
        f"{day.day}  {day.model}  {day.purpose}  {day.calls} calls, {day.answered} answered  "
        f"{day.prompt_tokens} tokens read, {day.completion_tokens} written  "
        + ("no price set" if day.cost_usd is None else f"${day.cost_usd:.4f}")
        for day in days
    ]
