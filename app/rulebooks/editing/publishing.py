"""Puts a book's files in place: each file whole, then the keeper checks and swaps the book."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from app.problems import Problem
from app.rulebooks.files import Files


def write_files(folder: Path, before: Files, after: Mapping[str, bytes]) -> None:
    """Make the folder's files those of `after`; a reader never sees half a file."""
    for name, content in after.items():
        if before.get(name) != content:
            _replace(folder / name, content)
    for name in before.keys() - after.keys():
        (folder / name).unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(fresh, mode)
        os.replace(fresh, path)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise


def not_writable(folder: Path) -> Problem:
    """Say that the book cannot be changed from here."""
    return Problem(
        409,
        "book-not-writable",
        "The rule book's folder cannot be written.",
        f"Give the engine's account the right to write in {folder}, or change the book where it is kept.",
    )
