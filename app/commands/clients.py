"""`client add`, `client list` and `client revoke`: programs that fetch access tokens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.letters import open_tenant

if TYPE_CHECKING:
    from app.oauth.service import Registrar

group = typer.Typer(help="Programs that fetch access tokens with a secret.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the program is called.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; repeat the option for several.")],
    data_dir: DataDir = None,
) -> None:
    """Make a client; prints its id and its secret, which is not shown again."""
    asyncio.run(_add(name, scope, data_dir))


@group.command("list")
def list_clients(data_dir: DataDir = None) -> None:
    """List the clients with their scopes; revoked ones stand at the end."""
    asyncio.run(_list(data_dir))


@group.command("revoke")
def revoke(client_id: str, data_dir: DataDir = None) -> None:
    """End a client and all of its tokens."""
    asyncio.run(_revoke(client_id, data_dir))


async def _add(name: str, scopes: list[str], data_dir: Path | None) -> None:
    from app.auth.roles import EVERY_RIGHT
    from app.people.errors import PeopleError

    if unknown := sorted(set(scopes) - EVERY_RIGHT):
        known = ", ".join(sorted(EVERY_RIGHT))
        raise PeopleError(f"--scope: there is no scope {', '.join(unknown)}. There are: {known}.")
    async with _registrar(data_dir) as registrar:
        made = await registrar.make(name, scopes)
    print(f"client_id      {made.client_id}\nclient_secret  {made.secret}")
    print("Keep the secret: it is not shown again. Tokens are fetched from POST /oauth/token.")


async def _list(data_dir: Path | None) -> None:
    from app.oauth import repository as sql

    async with open_tenant(data_dir) as (conn, tenant_id):
        rows = await sql.clients(conn, tenant_id)
    for row in rows:
        ended = "  (revoked)" if row.revoked_at else ""
        print(f"{row.client_id}  {row.name}  {' '.join(row.scopes)}{ended}")
    if not rows:
        print("There is no client. `frontdesk client add NAME --scope SCOPE` makes one.")


async def _revoke(client_id: str, data_dir: Path | None) -> None:
    from app.people.errors import PeopleError

    async with _registrar(data_dir) as registrar:
        ended = await registrar.revoke(client_id)
    if not ended:
        raise PeopleError(f"There is no client {client_id} in force. `frontdesk client list` shows all.")
    print(f"{client_id} has ended; its tokens hold for ten seconds at most.")


@asynccontextmanager
async def _registrar(data_dir: Path | None) -> "AsyncIterator[Registrar]":
    """One transaction in which the machine's owner changes clients."""
    from app.audit.record import COMMAND
    from app.oauth.service import Registrar
    from app.privacy.vault import Vault
    from app.settings import load_settings

    vault = Vault.from_file(load_settings(data_dir=data_dir).master_key)
    async with open_tenant(data_dir) as (conn, tenant_id):
        yield Registrar(conn=conn, vault=vault, tenant_id=tenant_id, actor=COMMAND, now=datetime.now(UTC))
