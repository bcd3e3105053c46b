"""What every component reads: text that is safe, short enough, and as long as what the customer wrote."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk_nlu.reading.chat_speak import spelt_out

READ_CHARS = 4_000
"""Only so much of a message is read; what a customer wants stands at its beginning."""

NUMBER = "#NUMBER"

_UNREADABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_QUOTES = str.maketrans("\u2018\u2019\u02bc\u00b4`\u201c\u201d", "'''''\"\"")
_FIGURES = re.compile(r"#?(?<![^\W_])\d+(?:[.,:/]\d+)*(?![^\W_])")
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(rf"{NUMBER}|[^\W_]+(?:['@.+&-][^\W_]+)*")


@dataclass(frozen=True)
class Normalised:
    """A text in the form in which wishes are compared; `original` is what entities point into."""

    original: str
    tokens: tuple[str, ...]

    @property
    def text(self) -> str:
        """The tokens with single spaces between them."""
        return " ".join(self.tokens)


def readable(text: str) -> str:
    """Replace what no encoder takes (lone surrogates, control characters), keeping every position."""
    return _UNREADABLE.sub(lambda found: "\ufffd" if found.group() >= "\ud800" else " ", text)


@dataclass(frozen=True)
class Seen:
    """The characters of a text that can be seen, and where each stands in it."""

    characters: str
    places: Sequence[int]


def seen(text: str) -> Seen | None:
    """Leave out what cannot be seen; None where there is nothing of the kind."""
    if text.isascii() or not _UNSEEN.search(text):
        return None
    places = [at for at, char in enumerate(text) if not _UNSEEN.match(char)]
    return Seen("".join([text[at] for at in places]), places)


def prepared(text: str) -> str:
    """Fold case, width, quotes and what cannot be seen; spell out contractions and chat speak.

    These are the first two steps; the encoder reads this form, because for it
    a number or a question mark still says something.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    if not folded.isascii():
        folded = _UNSEEN.sub("", folded.translate(_QUOTES))
    return spelt_out(folded)


def normalised(text: str) -> Normalised:
    """Read a text in five steps: case, words in full, `#NUMBER`, no punctuation, tokens."""
    return Normalised(text, tuple(tokens(prepared(text))))


def tokens(prepared_text: str) -> list[str]:
    """Take the last three steps with a prepared text; the wording of wishes is compared in this form."""
    if _DIGIT.search(prepared_text):
        prepared_text = _FIGURES.sub(f" {NUMBER} ", prepared_text)
    return _TOKEN.findall(prepared_text)
