"""`frontdesk bench console`: how soon agents hear of a conversation and get it, with many of both."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from evals.bench import Wish
from evals.bench.console_crowd import ASKS_FOR, FALLBACK_S, IN_TIME_S, Crowd, Seen, play
from evals.bench.processes import Usage, usage_of_parts
from evals.bench.turn import SYSTEM, shortfalls
from evals.figures import Figures, Measured, percentile
from evals.house import House, house_of_our_own
from evals.thresholds import load_thresholds

GROUPS = f"""groups:
  orders: {{takes: [orders, refunds], gives: assign, fallback: everyone}}
  care:
    takes: [billing, complaints, product, {ASKS_FOR}]
    gives: assign
    fallback: everyone
    fallback_after_minutes: {FALLBACK_S / 60:g}
  everyone: {{gives: assign}}
"""


def measure(wish: Wish, console: Console) -> Measured:
    """Start an engine, fill its queue, let agents come, and count."""
    crowd = crowd_of(wish)
    settings = load_settings()
    told = f"{crowd.agents} agents, {crowd.waiting} waiting, {crowd.per_second:g} messages a second"
    with (
        book_that_assigns(settings.book) as book,
        house_of_our_own(settings, {"FRONTDESK_BOOK": str(book)}) as house,
    ):
        console.print(f"Measuring {house.base_url}: {told}", highlight=False)
        before = usage_of_parts(house.pid or 0)
        seen = uvloop.run(play(house.base_url, house.api_key, crowd))
        used = _since(before, house)
    figures = figures_of(seen, crowd, used)
    failed = shortfalls(figures, {}, load_thresholds().bench["console"])
    _show(console, figures)
    for what, count in seen.errors.most_common():
        console.print(f"refused {count} times: {what}", highlight=False)
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return Measured(name="bench console", figures=figures, passed=not failed)


def crowd_of(wish: Wish) -> Crowd:
    """Size the run by its messages: 2400 of them come with 1000 who wait and 100 agents."""
    share = wish.messages / 2400
    return Crowd(
        agents=max(2, round(100 * share)), waiting=max(10, round(1000 * share)), messages=wish.messages
    )


@contextmanager
def book_that_assigns(book: Path) -> Iterator[Path]:
    """Copy a rule book and let its groups hand conversations over at once."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        copy = Path(shutil.copytree(book, Path(folder) / "book"))
        (copy / "desk" / "groups.yaml").write_text(GROUPS, "utf-8")
        yield copy


def figures_of(seen: Seen, crowd: Crowd, used: Figures) -> dict[str, float]:
    """Sum up what agents and their consoles saw."""
    delays = seen.assigned_after_s + [float("inf")] * seen.left_with_room
    in_time = sum(delay <= IN_TIME_S for delay in delays)
    return {
        "notify_p50_ms": round(percentile(seen.notified_ms, 0.5), 1),
        "notify_p95_ms": round(percentile(seen.notified_ms, 0.95), 1),
        "assigned_within_10_s_ratio": round(in_time / len(delays), 4) if delays else 0.0,
        "assigned_p50_s": round(percentile(seen.assigned_after_s, 0.5), 2),
        "assigned_p95_s": round(percentile(seen.assigned_after_s, 0.95), 2),
        "first_view_ms": round(percentile(seen.first_view_ms, 0.5), 1),
        "queue_page_ms": round(percentile(seen.queue_ms, 0.5), 1),
        "assigned_count": len(seen.assigned_after_s),
        "longest_wait_s": round(max(seen.waited_s, default=0.0), 1),
        "most_on_a_desk_count": seen.most_on_a_desk,
        "over_limit_count": max(0, seen.most_on_a_desk - crowd.limit),
        "agents_count": crowd.agents,
        "waiting_count": crowd.waiting,
        "messages_per_second": round(seen.sent / seen.lasted_s, 1) if seen.lasted_s else 0.0,
        "errors_count": seen.errors.total(),
        **used,
    }


def _since(before: dict[str, Usage], house: House) -> dict[str, float]:
    after = usage_of_parts(house.pid or 0)
    none = Usage(cpu_s=0.0, rss_mb=0.0)
    return {
        f"{part}_cpu_s": round(after[part].cpu_s - before.get(part, none).cpu_s, 1)
        for part in SYSTEM
        if part in after
    } | {"rss_mb": round(after.get("core", none).rss_mb, 1)}


def _show(console: Console, figures: Figures) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("figure")
    table.add_column("here", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}")
    console.print(table)
