"""See a text as a reader would: without the letters that are there to deceive a pattern."""

import re
import unicodedata
from functools import lru_cache

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_UNUSUAL = re.compile("[^\x00-\xac\xae-\u024f\u2010-\u2027\u20ac]")
"""Letters beyond those of European Latin scripts, their punctuation and the euro sign."""
_SPACED_WORD = re.compile(r"\b\w(?:[ .\-_*]\w){2,}\b")
_SEPARATOR = re.compile(r"[ .\-_*]")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")

_LATIN_OF = str.maketrans(
    dict(zip("аеорсухіјѕԁһкмнтвгԛԝ", "aeopcyxijsdhkmhtbrqw", strict=True))
    | dict(zip("αονρτυικεηβγ", "aovptuikenby", strict=True))
    | {"ɡ": "g", "ı": "i", "ʼ": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"'}
)


@lru_cache(maxsize=16)
def fold(text: str) -> str:
    """Lower the text and undo invisible letters, look-alikes, full-width forms and spaced-out words."""
    plain = _undisguised(text) if _UNUSUAL.search(text) else text.lower().replace("’", "'")
    return _SPACES.sub(" ", _SPACED_WORD.sub(_joined, plain))


def _undisguised(text: str) -> str:
    """Turn what only looks like Latin letters into Latin letters, and drop what cannot be seen."""
    visible = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).lower()
    if any(mixes_scripts(word) for word in visible.split()):
        return visible.translate(_LATIN_OF)
    return visible.replace("’", "'")


def mixes_scripts(word: str) -> bool:
    """Tell whether a lower-case word holds Latin letters beside Cyrillic or Greek ones."""
    latin = any("a" <= letter <= "z" for letter in word)
    return latin and any("\u0370" <= letter <= "\u052f" for letter in word)


def _joined(found: re.Match[str]) -> str:
    """Write a spaced-out word in one piece."""
    return _SEPARATOR.sub("", found.group())
