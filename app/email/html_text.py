"""HTML to text: what a reader would see, without what they would not."""

import re
from collections.abc import Mapping

from lxml import etree

LONGEST_HTML = 1_000_000
"""Characters of HTML that are read; beyond it stand pictures written as text."""

_UNSEEN = frozenset({"style", "script", "head", "title", "template", "noscript", "svg", "object"})
_BLOCKS = frozenset(
    {"div", "table", "tr", "ul", "ol", "dl", "dt", "dd", "section", "article", "header", "footer", "center"}
    | {"form", "fieldset", "address", "body", "html", "main", "figure"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "wbr", "source"})
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_QUOTES = frozenset(
    {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"}
    | {"tutanota_quote", "zmail_extra", "moz-forward-container-quote", "ms-outlook-mobile-reference-message"}
)
_SIGNATURES = frozenset(
    {"gmail_signature", "moz-signature", "protonmail_signature_block", "ms-outlook-mobile-signature"}
)
_QUOTES_BELOW = frozenset({"appendonsend", "divrplyfwdmsg", "mail-editor-reference-message-container"})
_SIGNATURE_IDS = frozenset({"signature", "ms-outlook-mobile-signature", "applemailsignature"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


def html_to_text(html: str, *, quotes: bool = True) -> str:
    """Return the text of a page; without `quotes`, what is marked up as quote or signature is left out."""
    target = _Reader(quotes)
    parser = etree.HTMLParser(target=target, encoding="utf-8", recover=True, huge_tree=False)
    try:
        parser.feed(_CONTROL.sub("", html[:LONGEST_HTML]).encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:
        pass  # What was read before the damage counts.
    return target.text()


class _Reader:
    """Takes a parser's events and writes lines; nothing of the page is kept but its text."""

    def __init__(self, quotes: bool) -> None:
        self._quotes = quotes
        self._out: list[str] = []
        self._open: list[str] = []
        self._unseen_from: int | None = None
        """How many elements were open when the first unseen one began."""
        self._over = False
        self._pre = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._break(tag)
        if tag == "li":
            self._out.append("\n- ")
        if tag in _VOID:
            return
        self._open.append(tag)
        self._pre += tag == "pre"
        if self._unseen_from is None and (
            tag in _UNSEEN or _is_hidden(attributes) or self._is_left_out(tag, attributes)
        ):
            self._unseen_from = len(self._open)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in _VOID or tag not in self._open:
            return
        while self._open:
            if self._unseen_from == len(self._open):
                self._unseen_from = None
            last = self._open.pop()
            self._pre -= last == "pre"
            if last == tag:
                break
        self._break(tag, ends=True)
        if tag in ("td", "th"):
            self._out.append(" ")

    def data(self, text: str) -> None:
        """Text of the element that is open."""
        if self._unseen_from is None and not self._over:
            self._out.append(text if self._pre else _SPACES.sub(" ", text))

    def comment(self, text: str) -> None:
        """Nobody reads comments."""

    def close(self) -> None:
        """The page is over."""

    def text(self) -> str:
        """Return the lines read so far."""
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(self._out).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _break(self, tag: str, *, ends: bool = False) -> None:
        if self._unseen_from is not None or self._over:
            return
        if tag in _PARAGRAPHS:
            self._newline(2)
        elif tag in _BLOCKS:
            self._newline(1)
        elif tag == "br" and not ends:
            self._out.append("\n")

    def _newline(self, wanted: int) -> None:
        """End the line; what is still on it decides how many line ends that takes."""
        tail = "".join(self._out[-4:]).rstrip(" ")
        have = len(tail) - len(tail.rstrip("\n"))
        self._out.append("\n" * max(0, wanted - have))

    def _is_left_out(self, tag: str, attributes: Mapping[str, str]) -> bool:
        if self._quotes:
            return False
        classes = set(attributes.get("class", "").lower().split())
        name = attributes.get("id", "").lower().removeprefix("x_")
        if name in _QUOTES_BELOW:
            self._over = True
        cited = tag == "blockquote" and attributes.get("type", "").lower() == "cite"
        return cited or name in _SIGNATURE_IDS or bool(classes & (_QUOTES | _SIGNATURES))


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")[:2_000]) is not None
