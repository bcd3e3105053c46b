"""Which system account PostgreSQL runs under, and where that account can reach its files."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import EmbeddedError

CANDIDATES = ("frontdesk", "postgres", "nobody")
ELSEWHERE = Path("/var/tmp")  # noqa: S108 - ownership is checked before anything is put there


@dataclass(frozen=True)
class Account:
    """A system account without rights of its own."""

    name: str
    uid: int
    gid: int


def service_account(existing: Path | None = None) -> Account | None:
    """Whom to run PostgreSQL as; None means ourselves, which only root may not.

    A cluster that is already there keeps its owner, so that root can serve
    what an ordinary user began.
    """
    if os.geteuid() != 0:
        return None
    if existing and existing.exists() and existing.stat().st_uid != 0:
        return _owner(existing)
    for name in CANDIDATES:
        try:
            return _from_entry(pwd.getpwnam(name))
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and there is no account to run it under. "
        "Add one: useradd --system frontdesk."
    )


def _owner(folder: Path) -> Account:
    """The account a folder belongs to; PostgreSQL wants it to have a name."""
    uid = folder.stat().st_uid
    try:
        return _from_entry(pwd.getpwuid(uid))
    except KeyError:
        raise EmbeddedError(
            f"{folder} belongs to user id {uid}, which has no name here. "
            f"Give it to an account (chown -R postgres {folder}), or set another FRONTDESK_DATA_DIR."
        ) from None


def _from_entry(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_enter(folder: Path, account: Account) -> bool:
    """Whether the account may pass through every folder on the way."""
    real = folder.resolve()
    return all(_may_pass(place, account) for place in (real, *real.parents) if place.exists())


def _may_pass(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def home_for(data_dir: Path, account: Account | None) -> Path:
    """The folder for the database's files: in the data folder, or aside when the account cannot get there."""
    if account is None or can_enter(data_dir, account):
        return data_dir
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    aside = ELSEWHERE / f"frontdesk-{mark}"
    aside.mkdir(mode=0o711, exist_ok=True)
    found = aside.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedError(
            f"{aside} belongs to somebody else, so the database cannot live there. "
            f"Set FRONTDESK_DATA_DIR to a folder that account {account.name} can reach: /var/lib/frontdesk."
        )
    return aside
