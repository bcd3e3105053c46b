"""What the rails' weights are fitted on: our own lines, open halves of shared sets, harmless messages."""

import csv
import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from evals.errors import EvalError
from guardrails.folding import fold
from policies.model import Book
from policies.source import read_source

HERE = Path(__file__).parent
RED_TEAM = HERE.parent / "datasets" / "redteam"
MARKED = re.compile(r"\[([^\]]+)\]\([^)]+\)")
NEAREST, HARD, LONG, OWN_SHOP, PLAIN = 4.0, 3.0, 1.5, 2.0, 1.0
"""How much a lesson counts: those near the line, long personas, what customers of shops and others write."""
FROM_BANKING, FROM_CLINC, FROM_BOOK, FROM_REVIEWS = 2500, 3500, 9000, 300
EVERY_DAY = frozenset({"banking77", "clinc150", "book"})
"""Sources whose false alarms draw the line; their test halves are never read."""

Kind = Literal["attack", "threat", "safe"]


class LessonsMissing(EvalError):
    """A file to learn from is missing or broken; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One text with what it is."""

    text: str
    kind: Kind
    source: str
    weight: float

    @property
    def folded(self) -> str:
        """The text as the rails search it."""
        return fold(self.text)

    @property
    def part(self) -> int:
        """The fifth of the lessons to which it belongs, by its beginning: near copies stay together."""
        return int(hashlib.sha256(self.folded[:60].encode("utf-8", "replace")).hexdigest(), 16) % 5


def gather(book: Book, shared: Path) -> list[Lesson]:
    """Gather all lessons; of shared sets only what may be learnt from."""
    found = [*own_lines(), *red_team(), *jailbreaks(shared / "jailbreak" / "prompts.jsonl")]
    found += _some(_csv(shared / "banking77" / "train.csv"), FROM_BANKING, "banking77")
    found += _some(_jsonl(shared / "clinc150" / "train.jsonl", "text"), FROM_CLINC, "clinc150")
    for name in ("amazon_snippets", "tweets"):
        texts = _jsonl(shared / "reviews_sentiment" / f"{name}.jsonl", "text")
        found += _some(texts, FROM_REVIEWS, name)
    found += _some(_examples(book), FROM_BOOK, "book", OWN_SHOP)
    return list({one.folded: one for one in found}.values())


def own_lines() -> Iterator[Lesson]:
    """Yield the lines that were written for this."""
    for texts in _yaml("attacks.yaml").values():
        yield from (Lesson(text=one, kind="attack", source="own", weight=HARD) for one in texts)
    for texts in _yaml("safe.yaml").values():
        yield from (Lesson(text=one, kind="safe", source="own", weight=HARD) for one in texts)
    abuse = _yaml("abuse.yaml")
    yield from (Lesson(text=one, kind="threat", source="own", weight=HARD) for one in abuse["threats"])
    yield from (Lesson(text=one, kind="safe", source="own", weight=HARD) for one in abuse["no_threats"])


def red_team(folder: Path = RED_TEAM) -> Iterator[Lesson]:
    """Yield the development part of our red-team set."""
    for name in ("attacks.jsonl", "safe.jsonl"):
        for row in map(orjson.loads, _lines(folder / name)):
            if row["split"] == "dev":
                yield Lesson(text=row["text"], kind=row["label"], source="redteam", weight=NEAREST)


def jailbreaks(path: Path) -> Iterator[Lesson]:
    """Yield the development half of the shared jailbreaks, as its description divides it."""
    for text in _jsonl(path, "prompt"):
        if in_development(text):
            yield Lesson(text=text, kind="attack", source="jailbreak", weight=LONG)


def in_development(prompt: str) -> bool:
    """Say whether a shared jailbreak may be learnt from: its fingerprint ends in an even digit."""
    return int(hashlib.sha256(prompt.encode()).hexdigest()[-1], 16) % 2 == 0


def _some(texts: Iterable[str], most: int, source: str, weight: float = PLAIN) -> list[Lesson]:
    """Take some harmless texts, the same ones each time."""
    drawn = sorted(set(texts))
    random.Random(7).shuffle(drawn)
    return [Lesson(text=one, kind="safe", source=source, weight=weight) for one in drawn[:most]]


def _examples(book: Book) -> Iterator[str]:
    """Yield what customers of the book say."""
    for intent in book.intents.values():
        yield from (MARKED.sub(r"\1", example) for example in intent.examples)
    yield from book.persons.asks + book.persons.look_alikes


def _yaml(name: str) -> dict[str, Sequence[str]]:
    source = read_source(HERE / name, name)
    if source.problems:
        raise LessonsMissing("\n".join(map(str, source.problems)))
    return {kind: [str(one) for one in texts] for kind, texts in source.content.items()}


def _csv(path: Path) -> Iterator[str]:
    yield from (row["text"] for row in csv.DictReader(_lines(path)))


def _jsonl(path: Path, column: str) -> Iterator[str]:
    yield from (orjson.loads(line)[column] for line in _lines(path))


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise LessonsMissing(f"{path} is missing; give the folder of shared sets with --data")
    return [line for line in path.read_text("utf-8").split("\n") if line]
