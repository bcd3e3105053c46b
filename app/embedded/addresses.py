"""Where everything beside the engine listens, written down for a second engine and for the next start."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from app.embedded.errors import NothingRuns
from app.embedded.lock import holder
from app.settings import Settings

ADDRESSES = Path("run") / "addresses.json"
PORTS = Path("run") / "ports.json"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """What an engine needs to know about the servers it speaks to."""

    database_url: str
    redis_url: str
    nlu_url: str | None
    shop_url: str | None
    shop_token: str | None
    channels_url: str | None = None
    channels_token: str | None = None

    def into(self, settings: Settings, **more: Any) -> Settings:
        """The settings of an engine that uses these servers."""
        found: dict[str, Any] = {
            "nlu_url": self.nlu_url,
            "shop_url": self.shop_url,
            "channels_url": self.channels_url,
            **more,
        }
        secret = {
            "database_url": self.database_url,
            "redis_url": self.redis_url,
            "shop_token": self.shop_token,
            "channels_token": self.channels_token,
        }
        found.update((name, SecretStr(value)) for name, value in secret.items() if value is not None)
        return settings.model_copy(update=found)


def save_addresses(data_dir: Path, addresses: Addresses) -> None:
    """Write them where only we can read them: they carry passwords."""
    _write(data_dir / ADDRESSES, asdict(addresses))


def running_addresses(data_dir: Path) -> Addresses:
    """The servers that run on this data folder now; `NothingRuns` when there are none."""
    try:
        found = json.loads((data_dir / ADDRESSES).read_text("utf-8"))
    except (OSError, ValueError):
        raise NothingRuns(data_dir) from None
    if holder(data_dir) is None:
        raise NothingRuns(data_dir)
    return Addresses(**found)


def last_ports(data_dir: Path) -> dict[str, int]:
    """The ports of the last start, so that addresses stay the same from one to the next."""
    try:
        found = json.loads((data_dir / PORTS).read_text("utf-8"))
        return {str(name): int(port) for name, port in found.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def save_ports(data_dir: Path, ports: Mapping[str, int]) -> None:
    """Remember the ports for the next start."""
    _write(data_dir / PORTS, dict(ports))


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a private file at once; a reader sees the old or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    draft.rename(path)
