"""Names of people: announced, titled, or known as given names."""

import re
from collections.abc import Iterator, Sequence

from frontdesk_nlu.entities.found import Found
from frontdesk_nlu.entities.lexicon import Lexicon
from frontdesk_nlu.entities.words import Word, beside

ANNOUNCED = re.compile(
    r"(?:\b(?:(?:my|his|her|the|our|whose) (?:(?:full|first|last|maiden|new|real|married|correct|family) )?"
    r"(?:sur|user)?name(?:'?s| is| was| should be| changed to| to)?(?: now)?|maiden name|named|name ?[:=]"
    r"|(?:sur|first |last |family |maiden )names?(?: is|,|:)?"
    r"|name (?:on|in) [\w ]{1,24} (?:should|must) (?:be|read)"
    r"|in the name of|under the name(?: of)?|on behalf of|addressed to|signed by|left with|c/o"
    r"|attn\.?:?|attention:?|recipient(?: is|:)|i am called|i'm called|they call me)\s)$",
    re.I,
)
CUED = re.compile(
    r"\b(?:i'?m|i am|this is|it'?s|it is|asked|asking|for|to|from|with|by|and|or|about|of|called|name"
    r"|is|was|be|have|dear|hi|hello|hey|thanks|thank you|regards|cheers|greetings|sincerely|best|yours|love"
    r"|agent|colleague|clerk|courier|driver|wife|husband|mother|father|mum|mom|dad|son|daughter|sister|brother|friend"
    r"|neighbou?r|boss|assistant|partner|flatmate)\W{1,3}$",
    re.I,
)
RELATED = re.compile(
    r"\b(?:my|his|her|our|their|the) (?:\w{1,12} )?(?:wife|husband|partner|fianc[eé]e?|mother|father|mum|mom"
    r"|dad|son|daughter|sister|brother|cousin|aunt|uncle|niece|nephew|friend|colleague|neighbou?r|boss|flatmate"
    r"|assistant|secretary)\W{1,2}$|\b(?:grandma|grandpa|granny|auntie|uncle|cousin)\s$",
    re.I,
)
"""Behind these a capital makes a name, also one nobody has listed."""
HERSELF = re.compile(r"(?:^|[.!?,\n]\s*|\b(?:hi|hello|hey)\W{1,2})(?:i'?m|i am|this is|it'?s)\s$", re.I)
AFTER_HERSELF = re.compile(r"\s*(?:$|[,.!\n]|\b(?:here|speaking|from|again|writing|calling)\b)", re.I)
SIGNED = re.compile(
    r"\b(?:regards|wishes|greetings|sincerely|faithfully|cheers|thanks|yours|best|love)\s*[,\n]\s*$",
    re.I,
)
AFTER_NAME = re.compile(
    r"\s*(?:$|[,.;!?()\n]|['’]s\b|(?:and|not|instead|please|pls|now|with|but|here|on|in)\b)", re.I
)
"""What follows a name that nobody lists and that is written small."""
CLOSED = re.compile(r"\W*$")
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "herr", "frau", "prof", "mister", "madame", "sir"})
PARTICLES = frozenset(
    {"van", "von", "der", "den", "de", "la", "da", "di", "del", "du", "af", "zu", "le", "el", "al"}
)
SMALL_TITLES = frozenset({"mr", "mrs", "ms", "mister", "herr", "frau", "madame"})
"""Titles that make a name of an unknown word where nobody writes capitals."""
LONGEST = 4
READ_BEFORE = 40


def people(text: str, words: Sequence[Word], known: Lexicon) -> Iterator[Found]:
    """Find people; the value is the name as it was written."""
    taken = 0
    for at, word in enumerate(words):
        if at < taken or not (may_begin_name(word, known) or initial(text, word)):
            continue
        last, confidence = name_at(text, words, at, known)
        if last > at:
            taken = last
            start, end = words[at].start, words[last - 1].bare_end
            value = " ".join(text[start:end].split())
            yield Found(entity="person", value=value, start=start, end=end, confidence=confidence)


def may_begin_name(word: Word, known: Lexicon) -> bool:
    """Say whether a name may begin with a word that is no initial: ordinary words do not."""
    return (
        word.folded in TITLES
        or is_given(word, known)
        or not (word.folded in known.ordinary or word.folded in known.ordinary_given)
    )


