"""Reads Word documents: styles say what is a heading and what a list; tables stay tables."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from knowledge.sources.archive import Archive
from knowledge.sources.found import Page, Unreadable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DOCUMENT = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
STYLES = "word/styles.xml"
_HEADING = re.compile(r"heading (\d)$")


def read_docx(content: bytes) -> Page:
    """Read a document's text; pictures, comments and changes that were taken back are left out."""
    archive = Archive(content)
    if DOCUMENT not in archive:
        raise Unreadable("not a Word document: no word/document.xml in it; save it as .docx again")
    body = _xml(archive.read(DOCUMENT)).find(f"{W}body")
    if body is None:
        raise Unreadable("the document has no body; save it as .docx again")
    reader = _Reader(_links(archive), _style_names(archive))
    blocks = list(reader.blocks(body))
    title = reader.title or next((text.lstrip("# ") for text in blocks if text.startswith("#")), "")
    if blocks and title and blocks[0].lstrip("# ") == title:
        blocks = blocks[1:]
    if not blocks:
        raise Unreadable("no text in it; a scanned document must be recognised first")
    return Page(title=title or blocks[0][:70], body="\n\n".join(blocks))


def _xml(content: bytes) -> etree._Element:
    """Parse XML that somebody sent: no entities, nothing fetched."""
    try:
        return etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )
    except etree.XMLSyntaxError as mistake:
        raise Unreadable("the document is damaged; save it as .docx again") from mistake


def _links(archive: Archive) -> Mapping[str, str]:
    if RELATIONS not in archive:
        return {}
    found = _xml(archive.read(RELATIONS))
    return {one.get("Id", ""): one.get("Target", "") for one in found if one.get("TargetMode") == "External"}


def _style_names(archive: Archive) -> Mapping[str, str]:
    """Return what each style is called in English, whatever the author's language is."""
    if STYLES not in archive:
        return {}
    found: dict[str, str] = {}
    for style in _xml(archive.read(STYLES)).iter(f"{W}style"):
        name = style.find(f"{W}name")
        if name is not None:
            found[style.get(f"{W}styleId", "")] = name.get(f"{W}val", "").lower()
    return found


class _Reader:
    def __init__(self, links: Mapping[str, str], styles: Mapping[str, str]) -> None:
        self._links = links
        self._styles = styles
        self.title = ""

    def blocks(self, body: etree._Element) -> Iterator[str]:
        """Yield paragraphs, lists and tables as Markdown."""
        items: list[str] = []
        for child in body:
            item = self._item(child) if child.tag == f"{W}p" else None
            if item is not None:
                items.append(f"- {item}")
                continue
            if items:
                yield "\n".join(items)
                items = []
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
        if items:
            yield "\n".join(items)

    def _item(self, paragraph: etree._Element) -> str | None:
        """Return the text of a list's paragraph, or None for any other."""
        listed = paragraph.find(f"{W}pPr/{W}numPr") is not None or self._style(paragraph).startswith("list ")
        return (self._text(paragraph) or None) if listed else None

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        text, style = self._text(paragraph), self._style(paragraph)
        if not text:
            return
        if style == "title":
            self.title = self.title or text
        elif level := _HEADING.match(style):
            yield f"{'#' * min(4, max(2, int(level[1])))} {text}"
        else:
            yield text

    def _style(self, paragraph: etree._Element) -> str:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        given = "" if style is None else style.get(f"{W}val", "")
        return self._styles.get(given, re.sub(r"(?<=[a-z])(?=\d)", " ", given.lower()))

    def _table(self, table: etree._Element) -> Iterator[str]:
        rows = [[self._cell(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
        if len(rows) < 2:
            yield from (" ".join(row) for row in rows if any(row))
            return
        lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cell(self, cell: etree._Element) -> str:
        texts = (self._text(one) for one in cell.iter(f"{W}p"))
        return " ".join(filter(None, texts)).replace("|", "/")

    def _text(self, paragraph: etree._Element) -> str:
        """Return what a paragraph says; a link keeps its address."""
        parts = []
        for child in paragraph:
            text = _runs(child)
            address = self._links.get(child.get(RELATION, ""), "") if child.tag == f"{W}hyperlink" else ""
            safe = address.startswith(("http://", "https://", "mailto:")) and not set(" ()") & set(address)
            parts.append(f"[{text}]({address})" if text and safe else text)
        return re.sub(r"\s+", " ", "".join(parts)).strip()


def _runs(element: etree._Element) -> str:
    """Join the texts below an element; what was deleted there is no text any more."""
    if element.tag == f"{W}del":
        return ""
    marks = {f"{W}t": None, f"{W}tab": " ", f"{W}br": " "}
    return "".join((marks[one.tag] or one.text or "") for one in element.iter(*marks))
