"""Ends of conversations with what is true of them, and each message as understanding reads it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.request import Request, urlopen

import orjson

from app.understanding.contract import Parsed
from evals.errors import EvalError
from graphs.assess.sentiment import frustration
from graphs.assess.standing import LAST, Ending, Spoke, StandingModel
from graphs.persons import PERSON
from graphs.ports import Understood
from policies.model import Book
from policies.source import read_source

HERE = Path(__file__).parent
ENDINGS = HERE / "endings.yaml"
DATASETS = HERE.parent / "datasets"
TUNING, HELD_BACK = DATASETS / "resolution_tuning.jsonl", DATASETS / "resolution_held_back.jsonl"
TRUTHS = {"settled": (True, False), "person": (False, True), "both": (True, True), "open": (False, False)}
UNCLEAR = frozenset({"affirm", "deny", "thanks", "goodbye", "greeting", "correction", "repeat"})
"""Intents whose examples say nothing without what was said before."""
ANSWERS = ("Which order is it about?", "That is in our articles.")
MARKED = re.compile(r"\[([^\]]+)\]\([^)]+\)")

Read = Callable[[str], Understood]


class CasesInvalid(EvalError):
    """A file of cases cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Said:
    """One line of a conversation."""

    who: Literal["customer", "assistant"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """A conversation up to a customer's message, and how it stands."""

    said: tuple[Said, ...]
    resolved: bool
    escalate: bool
    source: str
    weight: float = 1.0

    @property
    def customers(self) -> list[str]:
        """What the customer said, oldest first."""
        return [line.text for line in self.said if line.who == "customer"]


def taught_endings(path: Path = ENDINGS) -> Iterator[Case]:
    """Yield our own cases; speakers alternate up to the customer's last word."""
    source = read_source(path, path.name)
    if source.problems:
        raise CasesInvalid("\n".join(map(str, source.problems)))
    for kind, cases in source.content.items():
        for texts in cases:
            resolved, escalate = TRUTHS[kind]
            yield Case(said=_in_turn(texts), resolved=resolved, escalate=escalate, source="endings")


def dataset(path: Path) -> Iterator[Case]:
    """Yield the cases of a `.jsonl` file with `turns`, `resolved` and `escalate`."""
    if not path.is_file():
        raise CasesInvalid(f"{path} does not exist; give a .jsonl file with --test")
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            said = tuple(Said(turn["who"], turn["text"]) for turn in told["turns"])
            yield Case(
                said=said,
                resolved=bool(told["resolved"]),
                escalate=bool(told["escalate"]),
                source=path.stem,
            )
        except (ValueError, KeyError, TypeError) as why:
            raise CasesInvalid(
                f"{path.name}:{number}: needs turns, resolved and escalate ({type(why).__name__})"
            ) from why


def first_words(book: Book, *, of_each: int, weight: float) -> Iterator[Case]:
    """Yield the book's examples as first messages and after an answer: nothing is settled, nothing tried."""
    for name, intent in sorted(book.intents.items()):
        if name in UNCLEAR:
            continue
        for number, example in enumerate(intent.examples[:: max(1, len(intent.examples) // of_each)]):
            text = MARKED.sub(r"\1", example)
            before = (Said("customer", "hello"), Said("assistant", ANSWERS[number % 2]))
            for said in ((), before):
                yield Case(
                    said=(*said, Said("customer", text)),
                    resolved=False,
                    escalate=name == PERSON,
                    source="book",
                    weight=weight,
                )


def ending_of(case: Case, read: Read, model: StandingModel) -> Ending:
    """Bring a case into the form in which the graph judges it."""
    *before, last = case.said
    understood = read(last.text)
    replies = [line.text for line in before if line.who == "assistant"]
    earlier = [line.text for line in before if line.who == "customer"]
    return Ending(
        text=last.text,
        signs=model.signs(last.text),
        earlier=[sorted(model.signs(text)) for text in earlier][-LAST:],
        spoke=_spoke(replies),
        mood=understood.sentiment,
        frustration=frustration(understood.emotions),
        asks_person=understood.intent == PERSON and understood.confidence >= 0.7,
        vector=understood.vector,
    )


def reader(url: str) -> Read:
    """Ask the NLU service at an address, each text once."""
    known: dict[str, Understood] = {}

    def read(text: str) -> Understood:
        if text not in known:
            request = Request(f"{url}/model/parse?with=embedding", orjson.dumps({"text": text}))  # noqa: S310 - loopback
            with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
                known[text] = Parsed.model_validate_json(answer.read()).understood()
        return known[text]

    return read


def counts(cases: Sequence[Case]) -> Mapping[str, int]:
    """Count the cases by where they come from."""
    return {source: sum(case.source == source for case in cases) for source in {c.source for c in cases}}


def _spoke(replies: Sequence[str]) -> Spoke:
    if not replies:
        return ""
    return "asked" if replies[-1].rstrip().endswith("?") else "told"


def _in_turn(texts: Sequence[str]) -> tuple[Said, ...]:
    """The last line is the customer's, the one before it the assistant's, and so on."""
    said: list[Said] = []
    for place, text in enumerate(reversed(texts)):
        said.append(Said("assistant" if place % 2 else "customer", str(text)))
    return tuple(reversed(said))
