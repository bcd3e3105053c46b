"""`frontdesk bench answers`: questions to the articles as a company gets them, few of them very often.

A question's rank decides how often it is asked (Zipf, s = 1), and each time it is worded a little otherwise:
case, marks, greetings, politeness, a slip of the fingers. Every question is put in a conversation of its own
over Rasa's REST channel; the engine's own counters say which answers were there already.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from urllib.request import urlopen

from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from evals.bench import Wish
from evals.bench.load import Load, drive
from evals.bench.mix import Line, Talk
from evals.bench.processes import usage_of_parts
from evals.bench.stages import look_into
from evals.bench.turn import buyers_of, shortfalls
from evals.figures import Measured, percentile
from evals.house import House, house_of_our_own
from evals.knowledge.questions import read_questions
from evals.thresholds import load_thresholds

SEED, WARM_UP, TRACED = 7, 40, 400
COUNTER = "frontdesk_knowledge_answers_total"
BEFORE = ("", "", "", "Hi, ", "hello, ", "Please: ", "Sorry, ")
BEHIND = ("", "", "", " please", " thanks", "??", " ")


def measure(wish: Wish, console: Console) -> Measured:
    """Start an engine, let customers ask, and count."""
    with house_of_our_own(load_settings()) as house:
        buyers = [buyer.customer_id for buyer in asyncio.run(buyers_of(house))]
        texts = stream(wish.messages)
        console.print(f"Asking {len(texts)} questions, {len(set(texts))} wordings", highlight=False)
        _ask(house, ["hello"] * WARM_UP, buyers, wish, "warm")
        before = counted(house)
        load = _ask(house, texts, buyers, wish, "asked")
        found = {name: value - before.get(name, 0.0) for name, value in counted(house).items()}
        figures = figures_of(house, load, found)
    table = Table("figure", "here", box=None, pad_edge=False, header_style="bold")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}")
    console.print(table)
    failed = shortfalls(figures, {}, load_thresholds().bench["answers"])
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return Measured(name="bench answers", figures=figures, passed=not failed)


def stream(messages: int) -> list[str]:
    """Make the questions in the order in which they come, the same ones each time."""
    chance = random.Random(SEED)
    known = [question.text for question in read_questions() if question.answerable]
    chance.shuffle(known)
    weights = [1 / (rank + 1) for rank in range(len(known))]
    return [_worded(text, chance) for text in chance.choices(known, weights, k=messages)]


def _worded(text: str, chance: random.Random) -> str:
    """Word a question as the next customer would."""
    said = (
        f"{chance.choice(BEFORE)}{text.rstrip('?') if chance.random() < 0.5 else text}{chance.choice(BEHIND)}"
    )
    style = chance.random()
    if style < 0.3:
        return said.lower()
    return _slipped(said, chance) if style > 0.9 else said


def _slipped(text: str, chance: random.Random) -> str:
    """Exchange two letters inside a long word."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 6 and word.isalpha()]
    if long:
        place = chance.choice(long)
        word = words[place]
        words[place] = f"{word[:3]}{word[4]}{word[3]}{word[5:]}"
    return " ".join(words)


def _ask(house: House, texts: Sequence[str], buyers: Sequence[str], wish: Wish, run: str) -> Load:
    talks = [
        Talk(customer_id=buyers[place % len(buyers)], lines=(Line(text=text, kind="repeated"),))
        for place, text in enumerate(texts)
    ]
    return drive(house.base_url, talks, run, wish.at_once, lambda: usage_of_parts(house.pid or 0))


def counted(house: House) -> Mapping[str, float]:
    """Read the engine's counters of answers, by where they came from."""
    with urlopen(f"{house.base_url}/metrics", timeout=30) as told:  # noqa: S310 - our own engine's address
        lines = told.read().decode().splitlines()
    return {
        line.split('"')[1]: float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith(f"{COUNTER}{{")
    }


def figures_of(house: House, load: Load, found: Mapping[str, float]) -> dict[str, float]:
    """Sum up what was there already, and how long it took."""
    asked = sum(found.values())
    there = sum(found.get(name, 0.0) for name in ("memory", "waited", "shared"))
    turns = look_into(house, load.outcome.answers[-TRACED:])
    stages = [turn.stages["knowledge"] for turn in turns if "knowledge" in turn.stages]
    return {
        "hit_rate": round(there / asked, 4) if asked else 0.0,
        "p50_ms": load.ms(0.5),
        "p95_ms": load.ms(0.95),
        "server_p95_ms": round(percentile(stages, 0.95), 2),
        "turn_p95_ms": round(percentile([turn.turn_ms for turn in turns], 0.95), 2),
        "core_cpu_ms_per_message": load.cpu_ms("core"),
        "messages_count": load.messages,
        "asked_count": asked,
        "errors_count": load.errors,
    }
