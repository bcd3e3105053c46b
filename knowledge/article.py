"""An article as published: what its front matter says, and the passages of its body."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """One passage: a section under its heading, cut where no list or table is torn."""

    ordinal: int
    heading: str
    anchor: str
    body: str
    sentences: tuple[str, ...]
    """What an answer may quote: sentences, list items, table rows, each readable alone."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """A help article."""

    id: str
    title: str
    domain: str
    owner: str
    language: str
    audience: str
    updated: date
    keywords: tuple[str, ...]
    products: tuple[str, ...]
    """It is only about these; none: about all."""
    valid_from: date | None
    """Before this day nothing is answered from it."""
    review: date | None
    """The day on which its owner looks at it again."""
    expires: date | None
    """From this day on nothing is answered from it."""
    body: str
    content_hash: str
    """Fingerprint of everything above: an article is published again only when it differs."""
    chunks: tuple[Chunk, ...]


class ArticleInvalid(ValueError):
    """An article cannot be published: the message names file, line or field, and what to write."""
