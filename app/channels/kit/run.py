"""Runs the kit, and shows what came of it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.channels.kit.bench import Bench, bench_with
from app.channels.kit.checks import CHECKS, Cannot, NotHeld
from app.channels.kit.peer import VendorPeer
from app.channels.kit.peers import EDGES, make_edges, make_peer
from app.embedded.lock import prepare_data_dir

HELD, FAILED, NONE = "yes", "NO", "–"
BEGINS, ENDS = "<!-- checks: written by `frontdesk channel test --all --into` -->", "<!-- end of checks -->"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of one check on one channel."""

    channel: str
    check: str
    shown: str
    why: str = ""

    @property
    def failed(self) -> bool:
        """Whether a promise was not kept."""
        return self.shown == FAILED


async def run_check(bench: Bench, peer: VendorPeer, name: str) -> Verdict:
    """Run one check on one channel."""
    if name in peer.cannot:
        return Verdict(channel=peer.name, check=name, shown=NONE, why=peer.cannot[name])
    try:
        await CHECKS[name](bench, peer)
    except Cannot as why:
        return Verdict(channel=peer.name, check=name, shown=NONE, why=str(why))
    except NotHeld as why:
        return Verdict(channel=peer.name, check=name, shown=FAILED, why=str(why))
    return Verdict(channel=peer.name, check=name, shown=HELD)


async def run_channel(bench: Bench, peer: VendorPeer) -> list[Verdict]:
    """Run every check on one channel, one after the other."""
    return [await run_check(bench, peer, name) for name in CHECKS]


async def run_all(bench: Bench, peers: Iterable[VendorPeer]) -> list[Verdict]:
    """Run every check on every channel of a bench, channels side by side."""
    verdicts = await asyncio.gather(*(run_channel(bench, peer) for peer in peers))
    return [verdict for of_channel in verdicts for verdict in of_channel]


async def run_kit(names: Sequence[str], folder: Path) -> list[Verdict]:
    """Start everything in a folder and run every check on every channel that is named."""
    verdicts: list[Verdict] = []
    if vendors := [make_peer(name) for name in names if name not in EDGES]:
        async with bench_with(vendors, folder / "vendors", say=lambda _: None) as bench:
            verdicts += await run_all(bench, vendors)
    if edges := make_edges([name for name in names if name in EDGES]):
        # Imported here: who connects a channel does not load the engine.
        from app.channels.kit.edges import edges_with, own_database

        prepare_data_dir(folder)
        async with own_database(folder) as url, edges_with(edges, url, folder) as bench:
            verdicts += await run_all(bench, edges.values())
    return verdicts


def with_table(page: str, shown: str) -> str:
    """Put a table in the place that a page keeps for it."""
    before, _, rest = page.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{shown}\n{ENDS}{after}"


def table(verdicts: Sequence[Verdict]) -> str:
    """Show channels and checks as a table in Markdown, with the reasons of every dash below it."""
    channels = sorted({verdict.channel for verdict in verdicts})
    shown: Mapping[tuple[str, str], str] = {(v.check, v.channel): v.shown for v in verdicts}
    lines = [f"| check | {' | '.join(channels)} |", "|---" * (len(channels) + 1) + "|"]
    for check in CHECKS:
        cells = [shown.get((check, channel), "") for channel in channels]
        lines.append(f"| {check} | {' | '.join(cells)} |")
    reasons = sorted({f"- {v.channel}, {v.check}: {v.why}." for v in verdicts if v.shown == NONE})
    return "\n".join([*lines, "", *reasons]) + "\n"
