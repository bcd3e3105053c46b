"""Long texts cut where a reader would: between paragraphs, sentences, words; a link only in need. Pure."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.formatting.words import Word, plain_words

Fits = Callable[[Sequence[Word]], bool]
Words = tuple[Word, ...]

LEAST_FULL = 0.4
"""A message is ended early, at a sentence, only when so much of it is full."""
_JOINER = "\u200d"


def split(words: Sequence[Word], fits: Fits) -> list[Words]:
    """Cut into messages that fit, in order and without loss."""
    left = list(_breakable(words, fits))
    messages: list[Words] = []
    while left:
        most = _longest(left, fits)
        cut = len(left) if most == len(left) else _best(left, most)
        messages.append(tuple(left[:cut]))
        left = left[cut:]
    return messages


def _breakable(words: Sequence[Word], fits: Fits) -> list[Word]:
    """Break what would fit into no message: an endless word, or a link longer than a message."""
    found: list[Word] = []
    for word in words:
        found += [word] if fits([word]) else _pieces(word, fits)
    return found


def _pieces(word: Word, fits: Fits) -> list[Word]:
    if word.url is not None and word.text != word.url:
        label = plain_words(word.text, word.before)
        return _breakable([*label, Word(word.url, " ", url=word.url)], fits)
    bare = replace(word, url=None)
    pieces: list[Word] = []
    while bare.text:
        size = _cluster_end(bare.text, _longest_text(bare, fits))
        pieces.append(replace(bare, text=bare.text[:size]))
        bare = replace(bare, text=bare.text[size:], before="", free=True)
    return pieces


def _longest_text(word: Word, fits: Fits) -> int:
    """How many characters of a word fit; at least one, or nothing would ever be sent."""
    return max(1, _most(len(word.text), lambda size: fits([replace(word, text=word.text[:size])])))


def _cluster_end(text: str, size: int) -> int:
    """Move a cut back so that an accent or a joined sign stays with what it belongs to."""
    end = size
    while 1 < end < len(text) and (unicodedata.combining(text[end]) or _JOINER in text[end - 1 : end + 1]):
        end -= 1
    return end if end > 1 else size


def _longest(words: Sequence[Word], fits: Fits) -> int:
    """How many words fit into one message."""
    return max(1, _most(len(words), lambda count: fits(words[:count])))


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """Find the largest count that holds; small ones hold when large ones do."""
    if holds(limit):
        return limit
    low, high = 0, limit
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _best(words: Sequence[Word], most: int) -> int:
    """Choose where to end a message that can hold so many words."""
    early = max(1, int(most * LEAST_FULL))
    starts = [at for at in range(most, 0, -1) if words[at].begins_unit]
    for wanted in (_paragraph, _line, _sentence):
        for at in starts:
            if at >= early and wanted(words, at):
                return at
    return starts[0] if starts else most


def _paragraph(words: Sequence[Word], at: int) -> bool:
    return words[at].before == "\n\n"


def _line(words: Sequence[Word], at: int) -> bool:
    return words[at].before == "\n"


def _sentence(words: Sequence[Word], at: int) -> bool:
    return words[at - 1].ends_sentence
