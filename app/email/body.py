"""The parts of a mail: its words, as the sender's program wrote them, and its files."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from app.email.headers import decode, readable
from app.email.html_text import html_to_text
from app.email.mail import Attachment
from app.email.quotes import is_forward, new_text, tidy

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
MOST_PARTS = 200
DEEPEST = 40
LONGEST_TEXT = 1_000_000
"""Bytes of a part's text that are read."""


@dataclass(kw_only=True)
class Body:
    """What stands in the parts."""

    new: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    has_plain: bool = False
    shortened: bool = False


def read_body(mail: Message) -> Body:
    """Read every part once; of alternatives the plain text speaks, and HTML where there is none."""
    body = Body()
    for number, leaf in enumerate(_leaves(mail, 0)):
        if number >= MOST_PARTS:
            body.shortened = True
            break
        _read(leaf, body)
    return body


@dataclass(frozen=True)
class _Leaf:
    part: Message
    speaks: bool
    """False: another part says the same, so that only its files count."""


def _leaves(part: Message, depth: int, *, speaks: bool = True) -> Iterator[_Leaf]:
    children = part.get_payload() if part.is_multipart() else None
    if not isinstance(children, list) or part.get_content_maintype() == "message" or depth > DEEPEST:
        yield _Leaf(part, speaks)
        return
    chosen = _chosen(children) if part.get_content_subtype() == "alternative" else None
    for child in children:
        if isinstance(child, Message):
            yield from _leaves(child, depth + 1, speaks=speaks and (chosen is None or child is chosen))


def _chosen(children: list[Message | str]) -> Message | None:
    """Return the alternative that speaks: plain text with words in it, else the richest."""
    parts = [child for child in children if isinstance(child, Message)]
    plain = [p for p in parts if p.get_content_type() == "text/plain" and not _is_file(p)]
    for one in plain:
        if tidy(_text(one)):
            return one
    rich = [p for p in parts if p not in plain and p.get_content_maintype() in ("multipart", "text")]
    return next(
        (p for p in reversed(rich) if p.get_content_subtype() != "calendar"), plain[0] if plain else None
    )


def _read(leaf: _Leaf, body: Body) -> None:
    kind = leaf.part.get_content_type()
    if kind in ("text/plain", "text/html") and not _is_file(leaf.part):
        if leaf.speaks:
            _add_words(leaf.part, kind, body)
    elif kind != "message/delivery-status" and (found := _attachment(leaf.part)) is not None:
        body.attachments.append(found)


def _add_words(part: Message, kind: str, body: Body) -> None:
    raw = _text(part)
    body.shortened |= len(raw) >= LONGEST_TEXT
    if kind == "text/plain":
        body.has_plain = True
        whole, new = tidy(raw), new_text(raw)
    else:
        whole = html_to_text(raw)
        # Where the mark-up calls everything a quote, the text's own marks decide.
        unquoted = whole if is_forward(whole) else html_to_text(raw, quotes=False) or whole
        whole, new = tidy(whole), new_text(unquoted)
    body.whole.append(whole)
    body.new.append(new)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or _name(part) != ""


def _text(part: Message) -> str:
    return decode(_content(part)[:LONGEST_TEXT], _charset(part))


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, binascii.Error, AssertionError, IndexError, LookupError, TypeError, AttributeError):
        return b""
    return content if isinstance(content, bytes) else b""


def _name(part: Message) -> str:
    """A file's name, or an empty text; it is never a path."""
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):
        return ""
    return _file_name(name)


def _file_name(written: str) -> str:
    return readable(written[:1_000]).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")[:200]


def _content_id(part: Message) -> str | None:
    return str(part.get("content-id", "")).strip("<> \t\r\n")[:250] or None


def _attachment(part: Message) -> Attachment | None:
    """Read a file; a part without name that holds nothing is none."""
    name, media_type = _name(part) or _name_beside_type(part), _media_type(part)
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        content = _written(inner[0]) if isinstance(inner, list) and inner else b""
        return Attachment(name=name or "message.eml", media_type=media_type, content=content, inline=False)
    content = _content(part)
    if not name and not content:
        return None
    inline = part.get_content_disposition() != "attachment"
    return Attachment(
        name=name or f"file.{media_type.partition('/')[2][:20]}",
        media_type=media_type,
        content=content,
        inline=inline,
        content_id=_content_id(part),
    )


def _name_beside_type(part: Message) -> str:
    """Some programs write `filename` beside the content type instead of the disposition."""
    try:
        found = part.get_param("filename", header="content-type")
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):
        return ""
    return _file_name(found) if isinstance(found, str) else ""


def _media_type(part: Message) -> str:
    """A declared type, when it is one."""
    declared = part.get_content_type()
    return declared if _TYPE.fullmatch(declared) else "application/octet-stream"


def _written(inner: object) -> bytes:
    """Write a mail inside a mail down again, as far as that can be done."""
    try:
        return inner.as_bytes() if isinstance(inner, Message) else b""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return b""
