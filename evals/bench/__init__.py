"""`frontdesk bench`: each benchmark starts its own servers, states its mix, and ends by itself."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from evals.errors import EvalError
from evals.figures import Measured, conclude
from policies.problems import did_you_mean

NAMES: Mapping[str, str] = {
    "turn": "what one customer message costs and how long it takes",
    "nlu": "what understanding one text costs, how long it takes, how much memory",
    "fast_path": "what it costs to read one message for its words alone",
    "console": "how soon agents hear of a conversation and get it, with a hundred of them and a full queue",
    "gateway": "what it costs to take messages in by every channel, to keep sockets open, to be flooded",
    "knowledge": "how long a search among a hundred thousand passages takes, and what its index misses",
    "answers": "how often an answer from the articles is there already, and how soon customers get it",
    "rails": "what it costs to check one message and its reply with all rails, and by NeMo's stock engine",
    "policy": "what it costs to decide about one understood message, with every rule of the book",
}
"""Every benchmark with what it tells; each is a module of this package with `measure`."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the person at the terminal asked for."""

    messages: int = 2400
    at_once: int = 16
    texts: Path | None = None
    peers: bool = True


class UnknownBench(EvalError):
    """There is no benchmark of that name; the message lists those there are."""


def main(name: str | None, wish: Wish, *, as_json: bool) -> int:
    """Measure, print what was found, and return 0 when it is good enough; without a name, list them."""
    console = Console(stderr=as_json)
    if name is None:
        for known, tells in NAMES.items():
            print(f"{known:<10} {tells}")
        return 0
    if name not in NAMES:
        raise UnknownBench(f"there is no benchmark '{name}'. {did_you_mean(name, NAMES)}")
    measured: Measured = importlib.import_module(f"evals.bench.{name}").measure(wish, console)
    return conclude(measured, as_json=as_json)
