"""Reads a file, a folder of them, or a zip as Notion exports it; what cannot be read costs only itself."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from knowledge.article import ArticleInvalid
from knowledge.parse import parse_article
from knowledge.sources.archive import Archive
from knowledge.sources.docx_reader import read_docx
from knowledge.sources.exports import read_json, read_questions
from knowledge.sources.found import Found, Page, Refused, Taken, Terms, Unreadable, take, without_origin
from knowledge.sources.html_reader import read_html
from knowledge.sources.pdf_reader import read_pdf

MOST_FILE = 20_000_000
MOST_ARCHIVE = 200_000_000
MOST_FILES = 5000
_DEEPEST_ARCHIVE = 2
"""Notion packs an export's parts into an archive of archives; nobody packs deeper."""
_NOTION_NAME = re.compile(r"\s+[0-9a-f]{32}(?=$|\.)")
_PROPERTY = re.compile(r"^([A-Z][\w ]{0,30}): (.+)$")
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)

PAGES: Mapping[str, Callable[[bytes], Page]] = {
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
TABLES: Mapping[str, Callable[[str, bytes, Terms], Iterator[Found]]] = {
    ".csv": read_questions,
    ".json": read_json,
}
KNOWN = (*PAGES, *TABLES, ".md", ".markdown", ".zip")


def read_path(path: Path, terms: Terms) -> Iterator[Found]:
    """Read a file, or every file below a folder; links that lead elsewhere are not followed."""
    if path.is_dir():
        yield from _read_folder(path, terms)
    elif path.is_file():
        yield from _read_file(path, path.name, terms)
    else:
        raise Unreadable(f"{path}: there is no such file or folder")


def _read_folder(folder: Path, terms: Terms) -> Iterator[Found]:
    number = 0
    for path in sorted(folder.rglob("*")):
        origin = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or path.is_dir():
            if path.is_symlink():
                yield Refused(origin=origin, why="a link to another folder; not followed")
            continue
        number += 1
        if number > MOST_FILES:
            yield Refused(origin=origin, why=f"more than {MOST_FILES} files; import the folders one by one")
            return
        yield from _read_file(path, origin, terms)


def _read_file(path: Path, origin: str, terms: Terms) -> Iterator[Found]:
    """Read one file after a look at its size."""
    most = MOST_ARCHIVE if path.suffix.lower() == ".zip" else MOST_FILE
    try:
        size = path.stat().st_size
        if size > most:
            yield _too_large(origin, size, most)
            return
        content = path.read_bytes()
    except OSError as mistake:
        yield Refused(origin=origin, why=f"cannot be opened: {mistake.strerror or mistake}")
        return
    yield from read_content(origin, content, terms)


def _too_large(origin: str, size: int, most: int) -> Refused:
    why = f"{size / 1e6:,.0f} MB is more than the {most // 1_000_000} MB that are read; split it"
    return Refused(origin=origin, why=why)


def read_content(origin: str, content: bytes, terms: Terms, depth: int = 0) -> Iterator[Found]:
    """Read what a file holds, by its ending; a mistake in it becomes one line."""
    suffix = PurePosixPath(origin.lower()).suffix
    try:
        if suffix in (".md", ".markdown"):
            yield read_markdown(origin, content, terms)
        elif suffix in PAGES:
            page = PAGES[suffix](content)
            yield take(
                origin, page if page.title != "Untitled" else replace(page, title=_stem(origin)), terms
            )
        elif suffix in TABLES:
            yield from TABLES[suffix](origin, content, terms)
        elif suffix == ".zip" and depth < _DEEPEST_ARCHIVE:
            yield from _read_archive(origin, content, terms, depth)
        elif suffix not in _PASSED_OVER:
            known = ", ".join(KNOWN)
            yield Refused(origin=origin, why=f"not a kind of file that is read ({known})")
    except Unreadable as mistake:
        yield Refused(origin=origin, why=str(mistake))


_PASSED_OVER = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".css", ".js", ".ico", ".woff", ".woff2")
"""What lies beside documents without being one."""


def _read_archive(origin: str, content: bytes, terms: Terms, depth: int) -> Iterator[Found]:
    """Read an archive's files; one that cannot be unpacked costs only itself."""
    archive = Archive(content)
    for name in archive.names():
        inside = f"{origin}/{name}"
        try:
            member = archive.read(name)
        except Unreadable as mistake:
            yield Refused(origin=inside, why=str(mistake))
            continue
        yield from read_content(inside, member, terms, depth + 1)


def read_markdown(origin: str, content: bytes, terms: Terms) -> Found:
    """Read Markdown: with front matter as an article of ours, without it as notes of Notion's kind."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Refused(origin=origin, why="not UTF-8; save it as UTF-8")
    if not text.startswith("---\n"):
        return take(origin, _notes(origin, text), terms)
    try:
        return Taken(origin=origin, article=parse_article(text, origin), text=text)
    except ArticleInvalid as mistake:
        return Refused(origin=origin, why=without_origin(str(mistake), origin))


def _notes(origin: str, text: str) -> Page:
    """Read notes: the first heading is the title, `Name: value` lines below it are properties."""
    title = _HEADING.search(text)
    lines = (text[: title.start()] + text[title.end() :] if title else text).strip().splitlines()
    properties: dict[str, str] = {}
    while lines and (found := _PROPERTY.match(lines[0])):
        properties[found[1].lower()] = found[2].strip()
        lines.pop(0)
    tags = properties.get("tags", "")
    return Page(
        title=title[1].strip() if title else _stem(origin),
        body="\n".join(lines),
        domain=properties.get("domain") or properties.get("category"),
        owner=properties.get("owner"),
        language=properties.get("language"),
        keywords=tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
    )


def _stem(origin: str) -> str:
    """Name a document after its file, without the number that Notion adds."""
    stem = _NOTION_NAME.sub("", PurePosixPath(origin).name).rsplit(".", 1)[0]
    return " ".join(stem.replace("-", " ").replace("_", " ").split()).capitalize() or "Untitled"
