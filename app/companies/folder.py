"""Lays a company's files out as a whole: at the end all of them are there, or none."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.companies.errors import CannotRead, FolderTaken

Files = Mapping[str, str]
"""Texts by their path inside the company's folder."""


@contextmanager
def drafted(folder: Path) -> Iterator[Path]:
    """Give a folder beside its place, and move it there at the end; a failure leaves nothing behind."""
    refuse_taken(folder)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        yield scratch
        refuse_taken(folder)
        scratch.chmod(0o755)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def refuse_taken(folder: Path) -> None:
    """Refuse a place that is taken, or that has no folder around it."""
    if folder.exists() or folder.is_symlink():
        raise FolderTaken(
            f"{folder} is there already, and nothing is overwritten. Name another folder, or move that away."
        )
    if not folder.parent.is_dir():
        raise CannotRead(f"There is no folder {folder.parent} to put {folder.name} into. Make it first.")


def write(folder: Path, files: Files) -> None:
    """Write every file; folders are made on the way, and what is secret is its owner's alone."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if (folder / "secrets").is_dir():
        (folder / "secrets").chmod(0o700)
