"""`frontdesk bench gateway`: what it costs to take messages in, to keep sockets open, and to be flooded."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psycopg
import uvloop
from redis.asyncio import Redis
from rich.console import Console

from app.auth.repository import store_key
from app.auth.secrets import digest, new_api_key
from app.channels.kit.bench import KEY, bench_with
from app.channels.kit.edges import now
from app.channels.kit.peers import PEERS, make_peer
from app.db import Database, migrate
from app.embedded.children import free_port, healthy
from app.embedded.lock import prepare_data_dir
from app.embedded.postgres import postgres_for
from app.embedded.supervisor import Supervisor
from app.embedded.valkey import Valkey
from app.gateway.limits.door import Door
from app.gateway.limits.shared import SharedBuckets
from app.gateway.message import Inbound
from app.settings import ROOT, inherited_environment
from evals.bench import Wish
from evals.bench import gateway_crowd as crowd
from evals.bench.gateway_door import LIMITED, MAILBOX, TENANT, DoorPlan
from evals.bench.processes import command, every_process, usage_of_tree
from evals.bench.turn import shortfalls
from evals.errors import DidNotStart
from evals.figures import Measured
from evals.thresholds import load_thresholds
from policies.limits import DoorLimits, Rate

AT_ONCE = 8
FAMILIES = (
    *("botframework", "callback", "facebook", "hangouts", "line", "mattermost", "rocketchat", "slack"),
    *("telegram", "twilio", "webexteams", "whatsapp", "x"),
)
"""Connectors that acknowledge at once; those that answer in the same response need an assistant behind."""
SOCKETS, ORDINARY, EVERY_S, FLOOD_SHARE = 2000, 200, 4.0, 50
FLOOD_S = 24.0
LIMIT_TRIES = 10_000
ROUNDS = 3
LOG = "door.log"
STORED = "select count(*) from inbox where tenant_id = %s"


@dataclass(kw_only=True)
class Stage:
    """The door, how it is reached, and its process."""

    plan: DoorPlan
    url: str
    key: str
    admin_url: str
    process: subprocess.Popen[bytes]
    folder: Path

    def cpu_s(self) -> float:
        """What the door has used so far."""
        return usage_of_tree(self.process.pid).cpu_s

    def rss_mb(self) -> float:
        """The door's memory now."""
        return usage_of_tree(self.process.pid).rss_mb

    async def stored(self) -> int:
        """How many messages are in the inbox."""
        async with await psycopg.AsyncConnection.connect(self.admin_url) as conn:
            row = await (await conn.execute(STORED, [TENANT])).fetchone()
        return int(row[0]) if row else 0


def measure(wish: Wish, console: Console) -> Measured:
    """Start a front door, write to it in every way, and count."""
    figures, notes = uvloop.run(_measure(wish, console))
    failed = shortfalls(figures, {}, load_thresholds().bench["gateway"])
    for name, value in figures.items():
        console.print(f"{name:<44} {value:g}", highlight=False)
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return Measured(name="bench gateway", figures=figures, passed=not failed, notes=notes)


async def _measure(wish: Wish, console: Console) -> tuple[dict[str, float], dict[str, object]]:
    count = max(40, wish.messages // 6)
    sockets = max(20, round(SOCKETS * wish.messages / 2400))
    left_out: dict[str, str] = {}
    async with (
        stage() as door,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=crowd.PATIENCE) as session,
    ):
        console.print(f"Measuring {door.url}: {count} messages a family, {sockets} sockets", highlight=False)
        figures = await _families(door, session, count, left_out)
        figures |= await measure_sockets(door, session, sockets)
        figures |= await measure_flood(door, session, FLOOD_S * min(1.0, wish.messages / 1200))
        figures |= await _limits(door)
    mix = f"{count} messages a family, {AT_ONCE} at once, {len(crowd.TEXT)} characters each"
    return figures, {"mix": mix, "left_out": left_out}


