"""Brings chat spelling to one form, so that a few patterns catch many ways to write the same."""

import re
import unicodedata
from collections.abc import Iterator

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_LONG = re.compile(r"([a-z])\1{2,}")
_WORDS = re.compile(r"[a-z0-9#@.+'-]*[a-z0-9#]", re.ASCII)
_CLAUSES = re.compile(
    r"[.!?;:,\n]+"
    r"|\b(?:and|but|so|because|however|therefore)\b"
    r"|(?=\b(?:let me|lemme|please|pls|just|(?:can|could) (?:i|you))\b)"
)
"""Where one thing ends and the next begins; many people write without commas."""

CONTRACTIONS = {
    "can't": "cannot", "cant": "cannot", "won't": "will not", "wont": "will not",
    "don't": "do not", "dont": "do not", "doesn't": "does not", "doesnt": "does not",
    "didn't": "did not", "didnt": "did not", "isn't": "is not", "isnt": "is not",
    "aren't": "are not", "wasn't": "was not", "haven't": "have not", "hasn't": "has not",
    "couldn't": "could not", "wouldn't": "would not", "shouldn't": "should not", "needn't": "need not",
    "i'm": "i am", "im": "i am", "i'd": "i would", "i've": "i have", "ive": "i have",
    "i'll": "i will", "you're": "you are", "you've": "you have", "it's": "it is", "that's": "that is",
    "what's": "what is", "where's": "where is", "there's": "there is", "let's": "let us", "we're": "we are",
}  # fmt: skip

CHAT = {
    "u": "you", "ur": "your", "r": "are", "y": "yes", "n": "no", "pls": "please", "plz": "please",
    "thx": "thanks", "tnx": "thanks", "thnx": "thanks", "ty": "thank you", "tysm": "thank you",
    "cheers": "thanks", "wanna": "want to", "gonna": "going to", "gotta": "got to", "gimme": "give me",
    "lemme": "let me", "ok": "okay", "k": "okay", "kk": "okay", "yea": "yeah", "yeh": "yeah", "ya": "yeah",
    "nah": "nope", "asap": "as soon as possible", "hiya": "hi", "heya": "hey", "morn": "morning",
    "omg": "", "lol": "", "btw": "",
}  # fmt: skip

_SPOKEN = CONTRACTIONS | CHAT


def normalise(text: str) -> str:
    """Return small letters, whole words, one blank between them, no punctuation at the ends of words."""
    return " ".join(_words(_folded(text)))


def clauses(text: str) -> Iterator[str]:
    """Yield the normalised clauses of a text: a "not" in one says nothing about the next."""
    for clause in _CLAUSES.split(_folded(text)):
        words = " ".join(_words(clause))
        if words:
            yield words


def written_clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a text as they were written; joined they are the text again."""
    start = 0
    for cut in _CLAUSES.finditer(text):
        if cut.end() > start:
            yield text[start : cut.end()]
            start = cut.end()
    yield text[start:]


def _folded(text: str) -> str:
    """Fold width, case, apostrophes, and letters drawn out for emphasis."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    return _LONG.sub(r"\1", plain.translate(_APOSTROPHES).lower())


def _words(text: str) -> Iterator[str]:
    """Yield each word in its spoken-out form."""
    for word in _WORDS.findall(text):
        spoken = _SPOKEN.get(word.strip(".-'"), word.strip(".-'"))
        if spoken:
            yield spoken
