"""The mix: 40 % fast path and buttons, 30 % repeated questions, 30 % texts that nobody wrote before.

The new ones are as long as Banking77's questions, which have eleven words on average.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, product
from pathlib import Path
from random import Random
from typing import Literal

from evals.errors import NothingToMeasure

Kind = Literal["fast", "repeated", "distinct"]
KINDS: tuple[Kind, ...] = ("fast", "repeated", "distinct")

HELLOS = ("hi", "hello", "good morning", "hey there")
THANKS = ("thanks", "thank you", "that helped", "many thanks")
BYES = ("bye", "goodbye", "that is all", "see you later")

REPEATED = (
    "How long does delivery take?",
    "What is your return policy?",
    "Which payment methods do you accept?",
    "Do you ship to Norway?",
    "How long is the warranty?",
    "Do you sell gift cards?",
    "What are your opening hours?",
    "How much is shipping?",
    "Can I change my order?",
    "How do I get an invoice?",
    "Can I return an item without the box?",
    "Do you deliver on Saturdays?",
)
PARCEL = ("Where is my parcel?", "Where is my order?", "When does my package arrive?")

STATUS = (
    "Could you tell me where my order {order} is? {reason}",
    "Has order {order} been sent already? {reason}",
    "What is the status of order #{order}, please, {reason}",
    "Can you check when order {order} will arrive, {reason}",
)
REASONS = (
    "my sister visits us soon",
    "the room is painted on Monday",
    "I am away from Friday",
    "we planned a small dinner",
    "my neighbour could take it in",
    "it is a birthday present",
    "I have not heard anything",
    "the old one broke",
)
FRAMES = (
    "About the {product}: {question}?",
    "Before I order the {product}, {question}?",
    "Please tell me {question} for somebody {circumstance}.",
    "I am {circumstance} and would like to know {question}.",
)
QUESTIONS = (
    "how long a delivery usually takes",
    "how long I have to send it back",
    "which payment methods you accept",
    "how long the warranty lasts",
    "what the delivery costs",
)
PRODUCTS = (
    *("Ostra pendant", "Fjell desk lamp", "Luna table lamp", "Torn floor lamp", "Hamn plates"),
    *("Riva glasses", "Korn mugs", "Birch serving board", "Linen throw", "Linen tablecloth"),
    *("Aska stool", "Birk wall shelf", "Eke side table", "Waffle towels", "Salt jug"),
)
CIRCUMSTANCES = (
    *("new here", "in a hurry", "without a car", "abroad until May", "at work all day"),
    *("on a small budget", "in the mountains", "with two kids", "about to move", "on the fifth floor"),
    *("far from any town", "with a broken leg", "between two flats", "in a student home", "ill in bed"),
)
REFUNDS = (
    "I would like a refund for order {order}, {reason}.",
    "Please give me my money back for order {order}, {reason}.",
)


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Somebody who writes, with an order that can be asked about."""

    customer_id: str
    order_id: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message and its kind."""

    text: str
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What one customer writes, in this order."""

    customer_id: str
    lines: tuple[Line, ...]


def mixed(buyers: Sequence[Buyer], messages: int, seed: int, texts: Sequence[str] = ()) -> list[Talk]:
    """Make conversations of ten messages in the mix, at least as many as asked for."""
    random = Random(seed)
    talks, questions = -(-messages // 10), _questions(random, texts)
    numbered = zip(range(talks), cycle(buyers), strict=False)
    return [
        Talk(customer_id=buyer.customer_id, lines=tuple(_ten(random, buyer, number, questions)))
        for number, buyer in numbered
    ]


def only(kind: Kind, buyers: Sequence[Buyer], messages: int, seed: int) -> list[Talk]:
    """Make conversations whose messages are all of one kind."""
    pool = mixed(buyers, messages * 10, seed)
    lines = [(talk.customer_id, line) for talk in pool for line in talk.lines if line.kind == kind]
    chosen = [(who, line) for who, line in lines if not line.text.startswith("/")][:messages]
    return [
        Talk(customer_id=chosen[start][0], lines=tuple(line for _, line in chosen[start : start + 5]))
        for start in range(0, len(chosen), 5)
    ]


def read_texts(folder: Path) -> list[str]:
    """Read customers' texts out of a folder's `test.csv`, each once."""
    file = folder / "test.csv"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return list(dict.fromkeys(row["text"].strip() for row in csv.DictReader(lines)))
    except (OSError, KeyError) as error:
        raise NothingToMeasure(f"{file} is not a list of texts with a column `text`: {error}.") from None


def generated(seed: int) -> Iterator[str]:
    """Yield texts of our own that do not repeat."""
    return _questions(Random(seed), ())


def _questions(random: Random, texts: Sequence[str]) -> Iterator[str]:
    """Yield texts that do not repeat: the given ones, or our own in every combination."""
    if texts:
        return iter(random.sample(list(texts), len(texts)))
    made = [
        frame.format(product=product_, circumstance=circumstance, question=question)
        for frame, question in product(FRAMES, QUESTIONS)
        for product_, circumstance in zip(PRODUCTS, CIRCUMSTANCES, strict=True)
    ]
    random.shuffle(made)
    numbered = (f"{text[:-1]}, for {count} rooms{text[-1]}" for count in range(2, 100) for text in made)
    return (text for part in (made, numbered) for text in part)


def _ten(random: Random, buyer: Buyer, number: int, questions: Iterator[str]) -> Iterator[Line]:
    """One customer's ten messages; every other conversation ends in a withdrawn refund, by button."""
    order, reason = buyer.order_id, f"{random.choice(REASONS)} ({number})"
    yield Line(text=random.choice(HELLOS), kind="fast")
    yield Line(text=random.choice(STATUS).format(order=order, reason=reason), kind="distinct")
    yield Line(text=random.choice(THANKS), kind="fast")
    yield from (Line(text=text, kind="repeated") for text in random.sample(REPEATED, 2))
    yield from (Line(text=text, kind="distinct") for text in islice(questions, 1))
    yield Line(text=random.choice(PARCEL), kind="repeated")
    yield Line(text=f"#{order}", kind="fast")
    if number % 2:
        yield Line(text=random.choice(REFUNDS).format(order=order, reason=reason), kind="distinct")
        yield Line(text="/deny", kind="fast")
    else:
        yield from (Line(text=text, kind="distinct") for text in islice(questions, 1))
        yield Line(text=random.choice(BYES), kind="fast")
