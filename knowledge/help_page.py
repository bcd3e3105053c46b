"""An article as a page: safe HTML, every heading can be linked to."""

import html
import re

from knowledge.article import Article
from knowledge.markdown import Block, Heading, Items, Paragraph, Table, blocks

_INLINE = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|`(?P<code>[^`]+)`|\[(?P<text>[^\]]+)\]\((?P<href>[^)\s]+)\)")
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|/(?!/)|#)")


def render_article_html(article: Article) -> str:
    """Write the article as one `<article>` element; nothing in it but our own tags survives."""
    body = "\n".join(_html(block) for block in blocks(article.body))
    return (
        f'<article lang="{html.escape(article.language)}" id="{html.escape(article.id)}">\n'
        f'<h1 id="top">{html.escape(article.title)}</h1>\n{body}\n'
        f'<p class="updated">Updated <time datetime="{article.updated:%Y-%m-%d}">'
        f"{article.updated.day} {article.updated:%B %Y}</time></p>\n</article>\n"
    )


def _html(block: Block) -> str:
    """Write one block."""
    match block:
        case Heading(level, text, anchor):
            tag = f"h{max(2, level)}"
            return f'<{tag} id="{anchor}">{html.escape(text)}</{tag}>'
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Items(numbered, texts):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>{''.join(f'<li>{_inline(text)}</li>' for text in texts)}</{tag}>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    """Write a table with its head."""
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in table.head)
    rows = ("".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in table.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _inline(text: str) -> str:
    """Escape a text and write its emphasis and links; an address of another kind stays text."""
    parts, position = [], 0
    for found in _INLINE.finditer(text):
        parts.append(html.escape(text[position : found.start()]))
        parts.append(_span(found))
        position = found.end()
    return "".join(parts) + html.escape(text[position:])


def _span(found: re.Match[str]) -> str:
    """Write one marked piece of a line."""
    if (strong := found["strong"]) is not None:
        return f"<strong>{html.escape(strong)}</strong>"
    if (code := found["code"]) is not None:
        return f"<code>{html.escape(code)}</code>"
    if not _SAFE_ADDRESS.match(found["href"]):
        return html.escape(found["text"])
    return f'<a href="{html.escape(found["href"])}">{html.escape(found["text"])}</a>'
