"""A small valid book of another company, and a way to break it in one place."""

import shutil
from pathlib import Path

LIBRARY = Path(__file__).parent / "library"
SHOP = Path(__file__).parents[3] / "policies" / "book"
"""The sample shop's book."""


def altered(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the library's book with one text replaced; the text must be there exactly once."""
    book = folder / "book"
    shutil.copytree(LIBRARY, book)
    text = (book / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    (book / file).write_text(text.replace(old, new), encoding="utf-8")
    return book
