"""How each markup writes emphasis, links and lists; and words written in one of them. Pure."""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.formatting.capabilities import DialectName
from app.formatting.spoken import spoken_link, spoken_word
from app.formatting.words import Word

_MARKS = re.compile(r"([\\`*_\[\]<>])")


def _plain_link(label: str, url: str) -> str:
    return url if label == url or url.endswith(f"//{label}") else f"{label} ({url})"


def _markdown_link(label: str, url: str) -> str:
    return url if label == url else f"[{label}]({url})"


def _angle_link(label: str, url: str) -> str:
    return f"<{url}>" if label == url else f"<{url}|{label}>"


def _html_link(label: str, url: str) -> str:
    return f'<a href="{url}">{label}</a>'


def _as_it_is(text: str) -> str:
    return text


def _escape_marks(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)


def _escape_angles(text: str) -> str:
    return html.escape(text, quote=False)


Pair = tuple[str, str]
_NOTHING: Pair = ("", "")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One markup."""

    escape: Callable[[str], str] = _as_it_is
    escape_url: Callable[[str], str] = _as_it_is
    bold: Pair = _NOTHING
    italic: Pair = _NOTHING
    code: Pair = _NOTHING
    link: Callable[[str, str], str] = _plain_link
    bullet: str = "• "
    line: str = "\n"
    paragraph: str = "\n\n"
    whole: Pair = _NOTHING
    """What stands around a message."""


_MARKDOWN = Dialect(
    escape=_escape_marks,
    bold=("**", "**"),
    italic=("_", "_"),
    code=("`", "`"),
    link=_markdown_link,
    bullet="- ",
)
DIALECTS: Mapping[DialectName, Dialect] = {
    "plain": Dialect(),
    "markdown": _MARKDOWN,
    # Two spaces end a line where one line's end counts as a space.
    "commonmark": Dialect(**{**vars(_MARKDOWN), "line": "  \n"}),
    "slack": Dialect(
        escape=_escape_angles,
        escape_url=_escape_angles,
        bold=("*", "*"),
        italic=("_", "_"),
        code=("`", "`"),
        link=_angle_link,
    ),
    "google_chat": Dialect(
        bold=("*", "*"), italic=("_", "_"), code=("`", "`"), link=_angle_link, bullet="- "
    ),
    "whatsapp": Dialect(bold=("*", "*"), italic=("_", "_"), code=("```", "```")),
    "telegram": Dialect(
        escape=_escape_angles,
        escape_url=html.escape,
        bold=("<b>", "</b>"),
        italic=("<i>", "</i>"),
        code=("<code>", "</code>"),
        link=_html_link,
    ),
    "html": Dialect(
        escape=_escape_angles,
        escape_url=html.escape,
        bold=("<strong>", "</strong>"),
        italic=("<em>", "</em>"),
        code=("<code>", "</code>"),
        link=_html_link,
        line="<br>\n",
        paragraph="</p>\n<p>",
        whole=("<p>", "</p>"),
    ),
    "ssml": Dialect(
        escape=spoken_word,
        escape_url=html.escape,
        bold=("<emphasis>", "</emphasis>"),
        link=spoken_link,
        bullet="",
        line='<break strength="medium"/>',
        paragraph='<break strength="strong"/>',
        whole=("<speak>", "</speak>"),
    ),
}


def written(words: Sequence[Word], dialect: DialectName) -> str:
    """Write words; what stood before the first of them is left out."""
    if not words:
        return ""
    rules = DIALECTS[dialect]
    begin, end = rules.whole
    return begin + "".join(_stretches(words, rules)) + end


def _stretches(words: Sequence[Word], rules: Dialect) -> Iterator[str]:
    """Write each stretch of one style with its marks once."""
    first = True
    for (style, url, _), group in groupby(words, key=lambda word: (word.style, word.url, word.bullet)):
        stretch = list(group)
        if not first:
            yield _gap(stretch[0], rules)
        first = False
        if url is not None:
            yield from _links(stretch, rules)
        elif stretch[0].bullet:
            yield "".join(
                (_gap(one, rules) if i else "") + one.text + rules.bullet for i, one in enumerate(stretch)
            )
        else:
            yield _styled(stretch, style, rules)


def _links(stretch: Sequence[Word], rules: Dialect) -> Iterator[str]:
    """Write links; two to the same page stay two."""
    for number, word in enumerate(stretch):
        yield _gap(word, rules) if number else ""
        label = rules.escape(word.text) if word.text != word.url else rules.escape_url(word.text)
        yield _wrapped(rules.link(label, rules.escape_url(word.url or "")), word.style, rules)


def _styled(stretch: Sequence[Word], style: tuple[bool, bool, bool], rules: Dialect) -> str:
    """Write words of one style; code keeps its own characters where a markup has marks for it."""
    parts = [
        (_gap(one, rules) if number else "") + _escaped(one, rules) for number, one in enumerate(stretch)
    ]
    return _wrapped("".join(parts), style, rules)


def _escaped(word: Word, rules: Dialect) -> str:
    verbatim = word.code and rules.code[0].startswith("`") and rules.escape is _escape_marks
    return word.text if verbatim else rules.escape(word.text)


def _wrapped(text: str, style: tuple[bool, bool, bool], rules: Dialect) -> str:
    bold, italic, code = style
    for wanted, (begin, end) in ((code, rules.code), (italic, rules.italic), (bold, rules.bold)):
        text = f"{begin}{text}{end}" if wanted else text
    return text


def _gap(word: Word, rules: Dialect) -> str:
    return {"\n": rules.line, "\n\n": rules.paragraph}.get(word.before, word.before)
