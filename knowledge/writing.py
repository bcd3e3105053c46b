"""Writes an article as the file that it is read from."""

import json
import re
from collections.abc import Sequence

from knowledge.article import Article, ArticleInvalid
from knowledge.parse import parse_article

_PLAIN = re.compile(r"[A-Za-z][\w .?!()/&'-]*$")
_READ_OTHERWISE = frozenset(("true", "false", "yes", "no", "on", "off", "null"))


def article_text(article: Article) -> str:
    """Return front matter and body; reading it again gives the same article."""
    fields = {
        "id": article.id,
        "title": article.title,
        "domain": article.domain,
        "owner": article.owner,
        "language": article.language,
        "audience": article.audience,
        "updated": article.updated.isoformat(),
        "keywords": article.keywords or None,
        "review": article.review.isoformat() if article.review else None,
        "expires": article.expires.isoformat() if article.expires else None,
    }
    days = ("updated", "review", "expires")
    lines = [
        f"{name}: {value if name in days else _written(value)}"
        for name, value in fields.items()
        if value is not None
    ]
    return "\n".join(["---", *lines, "---", "", ""]) + article.body


def normal_text(text: str) -> str:
    """Return an article's file as we write it, so that only a different meaning differs."""
    try:
        return article_text(parse_article(text, ""))
    except ArticleInvalid:
        return text


def _written(value: str | Sequence[str]) -> str:
    """Write a text plainly where YAML reads it as one, in quotes elsewhere."""
    if not isinstance(value, str):
        return f"[{', '.join(_written(each) for each in value)}]"
    plain = _PLAIN.match(value) and value.lower() not in _READ_OTHERWISE and value == value.strip()
    return value if plain else json.dumps(value, ensure_ascii=False)
