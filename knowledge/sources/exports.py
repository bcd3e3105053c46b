"""Reads what other help centres and chat systems export: Zendesk, Chatwoot, tables of questions."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import orjson

from knowledge.sources.found import Found, Page, Refused, Reply, Terms, Unreadable, slug, take
from knowledge.sources.html_reader import markdown_of

MOST_ROWS = 20_000
_QUESTION = ("question", "q", "title", "frage")
_ANSWER = ("answer", "a", "body", "text", "antwort")
_GROUP = ("category", "domain", "topic", "section", "kategorie")
_LANGUAGE = ("language", "locale", "lang")
_KEYWORDS = ("keywords", "tags", "labels")

Rows = Iterable[Mapping[str, Any]]


def read_json(origin: str, content: bytes, terms: Terms) -> Iterator[Found]:
    """Read an export of Zendesk or Chatwoot: articles become articles, macros become replies."""
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError as mistake:
        raise Unreadable(f"not JSON: {mistake}; export it again") from mistake
    pages = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(page, dict) for page in pages):
        raise Unreadable("no export that we know; articles or macros of Zendesk or Chatwoot are read")
    known = list(_pages(origin, pages, terms))
    if not known:
        raise Unreadable("holds neither articles nor macros; export those of Zendesk or Chatwoot")
    yield from known


def _pages(origin: str, pages: Rows, terms: Terms) -> Iterator[Found]:
    """Read the pages of a listing, or a bare list of canned responses."""
    for page in pages:
        sections = {row.get("id"): str(row.get("name", "")) for row in _rows(page, "sections")}
        for row in _rows(page, "articles"):
            yield _zendesk_article(origin, row, sections, terms)
        for row in _rows(page, "macros"):
            yield from _zendesk_macro(origin, row)
        for row in _rows(page, "payload"):
            yield from _chatwoot(origin, row, terms)
        if "short_code" in page:
            yield from _chatwoot(origin, page, terms)


def _rows(page: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = page.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _zendesk_article(origin: str, row: Mapping[str, Any], sections: Mapping[Any, str], terms: Terms) -> Found:
    """Take one Help Center article; its body is HTML, its section is the domain."""
    name = f"{origin}: article {row.get('id', '?')}"
    if row.get("draft"):
        return Refused(origin=name, why="a draft there; publish it first")
    page = Page(
        title=str(row.get("title") or row.get("name") or "").strip(),
        body=markdown_of(str(row.get("body") or "")),
        language=_text(row.get("locale")),
        domain=slug(sections.get(row.get("section_id"), "")) or None,
        updated=_day(row.get("edited_at") or row.get("updated_at")),
        keywords=tuple(str(label) for label in row.get("label_names") or ()),
    )
    return take(name, page, terms)


def _zendesk_macro(origin: str, row: Mapping[str, Any]) -> Iterator[Found]:
    """Take what a macro writes to the customer; what else it does has no like here."""
    name = f"{origin}: macro {row.get('id', '?')}"
    texts = [
        str(value) if action["field"] == "comment_value" else markdown_of(str(value))
        for action in row.get("actions") or ()
        if isinstance(action, dict)
        and action.get("field") in ("comment_value", "comment_value_html")
        and (value := _last(action.get("value")))
    ]
    yield from _reply(name, row, texts)


def _chatwoot(origin: str, row: Mapping[str, Any], terms: Terms) -> Iterator[Found]:
    """Take a Chatwoot article, canned response or macro, told by its fields."""
    if "actions" in row:
        texts = [
            str(_last(action.get("action_params")))
            for action in row["actions"]
            if isinstance(action, dict) and action.get("action_name") == "send_message"
        ]
        yield from _reply(f"{origin}: macro {row.get('id', '?')}", row, texts)
    elif "short_code" in row:
        named = {"title": row["short_code"], "active": True}
        yield from _reply(f"{origin}: canned response {row.get('id', '?')}", named, [str(row.get("content"))])
    elif "content" in row:
        yield _chatwoot_article(f"{origin}: article {row.get('id', '?')}", row, terms)


def _chatwoot_article(name: str, row: Mapping[str, Any], terms: Terms) -> Found:
    if row.get("status") not in ("published", 1, None):
        return Refused(origin=name, why=f"{row.get('status')} there; publish it first")
    category = row.get("category") if isinstance(row.get("category"), dict) else {}
    meta = row.get("meta") if isinstance(row.get("meta"), dict) else {}
    assert isinstance(category, dict)
    assert isinstance(meta, dict)
    page = Page(
        title=str(row.get("title") or "").strip(),
        body=str(row.get("content") or ""),
        language=_text(category.get("locale") or row.get("locale")),
        domain=_text(category.get("slug")),
        updated=_day(row.get("updated_at")),
        keywords=tuple(str(tag) for tag in meta.get("tags") or ()),
    )
    return take(name, page, terms)


def _reply(origin: str, row: Mapping[str, Any], texts: list[str]) -> Iterator[Found]:
    """Make a ready-made reply of the texts that a macro writes."""
    title = str(row.get("title") or row.get("name") or "").strip()
    if row.get("active") is False:
        yield Refused(origin=origin, why="switched off there; switch it on first")
    elif not texts or not title:
        yield Refused(origin=origin, why="writes nothing to the customer; what else it does has no like here")
    else:
        yield Reply(origin=origin, name=title, text="\n\n".join(texts).strip())


def _last(value: object) -> object:
    """Return a value, or the last of several: channel and text, as Zendesk writes them."""
    return value[-1] if isinstance(value, list) and value else value


def _text(value: object) -> str | None:
    return str(value) if value else None


def _day(value: object) -> date | None:
    """Read a day, however an export writes times; what cannot be read is left open."""
    try:
        if isinstance(value, int | float):
            return date.fromtimestamp(value)
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).date() if value else None
    except (ValueError, OverflowError, OSError):
        return None


def read_questions(origin: str, content: bytes, terms: Terms) -> Iterator[Found]:
    """Read a table of questions and answers: an article a category, a heading a question."""
    groups: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for number, row in enumerate(_table(content), start=2):
        if number > MOST_ROWS:
            raise Unreadable(f"more than {MOST_ROWS:,} rows; split it")
        question, answer = _cell(row, _QUESTION), _cell(row, _ANSWER)
        if not question or not answer:
            lacks = "question" if not question else "answer"
            yield Refused(origin=f"{origin}, line {number}", why=f"no {lacks}; fill it in")
            continue
        groups.setdefault((_cell(row, _GROUP), _cell(row, _LANGUAGE)), []).append(row)
    for (group, language), rows in groups.items():
        yield take(origin, _questions_page(origin, group, language, rows), terms)


def _table(content: bytes) -> Iterator[Mapping[str, str]]:
    """Read the rows under their headings, however the columns are parted."""
    text = _decoded(content)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    rows = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect)
    try:
        names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        if not set(names) & set(_QUESTION) or not set(names) & set(_ANSWER):
            raise Unreadable("its first line names no columns `question` and `answer`; add it")
        rows.fieldnames = names
        yield from ({key: value or "" for key, value in row.items() if isinstance(key, str)} for row in rows)
    except csv.Error as mistake:
        raise Unreadable(f"not a table: {mistake}") from mistake


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _cell(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name].strip() for name in names if row.get(name)), "")


def _questions_page(origin: str, group: str, language: str, rows: list[Mapping[str, str]]) -> Page:
    """Write one group's questions as an article."""
    stem = origin.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    keywords = {word.strip() for row in rows for word in _cell(row, _KEYWORDS).split(",") if word.strip()}
    title = f"Questions about {group}" if group else stem.replace("-", " ").replace("_", " ").capitalize()
    sections = (f"## {' '.join(_cell(row, _QUESTION).split())}\n\n{_cell(row, _ANSWER)}" for row in rows)
    page = Page(title=title, body="\n\n".join(sections), domain=slug(group) or None)
    return replace(page, language=language or None, keywords=tuple(sorted(keywords)))
