"""Links between articles that lead nowhere; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.article import Article
from knowledge.markdown import Heading, blocks

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_HELP = re.compile(r"/help/([^#?/]+)(?:#(.*))?$")


@dataclass(frozen=True, kw_only=True)
class BrokenLink:
    """A link in an article, and what is wrong with it."""

    article_id: str
    words: str
    address: str
    why: str


def links_of(article: Article) -> list[tuple[str, str]]:
    """Return the words and addresses of an article's links."""
    return [(found[1], found[2]) for found in _LINK.finditer(article.body)]


def broken_links(articles: Sequence[Article]) -> list[BrokenLink]:
    """Find links to articles and headings that are not there, and addresses that no page shows."""
    anchors = {each.id: _anchors(each) for each in articles}
    return [
        BrokenLink(article_id=each.id, words=words, address=address, why=why)
        for each in articles
        for words, address in links_of(each)
        for why in _wrong(address, each.id, anchors)
    ]


def _anchors(article: Article) -> frozenset[str]:
    return frozenset({"top", *(one.anchor for one in blocks(article.body) if isinstance(one, Heading))})


def _wrong(address: str, article_id: str, anchors: dict[str, frozenset[str]]) -> Iterator[str]:
    """Say what is wrong with an address, if anything."""
    if address.startswith("#"):
        if address[1:] not in anchors[article_id]:
            yield f"no heading {address[1:]!r} in this article"
    elif found := _HELP.match(address):
        target, anchor = found[1], found[2]
        if target not in anchors:
            yield f"no published article {target!r}"
        elif anchor and anchor not in anchors[target]:
            yield f"no heading {anchor!r} in {target!r}"
    elif not address.startswith(("http://", "https://", "mailto:", "/")):
        yield "begins with none of https://, mailto:, / and #, so it is not shown as a link"
