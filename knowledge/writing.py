"""Writes an article as the file that it is read from."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

from knowledge.article import Article, ArticleInvalid
from knowledge.parse import parse_article

FIELDS = (
    "id",
    "title",
    "domain",
    "owner",
    "language",
    "audience",
    "updated",
    "keywords",
    "products",
    "valid_from",
    "review",
    "expires",
)
_PLAIN = re.compile(r"[A-Za-z][\w .?!()/&'-]*$")
_READ_OTHERWISE = frozenset(("true", "false", "yes", "no", "on", "off", "null"))


def article_text(article: Article) -> str:
    """Return front matter and body; reading it again gives the same article."""
    fields = {name: getattr(article, name) for name in FIELDS}
    return file_text(fields, article.body)


def file_text(fields: Mapping[str, str | date | Sequence[str] | None], body: str) -> str:
    """Write an article's file; fields without a value are left out."""
    lines = [f"{name}: {_written(value)}" for name in FIELDS if (value := fields.get(name))]
    return "\n".join(["---", *lines, "---", "", ""]) + body


def normal_text(text: str) -> str:
    """Return an article's file as we write it, so that only a different meaning differs."""
    try:
        return article_text(parse_article(text, ""))
    except ArticleInvalid:
        return text


def _written(value: str | date | Sequence[str]) -> str:
    """Write a text plainly where YAML reads it as one, in quotes elsewhere."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return f"[{', '.join(_written(each) for each in value)}]"
    plain = _PLAIN.match(value) and value.lower() not in _READ_OTHERWISE and value == value.strip()
    return value if plain else json.dumps(value, ensure_ascii=False)
