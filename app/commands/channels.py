"""`channel add`, `channel list`, `channel remove`, `channel test` and `channel parse`."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands import mails

if TYPE_CHECKING:
    from app.channels.forms import Form
    from app.channels.setting_up import Found
    from app.settings import Settings

group = typer.Typer(help="Channels by which customers write.", no_args_is_help=True)
group.add_typer(mails.group, name="parse")
group.command("aside")(mails.aside)
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
HELLO = "Frontdesk is connected. This is a test message."
SERVED_WITHIN_S = 40.0


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Such as slack or telegram.")],
    given: Annotated[
        list[str] | None,
        typer.Option("--set", help="FIELD=VALUE, instead of being asked; repeat for several."),
    ] = None,
    to: Annotated[str | None, typer.Option(help="To whom a test message goes.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Connect a channel: asks for what it needs, tries it, and prints the address to paste."""
    asyncio.run(_add(name, given or [], to, data_dir))


@group.command("list")
def list_all(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List channels with the addresses that their providers call."""
    from app.channels.setting_up import list_channels

    settings = _settings(data_dir)
    found = list_channels(settings, _base(settings))
    if as_json:
        print(json.dumps({"channels": [vars(one) for one in found]}))
        return
    for one in found:
        print(f"{one.name:<12} {'runs' if one.runs else 'does not run':<13} {one.address}")
        if one.unsigned:
            print(f"{'':<12} anybody can write here: {one.unsigned}")


@group.command("remove")
def remove(name: str, data_dir: DataDir = None) -> None:
    """Disconnect a channel; its conversations stay."""
    from app.channels.credentials import credentials_file, remove_channel
    from app.channels.errors import ChannelError

    file = credentials_file(_settings(data_dir))
    if not remove_channel(file, name):
        raise ChannelError(f"{file} does not name {name}.")
    print(f"{name} is disconnected. Take our address out of its settings there, too.")


@group.command("test")
def prove(
    name: Annotated[str | None, typer.Argument(help="A channel, or the class path of a vendor.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every channel that the kit knows.")] = False,
    as_json: AsJson = False,
    into: Annotated[Path | None, typer.Option(help="Page whose table of checks is written anew.")] = None,
) -> None:
    """Have channels prove what every channel must, against their vendors on loopback."""
    from app.channels.errors import ChannelError
    from app.channels.kit.peers import EDGES, PEERS
    from app.channels.kit.run import run_kit, table, with_table

    known = sorted({**PEERS, **EDGES})
    if name is None and not every:
        raise ChannelError(f"Name a channel or say --all. The kit knows {', '.join(known)}.")
    with tempfile.TemporaryDirectory(prefix="frontdesk-kit-") as folder:
        verdicts = asyncio.run(run_kit([name] if name else known, Path(folder)))
    failed = [verdict for verdict in verdicts if verdict.failed]
    if into is not None:
        into.write_text(with_table(into.read_text("utf-8"), table(verdicts)), "utf-8")
    if as_json:
        print(json.dumps({"passed": not failed, "checks": [vars(verdict) for verdict in verdicts]}))
    else:
        print(table(verdicts))
        for verdict in failed:
            print(f"{verdict.channel}, {verdict.check}: {verdict.why}", file=sys.stderr)
    if failed:
        sys.exit(1)


def _settings(data_dir: Path | None) -> "Settings":
    from app.settings import load_settings

    return load_settings(data_dir=data_dir)


def _base(settings: "Settings") -> str:
    """The address that providers reach us by: the public one, or that of the engine that runs."""
    from app.channels.setting_up import base_address
    from app.commands.state import running_address

    return settings.public_url or running_address(settings) or base_address(settings)


async def _add(name: str, given: list[str], to: str | None, data_dir: Path | None) -> None:
    from app.channels.credentials import add_channel, credentials_file
    from app.channels.setting_up import filled, form_of, try_out, webhook_address

    settings, form = _settings(data_dir), form_of(name)
    address = webhook_address(_base(settings), name)
    credentials = filled(form, _answers(form, given), address)
    found = await try_out(settings, name, credentials, HELLO, to)
    file = credentials_file(settings)
    add_channel(file, name, credentials)
    _tell(form, found, address, file, to)
    await _tell_when_served(settings, name)


def _answers(form: "Form", given: list[str]) -> dict[str, str]:
    """Take what was given, and ask for the rest."""
    answers = dict(one.partition("=")[::2] for one in given)
    for field in form.fields:
        if field.name in answers or (given and (field.optional or field.default)):
            continue
        asked = f"{field.ask}{' (may be empty)' if field.optional else ''}"
        known: dict[str, Any] = {"default": field.default, "show_default": bool(field.default)}
        more = known if field.optional or field.default else {}
        answers[field.name] = typer.prompt(asked, hide_input=field.secret, **more).strip()
    return answers


def _tell(form: "Form", found: "Found", address: str, file: Path, to: str | None) -> None:
    print(f"{form.title}: the credentials are good{f' ({found.account})' if found.account else ''}.")
    print(f"Written to {file}.")
    print(f"\n  {address}\n")
    print(form.paste or "The provider is told this address by itself; nothing need be pasted.")
    if found.unsigned:
        print(f"Anybody who knows the address can write: {found.unsigned}.")
    if found.sent:
        print(f"A test message went to {to}.")
    elif form.to:
        print(f"Add --to with a {form.to} to have a test message sent.")
    if "127.0.0.1" in address or "localhost" in address:
        print("Providers cannot reach this address. Set FRONTDESK_PUBLIC_URL to the one that they can.")


async def _tell_when_served(settings: "Settings", name: str) -> None:
    from app.channels.setting_up import until_served
    from app.embedded.lock import holder

    if holder(settings.state) is None:
        print("It is served from the next start of Frontdesk.")
    elif await until_served(settings, name, SERVED_WITHIN_S):
        print("It is served now.")
    else:
        print(f"It is not served yet. The log is {settings.state / 'log' / 'channels.log'}.")
