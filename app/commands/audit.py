"""`audit verify`: whether everything that was sent and done still stands as it was written."""

import asyncio
from pathlib import Path
from typing import Annotated

import orjson
import typer

from app.commands.letters import open_tenant

group = typer.Typer(help="What was sent and done, and whether it was changed since.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


@group.callback()
def audit() -> None:
    """Keep `verify` a command of its own."""


@group.command("verify")
def verify_chain(
    head: Annotated[
        str | None, typer.Option(help="The head of an earlier run, NUMBER:HASH: it must still be there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Check every link of the audit; status 1 and one line about the first that is broken."""
    asyncio.run(_verify(head, as_json, data_dir))


async def _verify(noted: str | None, as_json: bool, data_dir: Path | None) -> None:
    from app.audit.verifying import read_head, verify
    from app.privacy.vault import Vault
    from app.settings import load_settings

    expected = read_head(noted) if noted is not None else None
    vault = Vault.from_file(load_settings(data_dir=data_dir).master_key)
    async with open_tenant(data_dir) as (conn, tenant_id):
        found = await verify(conn, vault, tenant_id, expected)
    if as_json:
        shown = {"holds": True, "head": str(found.head), "links": found.links, "erased": found.erased}
        print(orjson.dumps(shown).decode())
        return
    replies, deeds = found.links.get("reply", 0), found.links.get("deed", 0)
    print(f"The audit holds: {replies} replies ({found.erased} of them erased), {deeds} things done.")
    print(f"Head  {found.head}")
    print("Note it down elsewhere: `audit verify --head` shows later that nothing was cut off since.")
