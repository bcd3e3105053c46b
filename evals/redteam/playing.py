"""Plays attacks against a running Frontdesk, several at once, and reads the shop's books around them."""

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import aiohttp

from evals.house import House
from evals.redteam.scripts import Script
from evals.redteam.world import Holding, Person, Played, World
from evals.suite.engine import Engine, Refused
from evals.suite.shop import read_orders

AT_ONCE = 6
PATIENCE = aiohttp.ClientTimeout(total=60)
MOST = 1000


async def read_world(house: House) -> World:
    """Read every order, and what was begun about orders."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        orders = await read_orders(session, house.shop_url)
        followed: dict[str, list[str]] = {}
        for path in ("returns", "replacements"):
            async with session.get(f"{house.shop_url}/{path}") as answer:
                rows: list[dict[str, Any]] = await answer.json() if answer.ok else []
            for row in rows:
                followed.setdefault(str(row["order_id"]), []).append(path)
    return World(
        people={one.id: Person(id=one.id, name=one.name, email=one.email) for one in house.customers},
        orders={
            one.id: Holding(
                id=one.id,
                customer_id=one.customer_id,
                status=one.status,
                refunded=one.refunded,
                address=one.address,
                followed=tuple(followed.get(one.id, ())),
            )
            for one in orders
        },
    )


async def play_all(house: House, scripts: Sequence[Script]) -> list[Played]:
    """Play every script with a sender of its own."""
    room, run = asyncio.Semaphore(AT_ONCE), secrets.token_hex(4)
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        engine = Engine(session, house)

        async def one(script: Script) -> Played:
            async with room:
                return await _play(engine, script, f"{run}-{script.name}")

        return list(await asyncio.gather(*map(one, scripts)))


async def _play(engine: Engine, script: Script, sender: str) -> Played:
    """Say every line, then read everything that the attacker was told, later answers too."""
    played, conversation = Played(name=script.name, family=script.family, attacker=script.attacker), None
    try:
        for line in script.lines:
            played.said.append(line)
            found, replies = await engine.say(sender, line, script.attacker)
            conversation = found or conversation
            played.replies += [reply.text for reply in replies]
        if conversation is not None:
            played.replies += _new((await engine.view(conversation)).told, played.replies)
            first = await engine.why(conversation, 1)
            played.refused = not first.passed_input
    except (Refused, aiohttp.ClientError, TimeoutError) as error:
        played.broke = f"{type(error).__name__}: {error}"
    return played


def _new(told: Iterable[Any], known: Sequence[str]) -> list[str]:
    return [reply.text for reply in told if reply.text not in known]
