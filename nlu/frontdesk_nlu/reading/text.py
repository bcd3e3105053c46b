"""What every component reads: text that is safe, short enough, and as long as what the customer wrote."""

import re
import unicodedata

READ_CHARS = 4_000
"""Only so much of a message is read; what a customer wants stands at its beginning."""

_UNREADABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")

CHAT_SPEAK = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "tx": "thanks",
    "ty": "thank you", "wheres": "where is", "whats": "what is", "hows": "how is", "dont": "do not",
    "cant": "cannot", "wont": "will not", "didnt": "did not", "doesnt": "does not", "havent": "have not",
    "im": "i am", "ive": "i have", "wanna": "want to", "gonna": "going to", "gimme": "give me",
    "asap": "as soon as possible", "msg": "message", "acct": "account", "addr": "address", "ord": "order",
    "ordr": "order", "oder": "order", "recieve": "receive", "recieved": "received", "adress": "address",
    "refnd": "refund", "yr": "your", "b4": "before", "w8": "wait", "2day": "today", "2moro": "tomorrow",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9']+")


def readable(text: str) -> str:
    """Replace what no encoder takes (lone surrogates, control characters), keeping every position."""
    return _UNREADABLE.sub(lambda found: "\ufffd" if found.group() >= "\ud800" else " ", text)


def prepared(text: str) -> str:
    """Fold case, width, quotes and chat speak: the form in which texts are compared and cached."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'").replace("\u2018", "'")
    plain = _WORD.sub(lambda found: CHAT_SPEAK.get(found.group().replace("'", ""), found.group()), folded)
    return _SPACE.sub(" ", plain).strip()


def without_numbers(text: str) -> str:
    """Make every number of the same length look the same: which order it is says nothing about the wish."""
    return _DIGIT.sub("0", text)
