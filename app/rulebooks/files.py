"""A book's files as one value: read in one go, packed for the archive, laid out again to be loaded."""

import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

from policies.check import Report, check
from policies.facts import Tools
from policies.loader import compile_book, read_folder
from policies.model import Book

Files = Mapping[str, bytes]
"""Contents by the name inside the folder."""

Look = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of every file: another look means that something changed."""


def look_at(folder: Path) -> Look:
    """Look at a folder without reading it."""
    found = []
    for path in folder.rglob("*.yaml"):
        try:
            seen = path.stat()
        except OSError:
            continue
        found.append((path.relative_to(folder).as_posix(), seen.st_mtime_ns, seen.st_size))
    return tuple(sorted(found))


def read_files(folder: Path) -> dict[str, bytes]:
    """Read every file of a book; one that goes away meanwhile is left out."""
    files = {}
    for name, _, _ in look_at(folder):
        try:
            files[name] = (folder / name).read_bytes()
        except OSError:
            continue
    return files


def pack(files: Files) -> bytes:
    """Compress a book's files into one value; the same files give the same bytes."""
    texts = {name: content.decode("utf-8") for name, content in sorted(files.items())}
    return zlib.compress(orjson.dumps(texts), 6)


def unpack(packed: bytes) -> dict[str, bytes]:
    """Take the files out again."""
    return {name: text.encode() for name, text in orjson.loads(zlib.decompress(packed)).items()}


@contextmanager
def laid_out(files: Files) -> Iterator[Path]:
    """Write a book's files into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-book-") as folder:
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield Path(folder)


def check_files(files: Files, tools: Tools | None) -> Report:
    """Check a book as `frontdesk check` does, from files that cannot change meanwhile."""
    with laid_out(files) as folder:
        return check(folder, tools)


def recompile(files: Files, tools: Tools | None) -> Book | None:
    """Compile a book that was checked once; None when this program cannot read it any more."""
    with laid_out(files) as folder:
        draft = read_folder(folder)
        if draft.problems:
            return None
        book = compile_book(draft, tools)
        return None if draft.problems else book