async def _families(
    door: Stage, session: aiohttp.ClientSession, count: int, left_out: dict[str, str]
) -> dict[str, float]:
    """Measure each way in by itself."""
    figures: dict[str, float] = {}
    api = crowd.by_key(session, door.url, door.key)
    takes = [await _family(door, "api", api, count, figures), await _widget(door, session, count, figures)]
    mails = crowd.by_mail(door.plan.smtp_port, MAILBOX)
    takes.append(await _family(door, "email", mails, count, figures))
    peers = {name: make_peer(name) for name in FAMILIES if name in PEERS}
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-", ignore_cleanup_errors=True) as folder:
        async with bench_with(list(peers.values()), Path(folder), say=lambda _: None) as bench:
            for name, peer in peers.items():
                bench.core.behind[peer.channel or peer.name] = door.url
                send = crowd.by_vendor(bench, peer)
                if (status := await send(-1)) >= 300:
                    left_out[name] = f"its webhook was answered with {status}"
                    continue
                takes.append(await _family(door, name, send, count, figures, _connectors_pid(Path(folder))))
    together = crowd.all_of(takes)
    spent = [value for name, value in figures.items() if name.endswith("_cpu_ms_per_message")]
    return {
        "cpu_ms_per_message": round(sum(spent) / len(spent), 3),
        "p95_ms": together.p95(),
        **figures,
        "families_count": len(takes),
        "errors_count": together.failed + together.refused,
    }


async def _family(
    door: Stage,
    name: str,
    send: crowd.Send,
    count: int,
    figures: dict[str, float],
    connectors: int | None = None,
) -> crowd.Took:
    """Measure one way in: what the door used, and what the connectors' process used before it."""
    before, before_it = door.cpu_s(), _cpu_s(connectors)
    took = await crowd.many(send, count, AT_ONCE)
    figures[f"{name}_cpu_ms_per_message"] = round((door.cpu_s() - before) * 1000 / count, 3)
    if connectors is not None:
        figures[f"{name}_connector_cpu_ms"] = round((_cpu_s(connectors) - before_it) * 1000 / count, 3)
    figures[f"{name}_p95_ms"] = took.p95()
    return took


async def _widget(
    door: Stage, session: aiohttp.ClientSession, count: int, figures: dict[str, float]
) -> crowd.Took:
    """Measure the widget's socket: a message from its frame to its acknowledgement."""
    visitors = await crowd.open_all(session, door.url, AT_ONCE * 20)

    async def send(number: int) -> int:
        visitor = visitors[number % len(visitors)]
        await visitor.say(f"m{number}")
        await visitor.hear("ack")
        return 202

    # Each visitor writes on its own socket, one message at a time, and stays below its limit.
    took = await _family(door, "widget", send, min(count, len(visitors) * 15), figures)
    for visitor in visitors:
        await visitor.socket.close()
    return took


async def measure_sockets(door: Stage, session: aiohttp.ClientSession, count: int) -> dict[str, float]:
    """Keep many sockets open, then kill the door: everybody comes back, nothing is lost."""
    before = door.rss_mb()
    visitors = await crowd.open_all(session, door.url, count)
    opened = door.rss_mb()
    spent = door.cpu_s()
    await asyncio.gather(*(visitor.beat() for visitor in visitors))
    beats = (door.cpu_s() - spent) * 1000 / count
    stored = await door.stored()
    for number, visitor in enumerate(visitors):
        await visitor.say(f"storm{number}")
    door.process.kill()
    door.process.wait()
    loop = asyncio.get_running_loop()
    began = loop.time()
    door.process = await _start(door.plan, door.folder)
    back = [crowd.come_back(session, door.url, visitor, crowd.BACK_WITHIN_S) for visitor in visitors]
    again = await asyncio.gather(*back, return_exceptions=True)
    took = loop.time() - began
    arrived = [visitor for visitor in again if isinstance(visitor, crowd.Visitor)]
    lost = count - (await door.stored() - stored)
    for visitor in arrived:
        await visitor.socket.close()
    return {
        "kb_per_socket": round((opened - before) * 1024 / count, 1),
        "sockets_count": count,
        "heartbeat_cpu_ms": round(beats, 3),
        "storm_back_s": round(took, 2),
        "storm_stayed_away_count": count - len(arrived),
        "storm_lost_count": lost,
    }


