"""Light Markdown as words: each with its style, its link, and what stands before it. Pure.

Replies are plain text with a little Markdown: emphasis, code, links, lists, headings. What is no such mark
stays as it is written, so that an order number with stars in it keeps them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_INLINE = re.compile(
    r"\\(?P<literal>[\\`*_\[\]()#+!.-])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<target>(?:https?://|mailto:|tel:|/)(?:[^\s()]|\([^\s()]*\))*)\)"
    r"|(?P<url>https?://(?:[^\s<>()]|\([^\s<>()]*\))*[^\s<>().,;:!?'\"*_\]])"
    r"|\*\*(?P<bold>(?=\S)[^\n]+?(?<=\S))\*\*"
    r"|(?<![\w*])\*(?P<italic>(?=[^\s*])[^*\n]*?(?<=\S))\*(?![\w*])"
    r"|(?<!\w)_(?P<leaning>(?=[^\s_])[^_\n]*?(?<=\S))_(?!\w)"
)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*\s*$")
_BULLET = re.compile(r"(?P<indent>\s*)[-*+•]\s+(?P<text>.*)$")
_PIECE = re.compile(r"(\s*)(\S+)")
_FULL_STOPS = re.compile(r"(?<=[。！？])(?=[^\s。！？」』）])")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]」』）]*$")


@dataclass(frozen=True)
class Word:
    """A piece of text that is not broken without need; a link is one, whatever its label."""

    text: str
    before: str = ""
    """What stands between it and the word before: nothing, a space, a line's or a paragraph's end."""
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None
    bullet: bool = False
    """A list's mark, which every channel writes in its own way."""
    free: bool = False
    """Whether a message may begin here although nothing stands before."""

    @property
    def begins_unit(self) -> bool:
        """Whether a message may begin with it."""
        return bool(self.before) or self.free

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence seems to end with it."""
        return self.url is None and _SENTENCE_END.search(self.text) is not None

    @property
    def style(self) -> tuple[bool, bool, bool]:
        """How it is shown."""
        return self.bold, self.italic, self.code


@dataclass(frozen=True)
class _Span:
    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None


def words_of(markdown: str) -> tuple[Word, ...]:
    """Read a text; every letter and digit of it is in the words, in its order."""
    found: list[Word] = []
    gap = ""
    for line in markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            gap = "\n\n" if found else ""
            continue
        found += _placed(_line(line), gap)
        gap = "\n"
    return tuple(found)


def plain_words(text: str, before: str = "") -> tuple[Word, ...]:
    """Take a text without reading marks in it."""
    return tuple(_placed(_split(_Span(text)), before))


def link_word(label: str, url: str, before: str = " ") -> Word:
    """Make a link."""
    return Word(text=" ".join(label.split()) or url, before=before, url=url)


def _placed(words: Iterator[Word], before: str) -> Iterator[Word]:
    """Put a line's words after what stands before the line."""
    for number, word in enumerate(words):
        yield replace(word, before=before) if number == 0 else word


def _line(line: str) -> Iterator[Word]:
    if heading := _HEADING.match(line):
        yield from _spread(_spans(heading["text"], _Span("", bold=True)))
    elif bullet := _BULLET.match(line):
        yield Word(text=bullet["indent"], bullet=True)
        words = list(_spread(_spans(bullet["text"], _Span(""))))
        yield from (replace(word, before="") if number == 0 else word for number, word in enumerate(words))
    else:
        yield from _spread(_spans(line.strip(), _Span("")))


def _spans(text: str, style: _Span) -> Iterator[_Span]:
    """Cut a line into stretches of one style."""
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield replace(style, text=text[at : match.start()])
        yield from _marked(match, style)
        at = match.end()
    if at < len(text):
        yield replace(style, text=text[at:])


def _marked(match: re.Match[str], style: _Span) -> Iterator[_Span]:
    kind, inner = match.lastgroup, match[match.lastgroup or 0]
    match kind:
        case "literal":
            yield replace(style, text=inner)
        case "code":
            yield replace(style, text=inner, code=True)
        case "target":
            yield replace(style, text=_unmarked(match["label"]), url=inner)
        case "url":
            yield replace(style, text=inner, url=inner)
        case "bold":
            yield from _spans(inner, replace(style, bold=True))
        case _:
            yield from _spans(inner, replace(style, italic=True))


def _unmarked(label: str) -> str:
    """A link's label without emphasis."""
    return "".join(span.text for span in _spans(label, _Span(""))) or label


def _spread(spans: Iterator[_Span]) -> Iterator[Word]:
    """Cut stretches into words; white space at their ends parts them."""
    parted = False
    for span in spans:
        if span.url is not None:
            label = " ".join(span.text.split()) or span.url
            yield Word(label, " " if parted else "", span.bold, span.italic, span.code, span.url)
            parted = False
            continue
        for word in _split(span):
            yield replace(word, before=word.before or (" " if parted else ""))
            parted = False
        parted = span.text[-1:].isspace() or (parted and not span.text.strip())


def _split(span: _Span) -> Iterator[Word]:
    for gap, piece in _PIECE.findall(span.text):
        for number, sentence in enumerate(_FULL_STOPS.split(piece)):
            before = " " if gap and number == 0 else ""
            yield Word(sentence, before, span.bold, span.italic, span.code, free=number > 0)
