"""Where a text could be cut in two: between sentences, and at words that add something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk_nlu.clauses.shape import courtesy

READ_CHARS = 600
"""Somebody who has two wishes names both early; what is longer is a story."""

MOST_CUTS = 4
SHORTEST_WORDS = 2

INSIDE = (
    r"and also|also|plus|as well as|additionally|furthermore|moreover|besides|in addition(?: to that)?"
    r"|on top of that|by the way|btw|another (?:thing|question)|one more (?:thing|question)|separately"
    r"|other than that|apart from that|at the same time"
    r"|while (?:i'?m|we'?re|you'?re|i am|you are|we are) at it"
)
"""Words that add something wherever they stand."""

OPENING = (
    r"oh|secondly|second|and second(?:ly)?|lastly|finally|and lastly|and finally|p\.?s\.?:?|two things"
    r"|unrelated|next|1[.)]|2[.)]|b\)|1st|2nd"
)
"""Words that add something at the beginning of a sentence; inside one they mean something else."""

JOINING = r"and then|then|and|&|n|nd|but|or|so|while|\+"
ADDING = rf"{INSIDE}|{OPENING}"
WORDS = rf"(?:(?:{ADDING}|{JOINING})\b[,:]?|[&+])"
JOINTS = rf"(?:(?:{INSIDE}|{JOINING})\b[,:]?|[&+])"
WISH = re.compile(
    r"(?:please|pls|plz|can|could|would|will|may|what|where|when|why|how|who|which|is|are|do|does|did|has|have"
    r"|i want|i need|i'?d like|i would like|i wish|we need|we want|tell me|send|give|cancel|change|help)\b",
    re.I,
)
CUT = re.compile(
    r"(?=[.?!;…,\s])(?:(?P<stop>[.?!;…]{1,9}['\")\]]{0,3}\s{1,9}|\n\s{0,9})|(?P<comma>,\s{0,9})|(?P<dash>\s{1,3}[-–—/|]{1,3}\s{1,3})"
    rf"|\s{{1,9}}(?={JOINTS}))(?P<words>(?:{WORDS}\s{{0,9}}){{0,3}})(?=\S)",
    re.I,
)
ADDS = re.compile(ADDING, re.I)
SHORT_FORM = re.compile(r"\b(?:no|nr|mr|mrs|ms|dr|st|approx|ca|e\.g|i\.e|etc|vs)\.$", re.I)
MARKS = (". ", "? ", "! ", "; ", ", ", "… ", "\n", " - ", " – ", " — ", " / ", " | ", '" ', ") ", ",")
FIRST_WORDS = frozenset({
    "and", "also", "plus", "as", "additionally", "furthermore", "moreover", "besides", "in", "on", "by",
    "btw", "oh", "another", "one", "secondly", "second", "separately", "other", "apart", "while", "lastly",
    "finally",
    "two", "at", "unrelated", "next", "then", "&", "n", "nd", "but", "or", "so", "+", "ps", "1.", "2.",
    "1)", "2)", "b)",
})  # fmt: skip
AND = re.compile(r"(?:and\b|&|\bn\b|\+)", re.I)


@dataclass(frozen=True)
class Cut:
    """One place where a text could be cut; `words` stand between the two sides."""

    end: int
    start: int
    stop: bool
    comma: bool
    adds: bool
    joins: bool


def cuts(text: str) -> Sequence[Cut]:
    """Return the likeliest places, those that say most first; most texts have none."""
    if not may_be_cut(text):
        return []
    found = [cut for hit in CUT.finditer(text[:READ_CHARS]) if (cut := cut_at(text, hit))]
    found.sort(key=lambda cut: (-cut.adds, -cut.stop, -cut.joins))
    return found[:MOST_CUTS]


def may_be_cut(text: str) -> bool:
    """Say cheaply whether a text holds a mark or a word at which it could be cut."""
    return any(mark in text for mark in MARKS) or not FIRST_WORDS.isdisjoint(text.lower().split())


def cut_at(text: str, hit: re.Match[str]) -> Cut | None:
    """Judge one place: a space alone is none, and a comma needs something like a wish behind it."""
    words = hit["words"].strip()
    stop = hit["stop"] is not None
    if not words and hit["comma"] and not is_clause(text, hit):
        return None
    end = len(text[: hit.end("stop") if stop else hit.start()].rstrip())
    if stop and SHORT_FORM.search(text[max(0, end - 8) : end]):
        return None
    if min(count_words(text[:end]), count_words(text[hit.end() :])) < SHORTEST_WORDS:
        return None
    if courtesy(text[:end]) or courtesy(text[hit.end() :]):
        return None
    return Cut(
        end=end,
        start=hit.end(),
        stop=stop,
        comma=hit["comma"] is not None,
        adds=ADDS.search(words) is not None,
        joins=AND.search(words) is not None,
    )


def is_clause(text: str, hit: re.Match[str]) -> bool:
    """Say whether what follows a bare comma may be a sentence: it begins like a wish or is long enough."""
    after = text[hit.end() :]
    return WISH.match(after) is not None or count_words(after) > SHORTEST_WORDS + 1 < count_words(
        text[: hit.start()]
    )


def count_words(text: str) -> int:
    """Count words, up to as many as matter."""
    return len(text.split(None, SHORTEST_WORDS + 2))
