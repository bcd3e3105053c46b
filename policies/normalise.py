"""Brings chat spelling to one form, so that a few patterns catch many ways to write the same."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

SAME = 64
"""So many texts are remembered as they are read: one message is looked at from several sides in a turn."""
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_LONG = re.compile(r"([a-z])\1{2,}")
_WORDS = re.compile(r"[a-z0-9#@.+'-]*[a-z0-9#]", re.ASCII)
_TIED = "".join(
    rf"(?<!\b{word} )"
    for word in (
        *("not", "dont", "never", "to", "if", "do", "did", "say", "said", "that", "think", "thought", "mean"),
        *("when", "until", "should", "would", "will", "they", "you", "i", "we", "he", "she", "can", "could"),
        *("whether", "unless", "before", "because", "what", "all", "only", "also", "still", "really", "who"),
        *("someone", "somebody", "anyone", "anybody", "agent", "person", "human", "colleague"),
    )
)
"""What a clause does not end after: its verb is still to come, or a "not" still holds."""
_BEGINNINGS = (
    r"let me|lemme|please|pls|just|(?:can|could) (?:i|you)|i (?:want|need|demand|would like)"
    r"|i'd (?:like|rather)|(?:get|give|connect|transfer|switch) me|there is no need"
)
_CLAUSES = re.compile(
    r"[.!?;:,\n()\u2013\u2014]+|\s-+\s"
    r"|\b(?:and|but|so|because|however|therefore|although|though|otherwise)\b"
    rf"|\b(?=(?:{_BEGINNINGS})\b){_TIED}(?<!n't )(?<!n\u2019t )",
    re.IGNORECASE,
)
"""Where one thing ends and the next begins; many people write without commas."""
_SENTENCES = re.compile(r"[.!?\n]+")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)

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
    "cheers": "thanks", "wanna": "want to", "gonna": "going to", "gimme": "give me",
    "lemme": "let me", "ok": "okay", "k": "okay", "kk": "okay", "yea": "yeah", "yeh": "yeah", "ya": "yeah",
    "nah": "nope", "asap": "as soon as possible", "hiya": "hi", "heya": "hey", "morn": "morning",
    "omg": "", "lol": "", "btw": "", "tlk": "talk", "tawk": "talk", "spk": "speak", "speek": "speak",
    "som1": "someone", "some1": "someone", "sum1": "someone", "any1": "anyone", "sb": "somebody",
    "smb": "somebody", "smbd": "somebody", "hooman": "human", "hoomans": "humans", "cuz": "because",
    "ppl": "people", "w": "with", "w/": "with", "mngr": "manager", "mgr": "manager", "cs": "customer service",
    "convo": "conversation", "rn": "right now", "dnt": "do not", "wnt": "want", "abt": "about",
    "b4": "before", "cld": "could", "wld": "would", "dunno": "do not know", "aint": "is not",
    "ain't": "is not", "hadn't": "had not", "hadnt": "had not", "weren't": "were not",
    "couldnt": "could not", "wouldnt": "would not", "shouldnt": "should not", "havent": "have not",
    "hasnt": "has not", "wasnt": "was not", "arent": "are not", "neednt": "need not",
    "there're": "there are", "who's": "who is", "whos": "who is", "here's": "here is", "he's": "he is",
    "she's": "she is", "they're": "they are", "they've": "they have", "they'd": "they would",
    "we'd": "we would", "we've": "we have", "we'll": "we will", "you'd": "you would", "you'll": "you will",
    "it'd": "it would", "it'll": "it will", "y'all": "you", "wana": "want to", "gotta": "have to",
    "whats": "what is", "thats": "that is", "theres": "there is", "wheres": "where is", "youre": "you are",
}  # fmt: skip

_SPOKEN = CONTRACTIONS | CHAT


@lru_cache(maxsize=SAME)
def normalise(text: str) -> str:
    """Return small letters, whole words, one blank between them, no punctuation at the ends of words."""
    return " ".join(filter(None, map(spoken, written_words(folded(text)))))


def clauses(text: str) -> Iterator[str]:
    """Yield the normalised clauses of a text: a "not" in one says nothing about the next."""
    for sentence in sentences(folded(text)):
        for clause in sentence:
            if words := normalise(clause):
                yield words


def sentences(folded_text: str) -> Iterator[list[str]]:
    """Yield the clauses of each sentence, folded: an "if" in one says nothing about the next."""
    return map(_CLAUSES.split, _SENTENCES.split(folded_text))


def written_clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a text as they were written; joined they are the text again."""
    start = 0
    for cut in _CLAUSES.finditer(text):
        if cut.end() > start:
            yield text[start : cut.end()]
            start = cut.end()
    yield text[start:]


def seen(text: str) -> str:
    """Leave out what cannot be seen: a number stays one though something unseen stands in it."""
    return text if text.isascii() else _UNSEEN.sub("", text)


@lru_cache(maxsize=SAME)
def folded(text: str) -> str:
    """Fold width, case, apostrophes, and letters drawn out for emphasis."""
    if text.isascii():
        plain = text.replace("`", "'")
    else:
        plain = unicodedata.normalize("NFKC", seen(text)).translate(_APOSTROPHES)
    return _LONG.sub(r"\1", plain.lower())


def written_words(folded_text: str) -> list[str]:
    """Return the words of a folded text as they are written."""
    return _WORDS.findall(folded_text)


def spoken(word: str) -> str:
    """Return a written word as it is spoken out; empty where it says nothing."""
    bare = word.strip(".-'")
    return _SPOKEN.get(bare, bare)
