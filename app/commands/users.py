"""`user add`, `user reset` and `user list`: people of the company, from the machine itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.letters import open_tenant

if TYPE_CHECKING:
    from app.people.shapes import NewPersonBody
    from app.people.staff import Office

group = typer.Typer(help="People who sign in at the console.", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]
Many = Annotated[list[str] | None, typer.Option(help="Repeat the option for several.")]


@group.command("add")
def add(
    email: Annotated[str, typer.Argument(help="With which the person signs in.")],
    name: Annotated[str, typer.Option(help="As customers and colleagues read it.")],
    role: Annotated[str, typer.Option(help="agent, supervisor, designer, evaluator or admin.")] = "agent",
    skill: Many = None,
    language: Many = None,
    limit: Annotated[int, typer.Option(min=0, max=100, help="Conversations at once.")] = 5,
    data_dir: DataDir = None,
) -> None:
    """Add a person; prints the address where the person chooses a password."""
    given = {"email": email, "name": name, "role": role, "skills": skill or [], "max_load": limit}
    asyncio.run(_add({**given, "languages": language or ["en"]}, data_dir))


@group.command("reset")
def reset(email: str, data_dir: DataDir = None) -> None:
    """End a person's password and logins; prints the address where the person chooses another."""
    asyncio.run(_reset(email, data_dir))


@group.command("list")
def list_people(data_dir: DataDir = None) -> None:
    """List everybody with role and email; who left stands at the end."""
    asyncio.run(_list(data_dir))


async def _add(given: dict[str, object], data_dir: Path | None) -> None:
    from app.people import staff

    body = _read(given)
    async with _office(data_dir) as office:
        _, code = await staff.add(office, staff.NewPerson(**body.model_dump(exclude={"groups"})))
    _tell(body.name, code.code, data_dir)


async def _reset(email: str, data_dir: Path | None) -> None:
    from app.people import repository as sql
    from app.people import staff
    from app.people.errors import PeopleError

    async with _office(data_dir) as office:
        index = office.vault.blind_index(office.tenant_id, email)
        user_id = await sql.holder_of(office.conn, office.tenant_id, index)
        if user_id is None:
            raise PeopleError(f"Nobody has the email {email}. `frontdesk user list` shows everybody.")
        code = await staff.reset(office, user_id)
    _tell(email, code.code, data_dir)


async def _list(data_dir: Path | None) -> None:
    from app.conversations.seal import open_text
    from app.people import repository as sql

    async with _office(data_dir) as office:
        people = await sql.people(office.conn, office.tenant_id)
    for one in people:
        email = open_text(office.vault, office.tenant_id, one.email, f"users:email:{one.user_id}")
        left = "  (left)" if one.deactivated_at else ""
        print(f"{one.role:<11} {email:<32} {one.name}{left}")
    if not people:
        print("Nobody works here yet. `frontdesk user add EMAIL --name NAME --role admin` adds the first.")


def _read(given: dict[str, object]) -> "NewPersonBody":
    """Read the options, or say which does not fit."""
    from pydantic import ValidationError

    from app.gateway.body import mistakes
    from app.people.errors import PeopleError
    from app.people.shapes import NewPersonBody

    try:
        return NewPersonBody.model_validate(given)
    except ValidationError as error:
        told = "; ".join(f"{mistake['loc'][0]}: {mistake['msg']}" for mistake in mistakes(error))
        raise PeopleError(told) from None


@asynccontextmanager
async def _office(data_dir: Path | None) -> "AsyncIterator[Office]":
    """One transaction in which the machine's owner changes people; a refusal is one line."""
    from app.audit.record import COMMAND
    from app.people.errors import PeopleError
    from app.people.staff import Office
    from app.privacy.vault import Vault
    from app.problems import Problem
    from app.settings import load_settings

    vault = Vault.from_file(load_settings(data_dir=data_dir).master_key)
    try:
        async with open_tenant(data_dir) as (conn, tenant_id):
            yield Office(conn=conn, vault=vault, tenant_id=tenant_id, actor=COMMAND, now=datetime.now(UTC))
    except Problem as problem:
        raise PeopleError(f"{problem.title} {problem.detail}") from None


def _tell(name: str, code: str, data_dir: Path | None) -> None:
    """Print where a person chooses a password."""
    from app.commands.state import running_address
    from app.people.shapes import welcome_path
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    base = settings.public_url or running_address(settings) or f"http://{settings.host}:{settings.port}"
    print(f"{name} chooses a password here, within three days:\n{base.rstrip('/')}{welcome_path(code)}")
