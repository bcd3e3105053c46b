"""One Frontdesk a data folder: held by the kernel, so a killed process leaves nothing stale behind."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import AlreadyRunning, DiskFull, EmbeddedError

LOCK = "frontdesk.lock"
ROOM_WANTED_MB = 400


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who owns the data folder."""

    pid: int | None
    address: str


def prepare_data_dir(data_dir: Path, *, wanted_mb: int = ROOM_WANTED_MB) -> None:
    """Make the folder, passable for the database's account but ours alone to list; check its disk's room."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if data_dir.stat().st_uid == os.geteuid():
            data_dir.chmod(0o711)
        (data_dir / "log").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {data_dir} cannot be written ({error.strerror}). "
            f"Set FRONTDESK_DATA_DIR to one that can."
        ) from error
    free_mb = shutil.disk_usage(data_dir).free // 2**20
    if free_mb < wanted_mb:
        raise DiskFull(data_dir, free_mb, wanted_mb)


@contextmanager
def hold(data_dir: Path, address: str) -> Iterator[None]:
    """Own the data folder until the block ends; `AlreadyRunning` says who owns it instead."""
    with (data_dir / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = _read(data_dir / LOCK)
            raise AlreadyRunning(data_dir, other.pid, other.address) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "address": address}))
        file.flush()
        yield


def holder(data_dir: Path) -> Holder | None:
    """Who owns the data folder now, or None when nobody does."""
    try:
        with (data_dir / LOCK).open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _read(data_dir / LOCK)
    return None


def _read(lock: Path) -> Holder:
    """Read what the owner wrote; it may be writing just now."""
    try:
        found = json.loads(lock.read_text("utf-8"))
        return Holder(pid=found["pid"], address=found["address"])
    except (OSError, ValueError, KeyError):
        return Holder(pid=None, address="address unknown")
