"""A designer's changes laid over the folder's files; pure. Whoever changed the same file since is told of."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.rulebooks.files import Files

NAME = re.compile(r"([a-z0-9][a-z0-9_-]*/){0,3}[a-z0-9][a-z0-9_-]*\.yaml")
LONGEST_FILE = 200_000


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """A file as a designer wants it."""

    name: str
    text: str | None
    """None deletes the file."""
    was: str | None
    """Fingerprint of the file that the designer began with; None for a new file."""


@dataclass(frozen=True, kw_only=True)
class Laid:
    """The book as it would be, and the files that somebody else changed meanwhile."""

    files: Mapping[str, bytes]
    changed: tuple[str, ...]
    """Names of the files that differ from the folder's."""
    conflicts: tuple[str, ...]


def fingerprint(content: bytes) -> str:
    """Name a file's content."""
    return hashlib.sha256(content).hexdigest()[:16]


def fit_name(name: str) -> bool:
    """Say whether a name is one that a book's file may have; no name leads out of the folder."""
    return NAME.fullmatch(name) is not None


def lay(files: Files, changes: Iterable[FileChange]) -> Laid:
    """Lay changes over files; a file that is already as wanted is no conflict."""
    after, conflicts = dict(files), []
    for change in changes:
        now = files.get(change.name)
        wanted = None if change.text is None else change.text.encode()
        if now != wanted and _print(now) != change.was:
            conflicts.append(change.name)
        if wanted is None:
            after.pop(change.name, None)
        else:
            after[change.name] = wanted
    changed = sorted(name for name in {*files, *after} if files.get(name) != after.get(name))
    return Laid(files=after, changed=tuple(changed), conflicts=tuple(conflicts))


def _print(content: bytes | None) -> str | None:
    return None if content is None else fingerprint(content)
