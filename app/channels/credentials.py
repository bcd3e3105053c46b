"""The file of channels' credentials, in Rasa's own shape; the connectors read it in their process."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from app.channels.errors import ChannelError
from app.settings import Settings

FILE = "credentials.yml"
SERVED_HERE = ("rest", "rasa", "cmdline")
"""The engine serves `rest` itself; the other two belong to programs that are not here."""


def credentials_file(settings: Settings) -> Path:
    """Return where the credentials of channels stand, or would stand."""
    return (settings.credentials or settings.state / FILE).expanduser().absolute()


def read_channels(file: Path) -> dict[str, dict[str, Any]]:
    """Return the channels that the connectors' process serves, with their credentials as written."""
    return {name: given for name, given in _read(file).items() if name not in SERVED_HERE}


def add_channel(file: Path, name: str, credentials: Mapping[str, Any]) -> None:
    """Write a channel's credentials where only we can read them; the other channels stay as they are."""
    _write(file, {**_read(file), name: dict(credentials)})


def remove_channel(file: Path, name: str) -> bool:
    """Take a channel out of the file; False when it was not there."""
    channels = _read(file)
    if name not in channels:
        return False
    _write(file, {other: given for other, given in channels.items() if other != name})
    return True


def _write(file: Path, channels: Mapping[str, Any]) -> None:
    """Replace the file at once; a reader sees the old or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        yaml.safe_dump(dict(channels), out, sort_keys=False)
    draft.rename(file)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        found = yaml.safe_load(file.read_text("utf-8")) or {}
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise ChannelError(
            f"{file}{line}: it cannot be read as YAML. Compare it with Rasa's documentation."
        ) from None
    if not isinstance(found, dict) or not all(isinstance(given, dict | None) for given in found.values()):
        raise ChannelError(f"{file}: it must name channels, each with its fields below it.")
    return {str(name): dict(given or {}) for name, given in found.items()}
