"""A channel set up by question and answer: tried against the vendor's API before it is written down."""

import asyncio
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import yaml

from app.channels.credentials import credentials_file, read_channels
from app.channels.errors import ChannelError
from app.channels.forms import FORMS, Form
from app.embedded.addresses import running_addresses
from app.embedded.children import NLU_PYTHON, nlu_environment
from app.embedded.errors import NothingRuns
from app.settings import ROOT, Settings, inherited_environment

LOOK_EVERY_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the vendor's API said of the credentials."""

    account: str
    unsigned: str
    """Why requests cannot be told from forged ones, and what to set; empty when they can."""
    sent: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One channel of this installation."""

    name: str
    address: str
    runs: bool
    unsigned: str = ""


def form_of(name: str) -> Form:
    """Return a channel's form, or say which there are."""
    if (form := FORMS.get(name)) is None:
        raise ChannelError(
            f"There is no form for '{name}'. There are forms for {', '.join(sorted(FORMS))}. Another channel"
            " is written into credentials.yml by hand; docs/how-to-add-a-channel.md says how."
        )
    return form


def filled(form: Form, given: Mapping[str, str], address: str) -> dict[str, Any]:
    """Make the channel's credentials of the answers; an answer that is missing is named."""
    missing = [one.name for one in form.fields if not (one.optional or one.default or given.get(one.name))]
    if missing:
        raise ChannelError(f"{form.title} needs {', '.join(missing)}.")
    made: dict[str, Any] = {}
    for one in form.fields:
        if value := given.get(one.name) or one.default:
            made[one.name] = {"true": True, "false": False}.get(value.lower(), value)
    extra = {name: value for name, value in given.items() if name not in made and value}
    return {**made, **extra, **({form.address_field: address} if form.address_field else {})}


def webhook_address(base: str, name: str) -> str:
    """Return the address that a channel's provider calls."""
    return f"{base}/socket.io/" if name == "socketio" else f"{base}/webhooks/{name}/webhook"


def base_address(settings: Settings) -> str:
    """Return the address that providers reach us by."""
    return (settings.public_url or f"http://127.0.0.1:{settings.port}").rstrip("/")


async def try_out(
    settings: Settings,
    name: str,
    credentials: Mapping[str, Any],
    say: str | None = None,
    to: str | None = None,
) -> Found:
    """Ask the channel's API whom the credentials belong to; send a test message where one is wanted."""
    if not NLU_PYTHON.exists():
        raise ChannelError("NLU's environment nlu/.venv is missing, and channels need it. Run `make setup`.")
    with tempfile.TemporaryDirectory(prefix="frontdesk-channel-") as folder:
        file = Path(folder) / "credentials.yml"
        file.touch(mode=0o600)
        file.write_text(yaml.safe_dump({name: dict(credentials)}), "utf-8")
        told = await _ask(settings, ["--credentials", str(file), "--channel", name, *_test_message(say, to)])
    return Found(
        account=str(told.get("account") or ""),
        unsigned=str(told.get("unsigned") or ""),
        sent="sent" in told,
    )


def _test_message(say: str | None, to: str | None) -> list[str]:
    return ["--say", say, "--to", to] if say and to else []


async def _ask(settings: Settings, given: list[str]) -> dict[str, Any]:
    """Run the connectors' own check; what it complains of is the reason."""
    home = settings.state / "nlu" / "home"
    asking = await asyncio.create_subprocess_exec(
        *(str(NLU_PYTHON), "-m", "frontdesk_channels", "check", *given),
        cwd=ROOT / "nlu",
        env={**inherited_environment(), **nlu_environment(home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asking.communicate()
    if asking.returncode:
        why = err.decode("utf-8", "replace").strip().rpartition(os.linesep)[2]
        raise ChannelError(why.removeprefix("frontdesk_channels: ") or "The check ended without a word.")
    told: dict[str, Any] = json.loads(out.decode().strip().rpartition("\n")[2])
    return told


def list_channels(settings: Settings, base: str) -> list[Listed]:
    """Return every channel that providers can call, and whether its connector runs."""
    running = running_channels(settings)
    names = dict.fromkeys([*running, *(n for n in read_channels(credentials_file(settings)) if "." not in n)])
    rest = Listed(name="rest", address=webhook_address(base, "rest"), runs=True)
    return [
        rest,
        *(
            Listed(
                name=name,
                address=webhook_address(base, name),
                runs=name in running,
                unsigned=running.get(name, ""),
            )
            for name in names
        ),
    ]


def running_channels(settings: Settings) -> dict[str, str]:
    """Return the channels that are served now, each with why it checks no signature, or nothing."""
    try:
        url = settings.channels_url or running_addresses(settings.state).channels_url
        with urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own process's address
            told = json.load(answer)
    except (NothingRuns, OSError, ValueError, HTTPException):
        return {}
    return {str(one["name"]): str(one.get("unsigned") or "") for one in told.get("channels", ())}


async def until_served(settings: Settings, name: str, within_s: float) -> bool:
    """Wait until a running Frontdesk serves a channel; False when it does not in time."""
    for _ in range(int(within_s / LOOK_EVERY_S)):
        if name in await asyncio.to_thread(running_channels, settings):
            return True
        await asyncio.sleep(LOOK_EVERY_S)
    return False
