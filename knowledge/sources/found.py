"""What a source holds: articles, ready-made replies, and what could not be taken, with the reason."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.article import Article, ArticleInvalid
from knowledge.parse import parse_article

MOST_BODY_CHARS = 400_000
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is said of documents that do not say it themselves."""

    today: date
    domain: str = "general"
    owner: str = "nobody-yet"
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An article, and the file that it would be."""

    origin: str
    article: Article
    text: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A document that could not be taken: one clear line says why."""

    origin: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A ready-made reply of agents, a macro in other systems."""

    origin: str
    name: str
    text: str


Found = Taken | Refused | Reply


class Unreadable(ValueError):
    """A document cannot be read: the message says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A document as its reader understood it: a title, and Markdown below it."""

    title: str
    body: str
    name: str = ""
    """What it is called in addresses, where the source says so."""
    language: str | None = None
    domain: str | None = None
    owner: str | None = None
    updated: date | None = None
    keywords: tuple[str, ...] = ()


def take(origin: str, page: Page, terms: Terms) -> Taken | Refused:
    """Make an article of a page; what is missing comes from the terms of the import."""
    page = replace(page, title=_in_one_line(page.title), keywords=tuple(map(_in_one_line, page.keywords)))
    if len(page.body) > MOST_BODY_CHARS:
        return Refused(
            origin=origin, why=f"longer than {MOST_BODY_CHARS:,} characters; split it into articles"
        )
    text = front_matter(page, terms) + page.body.strip() + "\n"
    try:
        return Taken(origin=origin, article=parse_article(text, origin), text=text)
    except ArticleInvalid as mistake:
        return Refused(origin=origin, why=without_origin(str(mistake), origin))


def _in_one_line(text: str) -> str:
    """Drop line ends and characters that cannot be printed."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def without_origin(message: str, origin: str) -> str:
    """Drop the document's name from the front of a message that is shown beside it."""
    return message.removeprefix(origin).removeprefix(":").strip().replace("\n", " ")


def front_matter(page: Page, terms: Terms) -> str:
    """Write the fields above a body; JSON's texts are YAML's, so nothing needs care."""
    fields = {
        "id": slug(page.name or page.title) or "article",
        "title": page.title,
        "domain": page.domain or terms.domain,
        "owner": page.owner or terms.owner,
        "language": (page.language or terms.language).lower()[:2],
        "audience": "customers",
        "keywords": list(page.keywords),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    lines.insert(-1, f"updated: {page.updated or terms.today}")
    return "\n".join(["---", *lines, "---", ""])


def slug(title: str) -> str:
    """Make an article's id of a title: small Latin letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return _NOT_NAME.sub("-", plain.lower()).strip("-")[:_LONGEST_NAME].strip("-")


def told_apart(found: Iterable[Found]) -> list[Found]:
    """Number the ids that come twice; a document that says the very same again is left out."""
    kept: list[Found] = []
    first: dict[str, Taken] = {}
    for one in found:
        if not isinstance(one, Taken):
            kept.append(one)
        elif (same := first.get(one.article.id)) and same.article.body == one.article.body:
            kept.append(Refused(origin=one.origin, why=f"says the same as {same.origin}"))
        else:
            renamed = _renamed(one, first)
            first[renamed.article.id] = renamed
            kept.append(renamed)
    return kept


def _renamed(taken: Taken, ids: Collection[str]) -> Taken:
    """Give an article a free id."""
    old, number = taken.article.id, 1
    name = old
    while name in ids:
        number += 1
        name = f"{old}-{number}"
    if name == old:
        return taken
    text = re.sub(r"(?m)^id: .*$", f'id: "{name}"', taken.text, count=1)
    return replace(taken, text=text, article=parse_article(text, taken.origin))


def articles_of(found: Sequence[Found]) -> list[Article]:
    """Return the articles among what was found."""
    return [one.article for one in found if isinstance(one, Taken)]
