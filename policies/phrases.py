"""The small language of the fast path's phrases: `(talk|speak) to [a|the] person`.

Round brackets hold alternatives, square brackets hold words that may be left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from policies.normalise import normalise
from policies.problems import PolicyError

MOST = 2000
"""More readings than this are a mistake in the phrase."""

_GROUP = re.compile(r"\(([^()\[\]]+)\)|\[([^()\[\]]+)\]|([^()\[\]\s]+)")


class PhraseInvalid(PolicyError):
    """A phrase that cannot be searched for; the message says why."""


def check_phrase(phrase: str) -> None:
    """Raise `PhraseInvalid` when brackets do not pair or nothing in the phrase must be said."""
    if not any(found[2] is None and any(map(normalise, _choices(found))) for found in _groups(phrase)):
        raise PhraseInvalid("it can be empty: keep a word outside square brackets")


def readings(phrase: str) -> Iterator[str]:
    """Yield every normalised wording that a phrase stands for."""
    choices = [_choices(found) for found in _groups(phrase)]
    count = 1
    for words in choices:
        count *= len(words)
    if count > MOST:
        raise PhraseInvalid(f"it stands for {count} wordings; {MOST} are the most: split it")
    for chosen in product(*choices):
        yield normalise(" ".join(word for word in chosen if word))


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Phrases compiled into one search over normalised words."""

    search: re.Pattern[str] | None

    def find(self, words: str) -> str | None:
        """Return the first phrase found among the words."""
        found = self.search.search(f"{words} ") if self.search else None
        return found[0].rstrip() if found else None


def compile_phrases(phrases: Iterable[str]) -> Phrases:
    """Compile phrases, the longest first; none at all find nothing."""
    sources = sorted({_source(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    return Phrases(search=re.compile(rf"(?<!\S)(?:{'|'.join(sources)})") if sources else None)


def _groups(phrase: str) -> list[re.Match[str]]:
    """Cut a phrase into words and bracketed groups."""
    found = list(_GROUP.finditer(phrase))
    if re.search(r"[()\[\]]", _GROUP.sub("", phrase)):
        raise PhraseInvalid("its brackets do not pair")
    return found


def _choices(found: re.Match[str]) -> list[str]:
    """List what one group may read; nothing is a choice in square brackets."""
    if found[3]:
        return [found[3]]
    words = [word.strip() for word in (found[1] or found[2]).split("|")]
    return words if found[1] else [*words, ""]


def _source(phrase: str) -> str:
    """Write a phrase as an expression in which every word brings the blank behind it."""
    return "".join(_part(found) for found in _groups(phrase))


def _part(found: re.Match[str]) -> str:
    """Write one group."""
    words = [re.escape(word) for word in map(normalise, _choices(found)) if word]
    if not words:
        return ""
    choice = f"(?:{'|'.join(words)}) "
    return f"(?:{choice})?" if found[2] else choice
