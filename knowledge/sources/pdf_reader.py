"""Reads PDF documents: lines in larger type are headings, the rest are paragraphs and lists."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from knowledge.sources.found import Page, Unreadable

MOST_PAGES = 500
_LARGER = 1.12
_BULLET = re.compile(r"^[•‣▪●○–]\s*")
_ITEM = re.compile(r"^(?:- |\d{1,3}[.)] )")


@dataclass(frozen=True)
class Line:
    """A line of type, and how large it is set."""

    text: str
    size: float


def read_pdf(content: bytes) -> Page:
    """Read a PDF's text; what is only a picture of text cannot be read."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted; save it without a password")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"more than {MOST_PAGES} pages; split it into articles")
        lines = [line for page in reader.pages for line in _lines(page)]
        title = str((reader.metadata.title if reader.metadata else None) or "")
    except Unreadable:
        raise
    except FileNotDecryptedError as locked:
        raise Unreadable("encrypted; save it without a password") from locked
    except LimitReachedError as bomb:
        raise Unreadable("unpacks to more than a document holds: a bomb; not read") from bomb
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as mistake:
        raise Unreadable("the PDF is damaged; export it again") from mistake
    except RecursionError as nested:
        raise Unreadable("its parts point at each other in a circle; export it again") from nested
    if not any(line.text for line in lines):
        raise Unreadable("no text in it; a scanned document must be recognised first")
    return page_of(lines, title.strip())


def page_of(lines: Sequence[Line], title: str = "") -> Page:
    """Tell headings by their size, and join the lines of a paragraph."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    blocks = list(_blocks(lines, usual))
    first = next((block for block in blocks if block.startswith("#")), "")
    if first and (not title or first.lstrip("# ") == title):
        title = first.lstrip("# ")
        blocks.remove(first)
    return Page(title=title or blocks[0][:70], body="\n\n".join(blocks))


def _lines(page: PageObject) -> Iterator[Line]:
    """Read a page line by line, each with the size of its type."""
    parts: list[tuple[str, float]] = []

    def seen(text: str, _cm: Any, matrix: Any, _font: Any, size: float) -> None:
        scale = abs(matrix[3]) or abs(matrix[0]) or 1.0
        parts.append((text, round(size * scale, 1)))

    page.extract_text(visitor_text=seen)
    text, size = "", 0.0
    for part, points in parts:
        for number, piece in enumerate(part.split("\n")):
            if number:
                yield from _line(text, size)
                text, size = "", 0.0
            if piece.strip():
                size = max(size, points)
            text += piece
    yield from _line(text, size)


def _line(text: str, size: float) -> Iterator[Line]:
    yield Line(re.sub(r"\s+", " ", text).strip(), size)


def _blocks(lines: Sequence[Line], usual: float) -> Iterator[str]:
    """Join lines into blocks: an empty line, a heading or a list's mark begins a new one."""
    open_: list[str] = []
    for line in lines:
        text = _BULLET.sub("- ", line.text)
        heading = bool(text) and line.size >= _LARGER * usual and len(text) <= 120
        if (not text or heading or _starts(open_, text)) and open_:
            yield _joined(open_)
            open_ = []
        if heading:
            yield f"## {text}"
        elif text:
            open_.append(text)
    if open_:
        yield _joined(open_)


def _starts(open_: Sequence[str], text: str) -> bool:
    """Tell whether a line begins a list after a paragraph."""
    return bool(open_) and bool(_ITEM.match(text)) and not _ITEM.match(open_[0])


def _joined(lines: Sequence[str]) -> str:
    """Join the lines of a paragraph; a word broken at a line's end is mended, list items keep their lines."""
    text = lines[0]
    for line in lines[1:]:
        if _ITEM.match(line):
            text += f"\n{line}"
        elif re.search(r"[a-z]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text += f" {line}"
    return text
