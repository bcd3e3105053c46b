"""Where a text could be cut in two: between sentences, and at words that add something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk_nlu.clauses.shape import answer, courtesy, thankful

READ_CHARS = 600
"""Somebody who has two wishes names both early; what is longer is a story."""

MOST_CUTS = 6
SHORTEST_WORDS = 2

INSIDE = (
    r"and also|also|plus|as well as|additionally|furthermore|moreover|besides|in addition(?: to that)?"
    r"|on top of that|by the way|btw|another (?:thing|question)|one more (?:thing|question)|separately"
    r"|other than that|apart from that|at the same time"
    r"|while (?:i'?m|we'?re|you'?re|i am|you are|we are) at it|if (?:so|not|yes|no)|otherwise"
    r"|or (?:better|rather)|in (?:that|which) case"
)
"""Words that add something wherever they stand."""

OPENING = (
    r"oh|secondly|second(?: (?:thing|question))?|third(?:ly)?|lastly|finally|p\.?s\.?|unrelated|next"
    r"|after that|alternatively|1st|2nd"
)
"""Words that add something at the beginning of a sentence; inside one they mean something else."""

JOINING = r"and then|then|and|&|n|nd|but|or|so|while|\+"
ADDING = rf"{INSIDE}|{OPENING}"
ITEM = r"(?:[2-9b-d][.)]|[-*•])(?=\s)"
WORDS = rf"(?:(?:{ADDING}|{JOINING})\b[.,:]?|[&+]|{ITEM})"
JOINTS = rf"(?:(?:{INSIDE}|{JOINING})\b[,:]?|[&+]|[2-9b-d]\)(?=\s))"
BARE = (
    r"(?:(?:what|where|when|why|how) (?:is|are|was|do|does|did|can|could|will|would|should|much|long|many)"
    r"|how soon|(?:where|what|when|how)'?s|(?:can|could|would|will) (?:you|i|we|someone|somebody)"
    r"|do you|are you|is there|i (?:want|need|would|also)|i'?d (?:like|rather|love)|please|pls"
    r"|let me (?:speak|talk)|(?:get|give|put|connect|transfer) me)\b"
)
"""How a second wish begins where nothing at all stands before it."""

WISH = re.compile(
    r"(?:please|pls|plz|can|could|would|will|may|what|where|when|why|how|who|which|is|are|do|does|did|has|have"
    r"|i want|i need|i'?d like|i would like|i wish|we need|we want|tell me|send|give|cancel|change|help)\b",
    re.I,
)
CUT = re.compile(
    r"(?=[.?!;…,\s])(?:(?P<stop>[.?!;…]{1,9}['\")\]]{0,3}\s{1,9}|\n\s{0,9})|(?P<comma>,\s{0,9})|(?P<dash>\s{1,3}[-–—/|]{1,3}\s{1,3})"
    rf"|\s{{1,9}}(?={JOINTS})|(?P<bare>\s{{1,9}})(?={BARE}))(?P<words>(?:{WORDS}\s{{0,9}}){{0,3}})(?=\S)",
    re.I,
)
ADDS = re.compile(rf"\b(?:{ADDING})\b|{ITEM}", re.I)
HALF_SAID = re.compile(
    r"\b(?:i|i'm|i'd|i've|we|do|does|did|can|could|would|will|is|are|was|am|have|has|you please|not|to|but|or"
    r"|and|the|a|my|tell|know|if|wondering|ask|(?:do|can|could|would|will|are|if|did|have)"
    r" (?:you|it|they|he|she)|tell me|know|see|understand|about|sure|check|what|where|when|why|how|who|which"
    r"|how (?:long|much|many|soon|often|far|fast|late|quickly))$",
    re.I,
)
"""Where a sentence cannot end: what adds something behind it belongs to it."""

SHORT_FORM = re.compile(r"\b(?:no|nr|mr|mrs|ms|dr|st|approx|ca|e\.g|i\.e|etc|vs)\.$", re.I)
MARKS = (". ", "? ", "! ", "; ", ", ", "… ", "\n", " - ", " – ", " — ", " / ", " | ", '" ', ") ", ",")
FIRST_WORDS = frozenset({
    "and", "also", "plus", "as", "additionally", "furthermore", "moreover", "besides", "in", "on", "by",
    "btw", "oh", "another", "one", "secondly", "second", "separately", "other", "apart", "while", "lastly",
    "finally",
    "two", "at", "unrelated", "next", "then", "&", "n", "nd", "but", "or", "so", "+", "ps", "1.", "2.",
    "1)", "2)", "b)", "please", "pls", "what", "where", "when", "why", "how", "what's", "where's", "when's",
    "how's", "wheres", "whats", "can", "could", "would", "will", "do", "are", "is", "i", "i'd", "id", "third",
    "thirdly", "after", "alternatively", "*", "•", "-", "3.", "3)", "if", "otherwise", "let", "get", "give",
    "put", "connect", "transfer",
})  # fmt: skip
AND = re.compile(r"(?:and\b|&|\bn\b|\+)", re.I)


@dataclass(frozen=True)
class Cut:
    """One place where a text could be cut; `words` stand between the two sides."""

    end: int
    start: int
    stop: bool
    comma: bool
    dash: bool
    bare: bool
    adds: bool
    joins: bool


def cuts(text: str) -> Sequence[Cut]:
    """Return the likeliest places, those that say most first; most texts have none."""
    if not may_be_cut(text):
        return []
    found = [cut for hit in CUT.finditer(text[:READ_CHARS]) if (cut := cut_at(text, hit))]
    found.sort(key=lambda cut: (cut.bare, -cut.adds, -cut.stop, -cut.joins))
    return found[:MOST_CUTS]


def may_be_cut(text: str) -> bool:
    """Say cheaply whether a text holds a mark or a word at which it could be cut."""
    return any(mark in text for mark in MARKS) or not FIRST_WORDS.isdisjoint(text.lower().split()[1:])


def cut_at(text: str, hit: re.Match[str]) -> Cut | None:
    """Judge one place: a space alone is none, and a comma needs something like a wish behind it."""
    words = hit["words"].strip()
    stop = hit["stop"] is not None
    if not words and hit["comma"] and not is_clause(text, hit):
        return None
    end = len(text[: hit.end("stop") if stop else hit.start()].rstrip())
    if stop and SHORT_FORM.search(text[max(0, end - 8) : end]):
        return None
    if too_short(text[:end], words != "" or stop) or count_words(text[hit.end() :]) < SHORTEST_WORDS:
        return None
    thanked = (words != "" or stop) and thankful(text[:end])
    if (courtesy(text[:end]) and not thanked) or courtesy(text[hit.end() :]):
        return None
    if not stop and HALF_SAID.search(text[max(0, end - 20) : end]):
        return None
    return Cut(
        end=end,
        start=hit.end(),
        stop=stop,
        comma=hit["comma"] is not None,
        dash=hit["dash"] is not None,
        bare=hit["bare"] is not None and not words,
        adds=ADDS.search(words) is not None,
        joins=AND.search(words) is not None,
    )


def too_short(left: str, apart: bool) -> bool:
    """Say whether a first side cannot be a wish; "yes" is one when more stands between than a comma."""
    return count_words(left) < SHORTEST_WORDS and not (apart and answer(left))


def is_clause(text: str, hit: re.Match[str]) -> bool:
    """Say whether what follows a bare comma may be a sentence: it begins like a wish or is long enough."""
    after = text[hit.end() :]
    return WISH.match(after) is not None or count_words(after) > SHORTEST_WORDS + 1 < count_words(
        text[: hit.start()]
    )


def count_words(text: str) -> int:
    """Count words, up to as many as matter."""
    return len(text.split(None, SHORTEST_WORDS + 2))
