"""`frontdesk bench turn`: what one customer message costs, and how long it takes."""

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp
from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from evals.bench import Wish, rasa
from evals.bench.load import Load, drive
from evals.bench.mix import KINDS, Buyer, Talk, mixed, only, read_texts
from evals.bench.processes import usage_of_parts
from evals.bench.stages import Row, Traced, budget_of_action, budget_of_simple, look_into, stage_figures
from evals.figures import Figures, Measured
from evals.house import House, house_of_our_own
from evals.suite.shop import OPEN, Order, read_orders
from evals.thresholds import Bench, load_thresholds

SYSTEM = ("core", "nlu", "postgres", "valkey")
WARM_UP = 160
OF_ONE_KIND = 400
PEER_MESSAGES = 600
SEED = 7


def measure(wish: Wish, console: Console) -> Measured:
    """Start an engine, let customers write, and count."""
    texts = read_texts(wish.texts) if wish.texts else []
    with house_of_our_own(load_settings()) as house:
        console.print(f"Measuring {house.base_url}: {wish.messages} messages by {wish.at_once} at once")
        buyers = asyncio.run(buyers_of(house))
        figures, turns = _measure_ours(house, buyers, wish, texts)
    peers = _measure_peers(buyers, wish, texts, console)
    demanded = load_thresholds().bench["turn"]
    _show(console, figures, peers, turns)
    failed = list(shortfalls(figures, peers, demanded))
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return Measured(name="bench turn", figures=figures, peers=peers, passed=not failed)


async def buyers_of(house: House) -> list[Buyer]:
    """Customers with a delivered order, whose parcel question is answered by asking for its number."""
    async with aiohttp.ClientSession() as session:
        orders = await read_orders(session, house.shop_url)
    return sorted(_buyers(house, orders), key=lambda buyer: buyer.customer_id)


def _buyers(house: House, orders: Sequence[Order]) -> list[Buyer]:
    found = []
    for customer in house.customers:
        own = [order for order in orders if order.customer_id == customer.id]
        came = [order for order in own if order.status == "delivered"]
        if came and customer.tier != "platinum" and sum(order.status in OPEN for order in own) != 1:
            found.append(Buyer(customer_id=customer.id, order_id=came[0].id))
    return found


def _measure_ours(
    house: House, buyers: Sequence[Buyer], wish: Wish, texts: Sequence[str]
) -> tuple[dict[str, float], list[Traced]]:
    def run(talks: Sequence[Talk], name: str) -> Load:
        return drive(house.base_url, talks, name, wish.at_once, lambda: usage_of_parts(house.pid or 0))

    run(mixed(buyers, WARM_UP, SEED + 1), "warm")
    whole = run(mixed(buyers, wish.messages, SEED, texts), "run")
    turns = look_into(house, whole.outcome.answers)
    figures = cost(whole) | whole.times() | stage_figures(turns)
    for kind in KINDS:
        alone = run(only(kind, buyers, OF_ONE_KIND, SEED + 2), f"only-{kind}")
        figures[f"{kind}_core_cpu_ms_per_message"] = alone.cpu_ms("core")
        figures[f"{kind}_system_cpu_ms_per_message"] = alone.cpu_ms(*SYSTEM)
    return figures, turns


def cost(load: Load) -> dict[str, float]:
    """What a run used, for one message."""
    each = {f"{part}_cpu_ms_per_message": load.cpu_ms(part) for part in (*SYSTEM, "shop")}
    return {
        **each,
        "system_cpu_ms_per_message": load.cpu_ms(*SYSTEM),
        "client_cpu_ms_per_message": round(load.outcome.client_cpu_s * 1000 / load.messages, 3),
        "rss_mb": load.rss_mb("core"),
        "nlu_rss_mb": load.rss_mb("nlu"),
        "messages_count": load.messages,
        "errors_count": load.errors,
        "unanswered_count": sum(not answer.replies for answer in load.outcome.answers),
    }


def _measure_peers(
    buyers: Sequence[Buyer], wish: Wish, texts: Sequence[str], console: Console
) -> dict[str, Figures]:
    why_not = rasa.absent() if wish.peers else "it was not asked for"
    if why_not:
        console.print(f"Rasa's bot is not measured: {why_not}", highlight=False)
        return {}
    console.print(f"Measuring Rasa's own bot: {PEER_MESSAGES} messages of the same mix", highlight=False)
    talks = mixed(buyers, min(PEER_MESSAGES, wish.messages), SEED, texts)
    return {"rasa": rasa.measure(mixed(buyers, WARM_UP, SEED + 1), talks, wish.at_once)}


def shortfalls(figures: Figures, peers: Mapping[str, Figures], demanded: Bench) -> list[str]:
    """Say each demand that is not met."""
    found = [
        f"{name}: {figures[name]:g}, at most {most:g} is demanded"
        for name, most in demanded.at_most.items()
        if figures[name] > most
    ]
    found += [
        f"{name}: {figures[name]:g}, at least {least:g} is demanded"
        for name, least in demanded.at_least.items()
        if figures[name] < least
    ]
    for name, times in demanded.times_less_than_rasa.items() if "rasa" in peers else ():
        ratio = peers["rasa"][name] / figures[name] if figures[name] else float("inf")
        if ratio < times:
            found.append(f"{name}: Rasa's bot takes {ratio:.1f} times as much, {times:g} times is demanded")
    return found


def _show(console: Console, figures: Figures, peers: Mapping[str, Figures], turns: Sequence[Traced]) -> None:
    """Print the figures, beside the peer's, then the two budgets."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure")
    for name in ("here", *peers):
        table.add_column(name, justify="right")
    for name, value in figures.items():
        if not name.startswith("stage_"):
            table.add_row(name, f"{value:g}", *(_number(peer.get(name)) for peer in peers.values()))
    console.print(table)
    console.print(_budget("Without a tool", budget_of_simple(turns)))
    console.print(_budget("With a tool", budget_of_action(turns)))


def _budget(title: str, rows: Sequence[Row]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    table.add_column("component")
    for name in ("budget ms", "P50 ms", "P95 ms"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(row.component, f"{row.budget_ms:g}", f"{row.p50:g}", f"{row.p95:g}")
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
