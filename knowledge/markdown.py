"""The Markdown that articles are written in: headings, paragraphs, lists, tables; nothing else."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count

_HEADING = re.compile(r"(#{1,4})\s+(.+?)\s*#*$")
_BULLET = re.compile(r"[-*+]\s+(.*)")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+(.*)")
_RULE = re.compile(r"\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?$")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
_EMPHASIS = re.compile(r"(\*\*|`|(?<!\w)_|_(?!\w)|\*)")


@dataclass(frozen=True)
class Heading:
    """A heading and the anchor by which its section is opened."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    """Running text, its lines joined."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list, numbered or not."""

    numbered: bool
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with one row of headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Items | Table


def blocks(source: str) -> tuple[Block, ...]:
    """Read an article's body; lists and tables stay whole, and no two headings have the same anchor."""
    return tuple(_told_apart(_block(lines) for lines in _groups(source)))


def _told_apart(found: Iterable[Block]) -> Iterator[Block]:
    """Number the anchors that are there already, so that each heading can be opened."""
    taken: set[str] = set()
    for block in found:
        if isinstance(block, Heading):
            block = replace(block, anchor=_free(block.anchor, taken))
            taken.add(block.anchor)
        yield block


def _free(wanted: str, taken: Container[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbered) if name not in taken)


def anchor(heading: str) -> str:
    """Make the part of an address that names a heading."""
    return _NOT_WORD.sub("-", heading.lower()).strip("-") or "section"


def plain(text: str) -> str:
    """Drop emphasis and the addresses of links, keep the words."""
    return _EMPHASIS.sub("", _LINK.sub(r"\1", text))


def _groups(source: str) -> Iterator[list[str]]:
    """Group lines that belong to one block: blank lines and headings separate."""
    group: list[str] = []
    for line in source.splitlines():
        ends = not line.strip() or _HEADING.match(line) or (group and _starts_other(group, line))
        if ends and group:
            yield group
            group = []
        if _HEADING.match(line):
            yield [line]
        elif line.strip():
            group.append(line)
    if group:
        yield group


def _starts_other(group: list[str], line: str) -> bool:
    """Tell whether a list begins right after a paragraph, without a blank line."""
    return _item(line) is not None and _item(group[0]) is None


def _item(line: str) -> str | None:
    """Return a list item's text, or None for any other line."""
    found = _BULLET.match(line.strip()) or _NUMBERED.match(line.strip())
    return found.group(1) if found else None


def _block(lines: list[str]) -> Block:
    """Recognise one group of lines."""
    if heading := _HEADING.match(lines[0]):
        return Heading(len(heading.group(1)), plain(heading.group(2)), anchor(heading.group(2)))
    if len(lines) > 2 and "|" in lines[0] and _RULE.match(lines[1].strip()):
        head, _, *rows = [_cells(line) for line in lines]
        return Table(head, tuple(rows))
    if _item(lines[0]) is not None:
        return Items(_NUMBERED.match(lines[0].strip()) is not None, _item_texts(lines))
    return Paragraph(" ".join(line.strip() for line in lines))


def _cells(line: str) -> tuple[str, ...]:
    """Split a table's row."""
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _item_texts(lines: list[str]) -> tuple[str, ...]:
    """Join each item with the lines that continue it."""
    texts: list[str] = []
    for line in lines:
        item = _item(line)
        if item is not None:
            texts.append(item)
        else:
            texts[-1] = f"{texts[-1]} {line.strip()}"
    return tuple(texts)
