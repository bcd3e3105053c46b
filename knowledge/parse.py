"""Turn an article's file into passages that can be found and quoted."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knowledge.article import Article, ArticleInvalid, Chunk
from knowledge.markdown import Block, Heading, Items, Paragraph, Table, blocks, plain

MOST_CHARS = 1200
"""A longer section is cut between two of its blocks; the encoder reads little more anyway."""
_JOINED_LIST_CHARS = 320
_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!No\.)\s+(?=[\"“(]?[A-Z0-9€])")


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=3)
    domain: str
    owner: str
    language: str = Field(pattern=r"^[a-z]{2}$")
    audience: Literal["customers"]
    """Every published article is quoted to customers, so nothing else may be published."""
    updated: date
    keywords: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    valid_from: date | None = None
    review: date | None = None
    expires: date | None = None


def read_articles(folder: Path) -> tuple[Article, ...]:
    """Read every `.md` file of a folder; two articles of one id are refused."""
    articles = [parse_article(path.read_text("utf-8"), path.name) for path in sorted(folder.glob("*.md"))]
    seen: dict[str, str] = {}
    for article in articles:
        if article.id in seen:
            raise ArticleInvalid(f"{folder}: two articles have the id {article.id!r}; rename one of them")
        seen[article.id] = article.title
    return tuple(articles)


def parse_article(text: str, source: str) -> Article:
    """Read one article; `source` names it in errors."""
    found = _FRONT.match(text.replace("\r\n", "\n"))
    if found is None:
        raise ArticleInvalid(
            f"{source}:1: no front matter; begin with a line '---', fields, and another '---'"
        )
    front = _front(found.group(1), source)
    body = found.group(2).strip() + "\n"
    chunks = tuple(_chunks(front.title, blocks(body)))
    if not chunks:
        raise ArticleInvalid(f"{source}: the article has no text; write at least one paragraph")
    # What is not said leaves no mark, so that a new field publishes no old article again.
    unsaid = set() if front.products else {"products"}
    said = front.model_dump_json(exclude_none=True, exclude=unsaid)
    fingerprint = hashlib.sha256(f"{said}\n{body}".encode()).hexdigest()
    return Article(**front.model_dump(), body=body, content_hash=fingerprint, chunks=chunks)


def article_of_columns(columns: Mapping[str, Any]) -> Article:
    """Build the article again from its stored columns."""
    body = str(columns["body"])
    return Article(
        id=columns["article_id"],
        updated=columns["updated_on"],
        keywords=tuple(columns["keywords"]),
        products=tuple(columns["products"]),
        valid_from=columns["valid_from"],
        review=columns["review_on"],
        expires=columns["expires_on"],
        body=body,
        chunks=tuple(_chunks(columns["title"], blocks(body))),
        **{
            name: columns[name]
            for name in ("title", "domain", "owner", "language", "audience", "content_hash")
        },
    )


def _front(source_text: str, source: str) -> _Front:
    """Check the front matter; an error names its line or field."""
    try:
        return _Front.model_validate(YAML(typ="safe").load(source_text) or {})
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ArticleInvalid(f"{source}:{line}: {error.problem}; put texts with a colon in quotes") from error
    except YAMLError as error:
        raise ArticleInvalid(f"{source}:1: a character that no text holds; delete it") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ArticleInvalid(f"{source}: front matter field {field!r}: {first['msg']}") from error


def _chunks(title: str, body: Sequence[Block]) -> Iterator[Chunk]:
    """Cut a body into passages, numbered in reading order."""
    for ordinal, (heading, part) in enumerate(_parts(title, body)):
        yield Chunk(
            ordinal=ordinal,
            heading=heading.text,
            anchor=heading.anchor,
            body="\n\n".join(_as_text(block) for block in part),
            sentences=tuple(_sentences(part)),
        )


def _parts(title: str, body: Sequence[Block]) -> Iterator[tuple[Heading, list[Block]]]:
    """Group blocks under their heading, and cut a group that grows too long."""
    heading, part = Heading(1, title, "top"), list[Block]()
    for block in body:
        length = sum(len(_as_text(each)) for each in part)
        if part and (isinstance(block, Heading) or length + len(_as_text(block)) > MOST_CHARS):
            yield heading, part
            part = []
        if isinstance(block, Heading):
            heading = block
        else:
            part.append(block)
    if part:
        yield heading, part


def _as_text(block: Block) -> str:
    """Write a block for a reader who sees no formatting."""
    match block:
        case Paragraph(text) | Heading(_, text, _):
            return plain(text)
        case Items(numbered, texts):
            marks = (f"{number}." if numbered else "-" for number in range(1, len(texts) + 1))
            return "\n".join(f"{mark} {plain(text)}" for mark, text in zip(marks, texts, strict=True))
        case Table(head, rows):
            return "\n".join(_row_sentence(head, row) for row in rows)


def _sentences(part: Sequence[Block]) -> Iterator[str]:
    """List what may be quoted; a list that is introduced by a colon is quoted with its introduction."""
    lead = ""
    for block in part:
        match block:
            case Paragraph(text):
                *before, last = _SENTENCE_END.split(plain(text))
                yield from before
                lead = last if last.endswith(":") else ""
                if not lead:
                    yield last
            case Items(_, texts):
                yield from _item_sentences(lead, [plain(text) for text in texts])
                lead = ""
            case Table(head, rows):
                yield from (_row_sentence(head, row) for row in rows)
    if lead:
        yield lead


def _item_sentences(lead: str, texts: Sequence[str]) -> Iterator[str]:
    """Quote a short introduced list in one piece, every other list item by item."""
    joined = f"{lead} {'; '.join(text.rstrip('.') for text in texts)}."
    if lead and len(joined) <= _JOINED_LIST_CHARS:
        yield joined
        return
    yield from (text if text.endswith((".", "!", "?")) else f"{text}." for text in texts)


def _row_sentence(head: Sequence[str], row: Sequence[str]) -> str:
    """Read a table's row aloud: the first cell, then each heading with its cell."""
    cells = [f"{name.lower()} {plain(cell)}" for name, cell in zip(head[1:], row[1:], strict=False) if cell]
    return f"{plain(row[0])}: {', '.join(cells)}."
