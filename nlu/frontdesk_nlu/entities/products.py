"""Finds product names, misspelt and shortened ones too, against the company's catalogue."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from frontdesk_nlu.entities.catalogue import MIN_CHARS, TOKEN, WORD_CUTOFF, Catalogue
from frontdesk_nlu.entities.found import Found

CUTOFF = 86.0
LEAST_WORD = 50.0
"""No word of a name of as many words may differ more than this from its own."""
NAME_ALONE = 0.8
"""How sure a name of one word is; the words around it may still mean another article."""
COUNT = re.compile(r",? (?:a )?(?:set|pair|pack) of \w{1,8}|,? \d{1,3} ?(?:pieces|pcs|m|cm)\b", re.I)
"""How a catalogue writes a number of pieces, right behind a name."""


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int


def products(text: str, catalogue: Catalogue) -> Sequence[Found]:
    """Find product names, best match first; the value is the catalogue's own name."""
    tokens = [_Token(hit.group().lower(), hit.start(), hit.end()) for hit in TOKEN.finditer(text)]
    anchors = [at for at, token in enumerate(tokens) if catalogue.may_name(token.word)]
    spans = {(first, last) for at in anchors for first, last in windows(at, anchors, catalogue.longest)}
    matches = [match for span in spans if (match := named(tokens, *span, catalogue))]
    found = sorted(matches, key=lambda one: ((one.start - one.end) * one.confidence, one.start))
    heads = by_head(text, tokens, anchors, catalogue)
    return [with_count(text, one) for one in (*found, *heads)]


def may_hold_product(word: str, catalogue: Catalogue) -> bool:
    """Say whether a product's name may begin or end in a word; in a text without such a word is none."""
    return any(catalogue.may_name(part) for part in TOKEN.findall(word.lower()))


def with_count(text: str, found: Found) -> Found:
    """Take in the number of pieces that is said of a product right behind it."""
    count = COUNT.match(text, found.end)
    return replace(found, end=count.end()) if count else found


def windows(first: int, anchors: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of words that begin and end at an anchor."""
    return ((first, last + 1) for last in anchors if first <= last < first + longest)


def named(tokens: Sequence[_Token], first: int, last: int, catalogue: Catalogue) -> Found | None:
    """Return the product that one run of words names, if any."""
    words = " ".join(token.word for token in tokens[first:last])
    if len(words) < MIN_CHARS + 1:
        return None
    hit = process.extractOne(words, catalogue.names.keys(), scorer=fuzz.ratio, score_cutoff=CUTOFF)
    if hit is None or not alike(words.split(), hit[0].split(), catalogue):
        return None
    return found_at(tokens, first, last, catalogue.names[hit[0]], hit[1] / 100)


def alike(said: Sequence[str], name: Sequence[str], catalogue: Catalogue) -> bool:
    """Say whether a run begins and ends as the name does, and no word is another altogether."""
    ends = fuzz.ratio(said[0], name[0]) >= WORD_CUTOFF and fuzz.ratio(said[-1], name[-1]) >= WORD_CUTOFF
    if said[0] != name[0] and name[0] in catalogue.own and said[0] in catalogue.common:
        return False
    if len(said) != len(name):
        return ends
    return ends and all(fuzz.ratio(one, other) >= LEAST_WORD for one, other in zip(said, name, strict=True))


def by_head(
    text: str, tokens: Sequence[_Token], anchors: Iterable[int], catalogue: Catalogue
) -> Iterator[Found]:
    """Find products by their own name, with a word of the trade behind it: `the Ostra lamp`."""
    for at in anchors:
        word = tokens[at].word.removesuffix("'s").removesuffix("s'")
        value = catalogue.heads.get(word)
        if value and (word not in catalogue.common or as_name(text, tokens[at])):
            more = at + 1 < len(tokens) and tokens[at + 1].word in catalogue.words
            yield found_at(tokens, at, at + 2 if more else at + 1, value, NAME_ALONE)


def as_name(text: str, token: _Token) -> bool:
    """Say whether a word is written as a name inside a sentence: `does the Torn dim`, not `Torn box`."""
    said, before = text[token.start : token.end], text[: token.start].rstrip()
    return said[0].isupper() and not said.isupper() and before[-1:].isalnum()


def found_at(tokens: Sequence[_Token], first: int, last: int, value: str, confidence: float) -> Found:
    """Make the entity of a run of words."""
    return Found(
        entity="product",
        value=value,
        start=tokens[first].start,
        end=tokens[last - 1].end,
        confidence=round(confidence, 3),
        extractor="fuzzy",
    )
