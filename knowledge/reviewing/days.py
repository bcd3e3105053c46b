"""Articles whose day to be looked at has come; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from knowledge.article import Article

SOON = timedelta(days=14)
"""So long before it expires an owner is told."""


@dataclass(frozen=True, kw_only=True)
class DayCome:
    """An article, and what its owner has to do by when."""

    article_id: str
    title: str
    owner: str
    what: Literal["review", "expires"]
    day: date


def days_come(articles: Sequence[Article], today: date) -> list[DayCome]:
    """List what is to be reviewed now and what expires soon, the earliest first."""
    found = [
        DayCome(article_id=each.id, title=each.title, owner=each.owner, what="review", day=each.review)
        for each in articles
        if each.review is not None and each.review <= today
    ]
    found += [
        DayCome(article_id=each.id, title=each.title, owner=each.owner, what="expires", day=each.expires)
        for each in articles
        if each.expires is not None and each.expires <= today + SOON
    ]
    return sorted(found, key=lambda one: (one.day, one.article_id))


def expired(article: Article, today: date) -> bool:
    """Tell whether nothing may be answered from an article any more."""
    return article.expires is not None and article.expires <= today
