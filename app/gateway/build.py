"""Puts the front door together: who may send how much, and the files that come with messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from app.attachments.build import build_files, file_rounds
from app.attachments.service import Files
from app.db import Database
from app.gateway.limits.build import build_door
from app.gateway.limits.door import Door
from app.privacy.vault import Vault
from app.rounds import Rounds
from app.rulebooks import BookShelf
from app.settings import Settings


@dataclass(frozen=True, kw_only=True)
class GatewayHouse:
    """What stands behind the front door's routes."""

    door: Door
    files: Files
    rounds: Rounds


def build_gateway(
    settings: Settings,
    redis: Redis,
    database: Database,
    vault: Vault,
    shelf: BookShelf,
    clock: Callable[[], datetime],
) -> GatewayHouse:
    """Build what the front door needs beside the house's own services."""
    door = build_door(redis, vault, shelf, clock)
    files = build_files(settings, database, vault, shelf, clock, door)
    return GatewayHouse(door=door, files=files, rounds=file_rounds(database, files))