async def measure_flood(door: Stage, session: aiohttp.ClientSession, seconds: float) -> dict[str, float]:
    """Compare ordinary customers alone with the same beside one who writes at fifty times the limit.

    Both are tried in turns, so that whatever else the machine does falls on both.
    """
    alone, beside, floods = [], [], []
    per_second = LIMITED.per_second * FLOOD_SHARE
    write = (session, door.url, door.key, ORDINARY, seconds / ROUNDS, EVERY_S)
    await crowd.ordinary(*write)
    for _ in range(ROUNDS):
        alone.append(await crowd.ordinary(*write))
        async with crowd.flooding(session, door.url, door.key, per_second) as flood:
            beside.append(await crowd.ordinary(*write))
        floods.append(flood)
    quiet, flooded, flood = crowd.all_of(alone), crowd.all_of(beside), crowd.all_of(floods)
    return {
        "ordinary_p95_ms": quiet.p95(),
        "flooded_p95_ms": flooded.p95(),
        "flood_p95_ratio": round(flooded.p95() / quiet.p95(), 2) if quiet.ms else 0.0,
        "flood_refused_share": round(flood.refused / max(1, flood.refused + len(flood.ms)), 3),
        "ordinary_refused_count": quiet.refused + flooded.refused + quiet.failed + flooded.failed,
    }


async def _limits(door: Stage) -> dict[str, float]:
    """Measure the limits alone: what each message spends on them, round trips included."""
    redis = Redis.from_url(door.plan.redis_url)
    shared = SharedBuckets(redis, lambda tenant: b"b" * 32, asyncio.get_running_loop().time)
    limits = DoorLimits(other_channels=Rate(count=1_000_000, per="minute", burst=20))
    alone = Door(shared, lambda tenant: limits, lambda tenant: None, now)
    arriving = [
        Inbound(
            tenant_id=TENANT,
            channel="limits",
            message_id=str(number),
            address=str(number % 997),
            text="",
            bulk=True,
            received_at=now(),
        )
        for number in range(LIMIT_TRIES)
    ]
    began = time.process_time()
    for inbound in arriving:
        await alone.admit(inbound)
    spent = time.process_time() - began
    await redis.aclose()
    return {"limits_cpu_ms_per_message": round(spent * 1000 / LIMIT_TRIES, 4)}


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start PostgreSQL, Valkey and a door before them, with a key that may write."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-", ignore_cleanup_errors=True) as folder:
        state = Path(folder)
        prepare_data_dir(state)
        supervisor = Supervisor(lambda _: None)
        postgres, valkey = postgres_for(state, free_port()), Valkey(state)
        await asyncio.gather(supervisor.start(postgres), supervisor.start(valkey))
        try:
            await postgres.ensure_database()
            await migrate(postgres.url)
            plan = DoorPlan(
                database_url=postgres.url,
                redis_url=valkey.url,
                keys=state / "keys",
                port=free_port(),
                smtp_port=free_port(),
                channels_token=KEY,
            )
            key = await _key(postgres.url)
            door = Stage(
                plan=plan,
                url=f"http://127.0.0.1:{plan.port}",
                key=key,
                admin_url=postgres.url,
                process=await _start(plan, state),
                folder=state,
            )
            try:
                yield door
            finally:
                door.process.terminate()
                door.process.wait(10)
        finally:
            await supervisor.stop()


async def _start(plan: DoorPlan, folder: Path) -> "subprocess.Popen[bytes]":
    """Start a door and wait until it is open."""
    process = _launch(plan, folder)
    for _ in range(600):
        if process.poll() is not None:
            break
        if await healthy(plan.port):
            return process
        await asyncio.sleep(0.05)
    said = (folder / LOG).read_text("utf-8", "replace")[-2000:]
    raise DidNotStart(f"the front door did not open:\n{said}")


def _launch(plan: DoorPlan, folder: Path) -> "subprocess.Popen[bytes]":
    file = folder / "door.json"
    file.write_text(plan.model_dump_json(), "utf-8")
    with (folder / LOG).open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "evals.bench.gateway_door", str(file)],
            cwd=ROOT,
            env=inherited_environment(),
            stdout=out,
            stderr=out,
        )


async def _key(database_url: str) -> str:
    """Make a key that may write without the company's limit."""
    key, database = new_api_key(), Database(database_url, most=2)
    await database.open()
    async with database.tenant(TENANT) as conn:
        await store_key(conn, TENANT, "bench", digest(key), "bench", ["messages:write", "messages:bulk"])
    await database.close()
    return key


def _connectors_pid(folder: Path) -> int | None:
    """Find the connectors' process among those that were started here."""
    mark = str(folder / "credentials.yml")
    return next((one.pid for one in every_process() if mark in command(one.pid)), None)


def _cpu_s(pid: int | None) -> float:
    return usage_of_tree(pid).cpu_s if pid is not None else 0.0
