"""How a text is worded: its words and pairs of words, and the signs that can be counted.

A sentence vector knows what a text is about better than how it feels; negated
praise, shouting, and the last word after a "but" show here.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from frontdesk_nlu.intents.ngrams import Floats

READ = 600
"""More of a long text would cost more than it tells; what somebody feels stands at its beginning."""
REACH = 4
"""A denial turns so many words, or fewer when the clause ends before."""
TURNED = -0.74
"""How much of a word's charge is left behind a denial; VADER's own factor."""
FEW_CAPITALS = 3
"""So few never prevail among more than five letters."""
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
_CAPITALS = bytes(range(65, 91))
_CHARGE: Mapping[str, float] = SentimentIntensityAnalyzer().lexicon | EMOJI


REMEMBERED_WORDS = 20_000


class _Said(NamedTuple):
    """What is always true of a word that is written so."""

    word: str
    denied: str
    """How it is counted behind a denial."""
    reach: int | None
    """How many words it denies; 0 where it ends what another denied."""
    charge: float


_remembered: dict[str, _Said] = {}


@dataclass(frozen=True)
class Wording:
    """The words of a text as they are counted, and its signs."""

    grams: Mapping[str, int]
    signs: Floats
    public: bool
    repeats: bool
    """Whether anything is counted more than once."""


def wording(text: str) -> Wording:
    """Read how a text is worded; time and memory are bounded whatever the text."""
    read = text[:READ].replace("\u2019", "'").replace("&amp;", "&")
    said = [_remembered.get(spelt) or _look_at(spelt) for spelt in _TOKEN.findall(read)]
    counted, charges = _in_order(said)
    words = [one.word for one in said]
    counted += [f"{first} {second}" for first, second in pairwise(words)]
    once = dict.fromkeys(counted, 1)
    repeats = len(once) < len(counted)
    return Wording(
        grams=Counter(counted) if repeats else once,
        signs=signs(read, words, charges),
        public="@" in words,
        repeats=repeats,
    )


def _look_at(spelt: str) -> _Said:
    """Look a word up in every list, and remember what was found."""
    word = folded(spelt)
    denies = word in DENIALS or word.endswith("n't")
    ends = word in CLAUSE_ENDS or word == "but"
    shouted = len(word) > 2 and spelt.isupper()
    said = _Said(
        word=word,
        denied=f"{word}~" if word.isalpha() else word,
        reach=REACH if denies else 0 if ends else None,
        charge=_CHARGE.get(word, 0.0) * (1.3 if shouted else 1.0),
    )
    if len(_remembered) >= REMEMBERED_WORDS:
        _remembered.clear()
    _remembered[spelt] = said
    return said


def _in_order(said: list[_Said]) -> tuple[list[str], list[float]]:
    """Return the words as they are counted, and the charges: denied ones turn, those before a "but" fade."""
    counted: list[str] = []
    charges: list[float] = []
    left = 0
    for word, denied, reach, charge in said:
        counted.append(denied if left else word)
        if charge:
            charges.append(charge * TURNED if left else charge)
        elif word == "but":
            charges = [FADED * one for one in charges]
        left = reach if reach is not None else max(0, left - 1)
    return counted, charges


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


def signs(read: str, words: list[str], charges: list[float]) -> Floats:
    """Count what a sentence vector does not see: the balance of charged words, shouting and marks."""
    total = sum(charges)
    return np.array(
        [
            total / (total * total + 15) ** 0.5,
            sum([one for one in charges if one > 0]) / 5,
            sum([one for one in charges if one < 0]) / 5,
            (charges[-1] if charges else 0.0) / 3,
            max(charges, default=0.0) / 3,
            min(charges, default=0.0) / 3,
            shouting(read),
            min(read.count("!"), 4) / 4,
            min(read.count("?"), 4) / 4,
            min(len(words), 40) / 40,
            float(words[:1] == ["@"]),
            float(words[-1:] == ["?"]),
        ],
        dtype=np.float32,
    )


def shouting(read: str) -> float:
    """The share of capitals where they prevail, else 0."""
    if read.isascii():
        written = read.encode()
        large = len(written) - len(written.translate(None, _CAPITALS))
        if large <= FEW_CAPITALS:
            return 0.0
    large = sum(map(str.isupper, read))
    letters = large + sum(map(str.islower, read))
    return large / letters if letters > 5 and large > letters / 2 else 0.0
