"""The frame of a message: who speaks of whom, and whether it is denied, told, asked, wished or imagined."""

import re
from functools import cache
from itertools import combinations
from pathlib import Path

import yaml

from frontdesk_nlu.persons.wording import READ_WORDS, kinds, pieces

FRAMES = Path(__file__).parent / "frames.yaml"
GAP = "~"
LONGEST_RUN = 4

_CLAUSES = re.compile(r"[?,.!;:]|\b(?:but|so|and|because)\b")
SPOKEN_OF = frozenset({"PERSON", "BOSS", "COLLEAGUE", "SOMEBODY", "TALK", "PASS_ON", "BOT"})
BEFORE = frozenset(
    {
        "not",
        "i",
        "my",
        "you",
        "your",
        "they",
        "if",
        "later",
        "when",
        "wh",
        "how",
        "who",
        "is",
        "was",
        "do",
        "has",
    }
    | {
        "will",
        "know",
        "thank",
        "please",
        "just",
        "SAID",
        "FETCH",
        "PASS_ON",
        "WANT",
        "MAY",
        "RELATIVE",
        "BEFORE",
    }
)
"""What counts where it stands before the word that speaks of a person ..."""
BEHIND = frozenset({"SAID", "was", "is", "has", "will", "MAY", "not", "if", "when", "later", "BEFORE"})
"""... and where it stands behind it."""


@cache
def frames() -> dict[str, str]:
    """Read which words carry a frame, with the kinds of the others."""
    read: dict[str, str] = yaml.safe_load(FRAMES.read_text())
    return {word: name for name, words in read.items() for word in words.split()} | kinds()


def runs(text: str) -> list[str]:
    """Cut the frame of a prepared text into runs of two to four."""
    known, frame = frames(), ["<"]
    for piece in pieces(text):
        mark = known.get(piece) or {"!": "."}.get(piece) or (piece if piece in "?,." else GAP)
        if mark != frame[-1]:
            frame.append(mark)
    frame.append(">")
    lengths = range(2, LONGEST_RUN + 1)
    return ["#" + " ".join(frame[at : at + size]) for size in lengths for at in range(len(frame) - size + 1)]


def circumstances(text: str) -> list[str]:
    """Say of each clause that speaks of a person what stands before and behind, and how the text ends."""
    asked = str(text.rstrip().endswith("?"))
    clauses = (_CLAUSES.split(text)) if text else []
    return [said for clause in clauses for said in _circumstances(clause, asked)]


def _circumstances(clause: str, asked: str) -> list[str]:
    known = frames()
    marks = [known.get(piece, GAP) for piece in pieces(clause)[: READ_WORDS // 2]]
    at = max((at for at, mark in enumerate(marks) if mark in SPOKEN_OF), default=None)
    if at is None:
        return []
    spoken_of, before = marks[at], sorted(BEFORE.intersection(marks[:at]))
    return [
        *(f"@before {mark} {spoken_of}" for mark in before),
        *(f"@behind {mark} {spoken_of}" for mark in BEHIND.intersection(marks[at + 1 :])),
        *map("@both {0[0]} {0[1]}".format, combinations(before, 2)),
        f"@first {marks[0]} {spoken_of}",
        f"@asked {asked} {spoken_of}",
    ]
