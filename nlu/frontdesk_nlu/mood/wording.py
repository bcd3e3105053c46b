"""How a text is worded: its words and pairs of words, and the signs that can be counted.

A sentence vector knows what a text is about better than how it feels; negated
praise, shouting, and the last word after a "but" show here.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from frontdesk_nlu.intents.ngrams import Floats

READ = 600
"""More of a long text would cost more than it tells; what somebody feels stands at its beginning."""
REACH = 4
"""A denial turns so many words, or fewer when the clause ends before."""
TURNED = -0.74
"""How much of a word's charge is left behind a denial; VADER's own factor."""
FADED = 0.5
"""What stands before a "but" counts half."""

SIGNS = 12

EMOJI = dict.fromkeys("😀😃😄😁😊🙂🥰😍🤩😘👍👏🙌🎉❤♥💕💯🙏", 2.0) | dict.fromkeys(
    "😠😡🤬😤👎💩😞😢😭😩😫😒🙄💔😣☹🙁😖🤮", -2.0
)
_DENIALS = """
    no not never nor neither none nobody nothing nowhere cannot without hardly barely scarcely
    ain aint cant wont dont doesnt didnt isnt wasnt arent werent couldnt wouldnt shouldnt havent hasnt hadnt
"""
DENIALS = frozenset(_DENIALS.split())
CLAUSE_ENDS = frozenset(".,;:!?()\n")

_TOKEN = re.compile(r"[:;=8]['-]?[()DPp|/\[\]]|<3|[@#]?\w{1,40}(?:'\w{1,20})?|[!?.,;:()]|[^\w\s]")
_DIGIT = re.compile(r"\d")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_CHARGE: Mapping[str, float] = SentimentIntensityAnalyzer().lexicon | EMOJI


@dataclass(frozen=True)
class Wording:
    """The words of a text as they are counted, and its signs."""

    grams: Mapping[str, int]
    signs: Floats
    public: bool


def wording(text: str) -> Wording:
    """Read how a text is worded; time and memory are bounded whatever the text."""
    read = text[:READ].replace("\u2019", "'").replace("&amp;", "&")
    spelt = _TOKEN.findall(read)
    words = [folded(word) for word in spelt]
    denied = denials(words)
    return Wording(
        grams=counted(words, denied),
        signs=signs(read, spelt, words, denied),
        public="@" in words,
    )


def folded(word: str) -> str:
    """Make a word comparable: any handle is one word, any number of a length, and a hashtag is its word."""
    if len(word) > 1:
        if word[0] == "@":
            return "@"
        word = word.lower().lstrip("#") or word
        if not word.isalpha():
            return _DIGIT.sub("0", word)
        return _DRAWN_OUT.sub(r"\1\1", word) if len(word) > 3 else word
    return word.lower()


def denials(words: list[str]) -> list[bool]:
    """Tell for each word whether a denial before it in its clause reaches it."""
    reached, left = [], 0
    for word in words:
        reached.append(left > 0)
        if word in DENIALS or word.endswith("n't"):
            left = REACH
        elif word in CLAUSE_ENDS or word == "but":
            left = 0
        else:
            left = max(0, left - 1)
    return reached


def counted(words: list[str], denied: list[bool]) -> Mapping[str, int]:
    """Count words, marked where denied, and pairs of neighbours."""
    marked = [f"{word}~" if no and word.isalpha() else word for word, no in zip(words, denied, strict=True)]
    return Counter([*marked, *(f"{first} {second}" for first, second in pairwise(words))])


def charges(spelt: list[str], words: list[str], denied: list[bool]) -> list[float]:
    """Weigh the charged words in order: denied ones turn, shouted ones grow, those before a "but" fade."""
    found: list[float] = []
    for loud, word, no in zip(spelt, words, denied, strict=True):
        charge = _CHARGE.get(word, 0.0)
        if charge:
            grown = charge * (1.3 if len(word) > 2 and loud.isupper() else 1.0)
            found.append(grown * (TURNED if no else 1.0))
        elif word == "but":
            found = [FADED * one for one in found]
    return found


def signs(read: str, spelt: list[str], words: list[str], denied: list[bool]) -> Floats:
    """Count what a sentence vector does not see: the balance of charged words, shouting and marks."""
    found = charges(spelt, words, denied)
    total = sum(found)
    asked = words[-1:] == ["?"]
    return np.array(
        [
            total / (total * total + 15) ** 0.5,
            sum(one for one in found if one > 0) / 5,
            sum(one for one in found if one < 0) / 5,
            (found[-1] if found else 0.0) / 3,
            max(found, default=0.0) / 3,
            min(found, default=0.0) / 3,
            shouting(read),
            min(read.count("!"), 4) / 4,
            min(read.count("?"), 4) / 4,
            min(len(words), 40) / 40,
            float(words[:1] == ["@"]),
            float(asked),
        ],
        dtype=np.float32,
    )


def shouting(read: str) -> float:
    """The share of capitals where they prevail, else 0."""
    large = sum(map(str.isupper, read))
    letters = large + sum(map(str.islower, read))
    return large / letters if letters > 5 and large > letters / 2 else 0.0
