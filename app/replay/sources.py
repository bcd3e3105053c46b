"""Which book is meant: a folder, `current`, or the name of a version that was in force."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.db import Database
from app.replay.errors import NoSuchBook, SinceUnclear
from app.rulebooks.archive import BookArchive
from app.rulebooks.files import Files, read_files
from app.rulebooks.repository import versions_named
from app.settings import Settings

CURRENT = "current"
SHORTEST = 4
"""So many letters of a version at least, so that a misspelt folder is not taken for one."""
AGO = re.compile(r"(\d+)\s*([dhw])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def is_folder(name: str) -> bool:
    """Say whether a name means a folder here."""
    return Path(name).is_dir()


async def files_of(name: str, settings: Settings, archive: BookArchive, database: Database) -> Files:
    """Read the files of the book that a person named."""
    if is_folder(name):
        return read_files(Path(name))
    version = await _version(name, settings, archive, database)
    if version is None and name == CURRENT:
        return read_files(settings.book)
    files = await archive.files(settings.tenant, version) if version else None
    if files is None:
        raise NoSuchBook(f"'{name}' is no folder, not `{CURRENT}`, and no version that was in force.")
    return files


async def _version(name: str, settings: Settings, archive: BookArchive, database: Database) -> str | None:
    if name == CURRENT:
        stored = await archive.versions(settings.tenant, most=1)
        return stored[0].version if stored else None
    if len(name) < SHORTEST:
        return None
    async with database.tenant(settings.tenant) as conn:
        found = await versions_named(conn, settings.tenant, name)
    if len(found) > 1:
        raise NoSuchBook(f"'{name}' begins the name of several versions; write more of it.")
    return found[0] if found else None


def since(text: str | None, now: datetime) -> datetime | None:
    """Read a day, a time, or a length before now."""
    if text is None:
        return None
    if ago := AGO.fullmatch(text.strip()):
        return now - int(ago[1]) * UNITS[ago[2]]
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise SinceUnclear(
            f"--since {text}: write a day as 2026-11-01, or a length as 7d, 24h or 2w."
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
