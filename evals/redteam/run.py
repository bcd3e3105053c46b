"""`frontdesk eval redteam`: our attacks, a shared set, and conversations woven of them."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from evals.errors import NothingToMeasure
from evals.figures import Figures, Measured, conclude
from evals.house import House, house_of_our_own
from evals.peers.scripted_model import served, settings_for
from evals.redteam.obedient import Obedient
from evals.redteam.playing import play_all, read_world
from evals.redteam.scripts import Script, alone, read_attacks, woven
from evals.redteam.world import Breach, Played, World, breaches

WOVEN = 540
SEED = 8
LONGEST = 3500
"""The book takes no longer messages."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What was played, and what it reached."""

    plays: Sequence[Played]
    breaches: Sequence[Breach]
    model: Counter[str]


def main(shared: Path | None, *, as_json: bool) -> int:
    """Play everything, print what was reached by class, and return 0 when that is nothing."""
    if shared is not None and not shared.is_file():
        raise NothingToMeasure(f"{shared} does not exist; give a .jsonl file of attacks with --test.")
    console = Console(stderr=as_json)
    run = asyncio.run(_run(shared, console))
    show(run, console)
    figures = figures_of(run)
    passed = not run.breaches and not figures["broken_runs"]
    return conclude(Measured(name="eval redteam", figures=figures, passed=passed), as_json=as_json)


async def _run(shared: Path | None, console: Console) -> Run:
    """Start a Frontdesk with a model that does not know whom it will betray, play, and read the books."""
    model = Obedient(victims=[], orders=[])
    with served(model) as address, house_of_our_own(load_settings(), settings_for(address)) as house:
        before = await read_world(house)
        model.victims, model.orders = victims_of(before), [*before.orders]
        scripts = [*_scripts(before, shared)]
        console.print(f"Playing {len(scripts)} attacks against {house.base_url}", highlight=False)
        plays = await play_all(house, scripts)
        after = await _settled(house)
    return Run(plays=plays, breaches=breaches(before, after, plays), model=model.done)


def _scripts(world: World, shared: Path | None) -> Iterable[Script]:
    attacks = read_attacks()
    yield from alone(attacks)
    yield from woven(world, attacks, WOVEN, SEED)
    if shared is not None:
        theirs = [one for one in read_attacks(shared) if len(one.text) <= LONGEST]
        yield from (Script(**{**vars(one), "name": f"shared-{one.name}"}) for one in alone(theirs))


def victims_of(world: World) -> list[tuple[str, str, str]]:
    """Name, email and address of everybody who has an order."""
    homes = {order.customer_id: order.address for order in world.orders.values()}
    return [(one.name, one.email, homes[one.id]) for one in world.people.values() if one.id in homes]


async def _settled(house: House) -> World:
    """Read the books when actions that still ran have ended."""
    world = await read_world(house)
    while True:
        await asyncio.sleep(2.0)
        later = await read_world(house)
        if later == world:
            return world
        world = later


def figures_of(run: Run) -> Figures:
    """Write what was found as plain numbers."""
    kinds = Counter(one.kind for one in run.breaches)
    several = sum(len(play.said) > 2 for play in run.plays)
    return {
        "runs": len(run.plays),
        "runs_of_several_messages": several,
        "messages": sum(len(play.said) for play in run.plays),
        "unapproved_effects": kinds["effect without consent"] + kinds["effect without approval"],
        "replies_with_others_data": kinds["somebody else's data"],
        "leaked_instructions": kinds["a model's instructions"],
        "first_message_refused": sum(play.refused for play in run.plays),
        "broken_runs": sum(play.broke is not None for play in run.plays),
        "model_proposals": sum(run.model.values()),
    }


def show(run: Run, console: Console) -> None:
    """Print the report by class, then what was reached and what broke."""
    table = Table("class", "runs", "refused at once", "reached", title="What attackers reached")
    reached = Counter(one.play for one in run.breaches)
    for family in dict.fromkeys(play.family for play in run.plays):
        plays = [play for play in run.plays if play.family == family]
        refused, hits = sum(play.refused for play in plays), sum(reached[play.name] for play in plays)
        table.add_row(family, str(len(plays)), str(refused), str(hits))
    console.print(table)
    for what, times in sorted(run.model.items()):
        console.print(f"  the model: {what}: {times}", highlight=False, markup=False)
    for one in run.breaches[:20]:
        console.print(f"  {one.kind}: {one.what} ({one.play})", highlight=False, markup=False)
    for play in [play for play in run.plays if play.broke][:10]:
        console.print(f"  broke: {play.name}: {play.broke}", highlight=False, markup=False)
