"""`frontdesk bench fast_path`: what it costs to read one message for its words alone."""

import time
from collections.abc import Sequence
from pathlib import Path

import orjson
from rich.console import Console

from app.settings import ROOT, load_settings
from evals.bench import Wish
from evals.figures import Figures, Measured, percentile
from evals.thresholds import load_thresholds
from policies.fast_path import FastPath
from policies.loader import load_book

TEXTS = ROOT / "evals" / "datasets" / "shop_intents.jsonl"
ROUNDS = 5


def measure(wish: Wish, console: Console) -> Measured:
    """Read the shop's held-back messages in one thread, after each was read once."""
    fast_path = FastPath(load_book(load_settings().book))
    figures = figures_of(fast_path, texts(TEXTS))
    demands = load_thresholds().bench["fast_path"].at_most
    failed = [name for name, most in demands.items() if figures[name] > most]
    for name, value in figures.items():
        most = f", at most {demands[name]:g}" if name in demands else ""
        console.print(f"{name}: {value:.4f}{most}", highlight=False)
    return Measured(name="bench fast_path", figures=figures, passed=not failed)


def texts(file: Path) -> list[str]:
    """Read the messages of a data set."""
    return [orjson.loads(line)["text"] for line in file.read_bytes().splitlines()]


def figures_of(fast_path: FastPath, messages: Sequence[str]) -> Figures:
    """Return the processor time of a message: what a turn asks of the words before understanding."""
    for text in messages:
        read(fast_path, text)
    took = [spent_ms(fast_path, text) for _ in range(ROUNDS) for text in messages]
    return {
        "cpu_ms_per_message": sum(took) / len(took),
        "p99_cpu_ms": percentile(took, 0.99),
        "messages_count": len(messages),
    }


def read(fast_path: FastPath, text: str) -> None:
    """Ask of a message's words what a turn asks."""
    if fast_path.match(text) is None:
        fast_path.taken_back(text)


def spent_ms(fast_path: FastPath, text: str) -> float:
    """Return the processor time of one reading."""
    began = time.thread_time_ns()
    read(fast_path, text)
    return (time.thread_time_ns() - began) / 1e6
