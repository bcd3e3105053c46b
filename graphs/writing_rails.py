"""What a rewording may not change: figures, links, names, quotes, conditions, commitments; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

FIGURE = re.compile(r"\S*\d\S*")
LINK = re.compile(r"https?://\S+|/help/\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”")
SENTENCE_END = re.compile(r"(?<=\w\w[.!?:])\s+|(?<=[\])\"”%][.!?:])\s+")
"""Behind a word, not behind the initial of a name."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SHORT_FORMS = (
    ("can't", "can not"),
    ("cannot", "can not"),
    ("won't", "will not"),
    ("n't", " not"),
    ("'ll", " will"),
    ("'ve", " have"),
)
HINGES = frozenset({
    "not", "no", "never", "nothing", "none", "only", "unless", "until", "if", "before", "after", "once",
    "can", "could", "may", "might", "must", "should", "will", "would", "was", "were", "been", "being", "has",
    "have", "had", "always", "every", "all", "any", "within", "least", "most", "free",
})  # fmt: skip
"""Words that turn what a sentence says; a rewording keeps each of them and adds none."""
COMMITMENTS = (
    "refund", "cancel", "replac", "exchang", "return", "credit", "discount", "voucher", "guarant", "promis",
    "compensat", "approv", "deliver", "ship", "arriv", "send", "sent", "pay", "paid", "charg", "waiv",
    "extend", "immediate", "today", "tomorrow", "tonight", "instant", "confirm", "manag", "colleague",
    "person",
)  # fmt: skip
"""Beginnings of words that promise or report something."""
OPENERS = frozenset({
    "a", "about", "absolutely", "actually", "afraid", "also", "an", "and", "another", "as", "at", "because",
    "both", "but", "by", "certainly", "do", "each", "either", "for", "from", "glad", "good", "great", "happy",
    "here", "how", "i", "in", "it", "it's", "i'm", "just", "kindly", "let", "nor", "now", "of", "on", "or",
    "our", "please", "really", "so", "some", "sorry", "still", "sure", "thank", "thanks", "that", "that's",
    "the", "their", "then", "there", "there's", "these", "they", "this", "those", "though", "to", "too",
    "unfortunately", "we", "well", "what", "what's", "when", "where", "which", "while", "who", "why", "with",
    "yes", "yet", "you", "you're", "your",
})  # fmt: skip
"""Words that begin a sentence without being a name; each other one counts as a name unless it was there."""
LONGER, SLACK, SHORTER = 1.6, 60, 0.5
RECITED = 5
"""So many words in a row that stand in a model's task and not in the template are quoted from the task."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Everything in a text that a rewording must keep, by kind."""

    figures: frozenset[str]
    links: frozenset[str]
    quotes: frozenset[str]
    names: frozenset[str]
    """Everything that may be a name; those that no sentence begins with surely are."""
    sure_names: frozenset[str]
    conditions: frozenset[str]
    commitments: frozenset[str]


KINDS = ("figures", "links", "quotes", "names", "conditions", "commitments")


def changed(template: str, written: str, names: Iterable[str] = ()) -> str | None:
    """Say what a whole rewording changed that it may not; None when everything is kept."""
    if not SHORTER * len(template) <= len(written) <= LONGER * len(template) + SLACK:
        return "its length"
    if ("?" in template) != ("?" in written):
        return "whether it asks"
    names = tuple(names)
    ours, theirs = kept(template, names), kept(written, names)
    words = _words(written)
    if strange := added(template, written, names):
        return strange
    lost = next((kind for kind in KINDS if _lost(kind, ours, theirs, words)), None)
    return f"{lost} left out" if lost else None


def recites(written: str, task: str, template: str) -> bool:
    """Tell whether a text quotes what its model was told to do."""
    told = _runs(task) - _runs(template)
    return not told.isdisjoint(_runs(written))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every row of a few words in a text."""
    words = WORD.findall(text.casefold())
    return {tuple(words[place : place + RECITED]) for place in range(len(words) - RECITED + 1)}


def added(template: str, written: str, names: Iterable[str] = ()) -> str | None:
    """Say what a rewording, or a sentence of one, adds; None when all of it stands in the template."""
    names = tuple(names)
    ours, theirs = kept(template, names), kept(written, names)
    words = _words(template)
    for kind in KINDS:
        more = getattr(theirs, kind) - getattr(ours, kind)
        if kind == "names":
            more = {name for name in more if name.casefold() not in words}
        if more:
            return f"{kind} added"
    return None


def kept(text: str, names: Iterable[str]) -> Kept:
    """Find everything in a text that must stay as it is."""
    plain = _long_forms(text)
    words = [word.casefold() for word in WORD.findall(plain)]
    known = frozenset(name for name in names if name and name in text)
    return Kept(
        figures=frozenset(found.strip(".,;:!?()\"“”'") for found in FIGURE.findall(text)),
        links=frozenset(found.rstrip(".,;:!?)") for found in LINK.findall(text)),
        quotes=frozenset(one or other for one, other in QUOTED.findall(text)),
        names=frozenset(_names(text, first=0)) | known,
        sure_names=frozenset(_names(text, first=1)) | known,
        conditions=HINGES & frozenset(words),
        commitments=frozenset(stem for stem in COMMITMENTS for word in words if word.startswith(stem)),
    )


def _names(text: str, *, first: int) -> Iterable[str]:
    """Find capital words from a place in each sentence on; at its beginning only the unusual ones."""
    for sentence in SENTENCE_END.split(text):
        for place, word in enumerate(WORD.findall(sentence)[first:], start=first):
            usual = place == 0 and word.casefold().replace("’", "'") in OPENERS | HINGES
            if word[0].isupper() and not usual and word.partition("'")[0].partition("’")[0] != "I":
                yield word


def _lost(kind: str, ours: Kept, theirs: Kept, words: frozenset[str]) -> bool:
    """Say whether a kind of thing is missing; a name may stand at the beginning of a sentence now."""
    if kind == "names":
        return any(name.casefold() not in words for name in ours.sure_names - theirs.names)
    return bool(getattr(ours, kind) - getattr(theirs, kind))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))


def _long_forms(text: str) -> str:
    """Write contractions out, so that "can't" and "cannot" are the same."""
    plain = text.replace("’", "'")
    for short, long in SHORT_FORMS:
        plain = re.sub(short, long, plain, flags=re.IGNORECASE)
    return plain


def sentences(text: str) -> tuple[list[str], str]:
    """Divide a growing text into its finished sentences and the rest."""
    *finished, rest = SENTENCE_END.split(text)
    return finished, rest
