"""Reads web pages: headings, paragraphs, lists and tables become Markdown, menus and scripts go."""

import re
from collections.abc import Iterator

from lxml import etree, html

from knowledge.sources.found import Page, Unreadable

DROPPED = frozenset(
    (
        *("script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button"),
        *("svg", "iframe", "object", "embed", "select", "video"),
    )
)
INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "cite", "code", "em", "i", "img", "kbd", "mark", "q", "s", "small"),
        *("span", "strong", "sub", "sup", "time", "u", "wbr", "label"),
    )
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
DEEPEST = 200
"""Elements nested deeper than any page that somebody wrote."""
_SPACES = re.compile(r"\s+")
_CONTENT = ("//main", "//article", "//*[@role='main']", "//body")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|/(?!/)|#)\S+$")


def read_html(content: bytes | str) -> Page:
    """Read a page's own text; menus, forms and scripts are no part of it."""
    root = _parsed(content)
    body = _main(root)
    title = _title(root, body)
    blocks = list(_blocks(body, 0))
    if blocks and blocks[0].lstrip("# ") == title:
        blocks = blocks[1:]
    if not blocks:
        raise Unreadable("no text in it; a page that scripts draw cannot be read, export its text instead")
    return Page(title=title, body="\n\n".join(blocks), language=root.get("lang"))


def markdown_of(fragment: str) -> str:
    """Turn the HTML of another system's editor into Markdown."""
    return "\n\n".join(_blocks(_parsed(f"<div>{fragment}</div>"), 0)) if fragment.strip() else ""


def _parsed(content: bytes | str) -> etree._Element:
    try:
        raw = content.encode() if isinstance(content, str) else content
        parser = html.HTMLParser(
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8" if _is_utf8(raw) else None,
        )
        return html.document_fromstring(raw, parser=parser)
    except (etree.LxmlError, ValueError, UnicodeError) as mistake:
        raise Unreadable("not readable as HTML; save the page again") from mistake


def _is_utf8(raw: bytes) -> bool:
    """Tell whether bytes are UTF-8; what is not says its encoding itself, or is taken for Latin letters."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _main(root: etree._Element) -> etree._Element:
    """Find the part that holds the page's own text."""
    for path in _CONTENT:
        found = root.xpath(path)
        if len(found) == 1 and _words(found[0]):
            return found[0]
    return root


def _title(root: etree._Element, body: etree._Element) -> str:
    for path in (".//h1", ".//h2"):
        if (heading := next((_words(one) for one in body.xpath(path) if _words(one)), None)) is not None:
            return heading
    return _words(next(iter(root.xpath("//title")), None)) or "Untitled"


def _words(element: etree._Element | None) -> str:
    """Return an element's text in one line."""
    return "" if element is None else _SPACES.sub(" ", "".join(element.itertext())).strip()


def _blocks(element: etree._Element, depth: int) -> Iterator[str]:
    """Yield an element's blocks as Markdown; text between blocks is a paragraph."""
    if depth > DEEPEST:
        raise Unreadable(f"elements are nested more than {DEEPEST} deep; the page is broken")
    loose = [_text(element.text)]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in DROPPED:
            pass
        elif _is_inline(child):
            loose.append(_inline(child))
        else:
            yield from _paragraph(loose)
            loose = []
            yield from _block(child, tag, depth)
        loose.append(_text(child.tail))
    yield from _paragraph(loose)


def _block(element: etree._Element, tag: str, depth: int) -> Iterator[str]:
    """Yield what one block element says."""
    if tag in HEADINGS:
        if words := _words(element):
            yield f"{'#' * max(2, HEADINGS[tag])} {words}"
    elif tag in ("ul", "ol"):
        yield from _list(element, tag)
    elif tag == "table":
        yield from _table(element)
    elif tag == "br":
        pass
    else:
        yield from _blocks(element, depth + 1)


def _paragraph(loose: list[str]) -> Iterator[str]:
    text = _SPACES.sub(" ", "".join(loose)).strip()
    if text:
        yield text


def _list(element: etree._Element, tag: str) -> Iterator[str]:
    """Write a list whole; lists within it become items of their own."""
    items = [_item_text(item) for item in element.iter("li")]
    numbered = tag == "ol"
    lines = [
        f"{f'{number}.' if numbered else '-'} {text}" for number, text in enumerate(filter(None, items), 1)
    ]
    if lines:
        yield "\n".join(lines)


def _item_text(item: etree._Element) -> str:
    """Return what an item says itself, without the lists in it."""
    parts = [_text(item.text)]
    for child in item:
        if child.tag not in ("ul", "ol") and child.tag not in DROPPED:
            parts.append(_inline(child))
        parts.append(_text(child.tail))
    return _SPACES.sub(" ", "".join(parts)).strip()


def _table(element: etree._Element) -> Iterator[str]:
    """Write a table whole; without headings its first row serves as such."""
    rows = [[_cell(cell) for cell in row.iter("th", "td")] for row in element.iter("tr")]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    width = max(len(row) for row in rows)
    head, *rest = [row + [""] * (width - len(row)) for row in rows]
    if not rest or width == 1:
        yield from (" ".join(filter(None, row)) for row in rows)
        return
    lines = [head, ["---"] * width, *rest]
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(element: etree._Element) -> str:
    return _inline_content(element).replace("|", "/").strip()


def _is_inline(element: etree._Element) -> bool:
    blocks = ("p", "div", "ul", "ol", "table", "section", *HEADINGS)
    return element.tag in INLINE and next(element.iter(*blocks), None) is None


def _inline(element: etree._Element) -> str:
    """Write marked text; addresses that are no safe link leave only their words."""
    text = _inline_content(element)
    words = text.strip()
    if not words:
        return " " if text else ""
    if element.tag in ("b", "strong") and "*" not in words:
        return f"**{words}**" + (" " if text.endswith(" ") else "")
    href = (element.get("href") or "").strip()
    if element.tag == "a" and _SAFE_LINK.match(href) and not {"[", "]", "("} & set(words) and ")" not in href:
        return f"[{words}]({href})"
    return text


def _inline_content(element: etree._Element) -> str:
    parts = [_text(element.text)]
    for child in element:
        if child.tag == "br":
            parts.append(" ")
        elif child.tag not in DROPPED and isinstance(child.tag, str):
            parts.append(_inline(child))
        parts.append(_text(child.tail))
    return _SPACES.sub(" ", "".join(parts))


def _text(text: str | None) -> str:
    return _SPACES.sub(" ", text or "")