def name_at(text: str, words: Sequence[Word], at: int, known: Lexicon) -> tuple[int, float]:
    """Return where a name that begins here ends, and how sure that is; nowhere gives the beginning."""
    word = words[at]
    if titled(text, words, at, known):
        return end_of_name(text, words, at + 2, known), 0.95
    given = is_given(word, known)
    ordinary = word.folded in known.ordinary or word.folded in known.ordinary_given
    if not (given or word.capital or not ordinary):
        return at, 0.0
    before = text[max(0, word.start - READ_BEFORE) : word.start]
    if not ordinary and ANNOUNCED.search(before):
        last = end_of_name(text, words, at + 1, known, anything=not word.capital)
        if word.capital or given or AFTER_NAME.match(text, words[last - 1].end):
            return last, 0.95
    end = end_of_name(text, words, at + 1, known)
    if word.capital and not ordinary and introduced(text, word, words[end - 1], before, known):
        return end, 0.75
    if given and not (ordinary and (end == at + 1 or not word.capital)):
        return given_name(word, before, at, end)
    if initial(text, word) and end > at + 1 and words[end - 1].capital:
        return end, 0.8
    two = end == at + 2 and word.capital and not ordinary and not is_place(word, known)
    return (end, 0.6) if two and CUED.search(before) else (at, 0.0)


def is_given(word: Word, known: Lexicon) -> bool:
    """Say whether a word is a given name, or two of them joined."""
    folded = word.folded
    return folded in known.given or ("-" in folded and all(part in known.given for part in folded.split("-")))


def introduced(text: str, word: Word, last: Word, before: str, known: Lexicon) -> bool:
    """Say whether the words around make a name of any capital word: a relation, a greeting or a signature."""
    if word.folded in known.nations:
        return False
    if RELATED.search(before):
        return True
    if HERSELF.search(before):
        return AFTER_HERSELF.match(text, last.end) is not None
    return SIGNED.search(before) is not None and CLOSED.match(text, last.end) is not None


def given_name(word: Word, before: str, at: int, end: int) -> tuple[int, float]:
    """Judge a given name: with a surname or a capital it stands alone, otherwise it must be introduced."""
    if end > at + 1:
        return end, 0.95
    if word.capital and (before.strip() or word.bare_end < word.end):
        return end, 0.85
    return (end, 0.7) if CUED.search(before) else (at, 0.0)


def titled(text: str, words: Sequence[Word], at: int, known: Lexicon) -> bool:
    """Say whether a title with a name stands here."""
    title = words[at].folded
    if title not in TITLES or at + 1 >= len(words):
        return False
    gap = text[words[at].end : words[at + 1].start]
    return (
        gap.strip(".") in ("", " ")
        and len(gap) <= 2
        and (words[at + 1].capital or (title in SMALL_TITLES and words[at + 1].folded not in known.ordinary))
    )


def initial(text: str, word: Word) -> bool:
    """Say whether a word is an initial: `M. Lindqvist`; `I` without a dot is somebody else."""
    return len(word.text) == 1 and word.text.isupper() and text.startswith(".", word.end)


def end_of_name(text: str, words: Sequence[Word], at: int, known: Lexicon, anything: bool = False) -> int:
    """Return where the surnames end that follow a name's first word."""
    end, begun = at, at - 1
    while at < len(words) and at - begun < LONGEST and follows(text, words[at - 1], words[at]):
        word = words[at]
        if word.folded in PARTICLES:
            at += 1
            continue
        if not surname(word, words[begun], known, anything):
            break
        at += 1
        end = at
    return end


def surname(word: Word, first: Word, known: Lexicon, anything: bool) -> bool:
    """Say whether a word can be a surname: a capital one, or an unknown one where nobody writes capitals."""
    if word.capital and first.text[0].isupper():
        return True
    if word.folded in known.ordinary or is_place(word, known) or len(word.text) < 3:
        return False
    return anything or (not first.text[0].isupper() or first.text.isupper())


def follows(text: str, left: Word, right: Word) -> bool:
    """Say whether two words may belong to one name: a space between, after an initial also a dot."""
    return beside(text, left, right) or (len(left.text) == 1 and text[left.end : right.start] in (".", ". "))


def is_place(word: Word, known: Lexicon) -> bool:
    """Say whether a word alone is a place."""
    return word.folded in known.places
