"""`frontdesk bench nlu`: what understanding one text costs, how fast it is, and how much memory it takes."""

from collections.abc import Mapping, Sequence
from itertools import islice

from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from evals.bench import Wish
from evals.bench.mix import generated, read_texts
from evals.bench.nlu_load import Limits, Texts, measure_server
from evals.bench.nlu_servers import our_server, rasa_server
from evals.bench.rasa import taught, training
from evals.bench.servers import Server
from evals.bench.turn import shortfalls
from evals.errors import EvalError, NothingToMeasure
from evals.figures import Figures, Measured
from evals.thresholds import load_thresholds

LEAST_MESSAGES = 3_000
OF_PEERS = 300
"""Rasa's is asked fewer texts, for each costs it many times as much."""
OURS_WITHIN_S, PEERS_WITHIN_S = 600.0, 300.0
"""The longest that one run of texts may take."""
WARM_UP = 200
SINGLE = 200
SEED = 7


def measure(wish: Wish, console: Console) -> Measured:
    """Start a server of our own and Rasa's, and ask both the same texts."""
    texts = texts_to_ask(wish, console)
    with our_server(load_settings()) as server:
        console.print(f"Measuring {server.url}: {len(texts.distinct)} texts by {wish.at_once} at once")
        figures = figures_of(server, texts, wish.at_once, Limits(OURS_WITHIN_S, console))
    peers = _measure_peers(texts, wish, console)
    failed = shortfalls(figures, peers, load_thresholds().bench["nlu"])
    _show(console, figures, peers)
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return Measured(name="bench nlu", figures=figures, peers=peers, passed=not failed)


def figures_of(server: Server, texts: Texts, at_once: int, limits: Limits) -> dict[str, float]:
    """Measure one server."""
    return measure_server(server.url, server.pid, texts, at_once, limits) | {"start_s": server.start_s}


def texts_to_ask(wish: Wish, console: Console) -> Texts:
    """Take the given texts, or say that our own are used; no text is asked twice as a new one."""
    wanted = max(LEAST_MESSAGES, wish.messages)
    made = generated(SEED)
    warm_up, single = list(islice(made, WARM_UP)), list(islice(made, SINGLE))
    if wish.texts is None:
        console.print("No --texts is given: the texts are made up here, like each other in length and words.")
        return Texts(warm_up=warm_up, distinct=list(islice(made, wanted)), single=single)
    given = read_texts(wish.texts)
    if len(given) < WARM_UP:
        raise NothingToMeasure(
            f"{wish.texts} holds {len(given)} different texts, at least {WARM_UP} are needed."
        )
    return Texts(warm_up=warm_up, distinct=given[:wanted], single=single)


def _measure_peers(texts: Texts, wish: Wish, console: Console) -> dict[str, Figures]:
    why_not = taught(console) if wish.peers else "it was not asked for"
    if why_not:
        console.print(f"Rasa's DIET is not measured: {why_not}", highlight=False)
        return {}
    fewer = Texts(warm_up=texts.warm_up, distinct=texts.distinct[:OF_PEERS], single=texts.single)
    console.print(f"Measuring Rasa's DIET: {len(fewer.distinct)} of the same texts", highlight=False)
    try:
        with rasa_server() as server:
            figures = figures_of(server, fewer, wish.at_once, Limits(PEERS_WITHIN_S, console))
        return {"rasa": figures | training()}
    except EvalError as why:
        console.print(f"Rasa's DIET is not measured: {why}", highlight=False)
        return {}


def _show(console: Console, figures: Figures, peers: Mapping[str, Figures]) -> None:
    """Print the figures, beside the peer's."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure")
    for name in ("here", *peers):
        table.add_column(name, justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}", *_numbers(name, list(peers.values())))
    console.print(table)


def _numbers(name: str, peers: Sequence[Figures]) -> list[str]:
    return [f"{peer[name]:g}" if name in peer else "" for peer in peers]
