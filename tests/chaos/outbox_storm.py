"""Servers and outbox engines of their own, to be killed while replies are said and carried."""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg

from app.conversations.repository import NewEntry, append_entry
from app.db import Database, DatabaseGone, migrate
from app.embedded.children import free_port
from app.embedded.lock import prepare_data_dir
from app.embedded.postgres import Postgres, postgres_for, read_pid_file
from app.embedded.process import pid_alive
from app.embedded.supervisor import Supervisor
from app.embedded.valkey import Valkey
from app.gateway.message import Inbound
from app.handoff.deps import HandoffDeps
from app.handoff.queueing import QueueHandoff
from app.privacy.vault import Vault
from app.settings import ROOT
from app.turns.hub import Hub
from app.turns.store import TurnStore
from tests.integration.front import DESK, TENANT
from tests.peers.faults import serving
from tests.peers.provider import Provider

LEFT = "select count(*) from outbox where state = 'waiting'"


@dataclass
class OutboxStorm:
    """Two engines, a provider that sometimes cuts the line, and who says the replies."""

    database: Database
    vault: Vault
    store: TurnStore
    provider: Provider
    words: list[str]
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    engines: list[asyncio.subprocess.Process] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    over: float = 0.0
    """Which part of the kills is over."""

    async def start_engine(self) -> None:
        """Start one more engine."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.outbox_engine", *self.words),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        self.engines.append(process)
        assert await process.stdout.readline() == b"ready\n"

    async def kill_engine(self, random: Random) -> None:
        """Kill one engine in the middle of whatever it does; another comes."""
        victim = self.engines.pop(random.randrange(len(self.engines)))
        victim.kill()
        await victim.wait()
        self.killed["engine"] += 1
        # While the database is down an engine does not start; its supervisor tries again.
        for _ in range(50):
            with contextlib.suppress(AssertionError):
                await self.start_engine()
                return
            self.engines.pop()
        raise AssertionError("no engine starts")

    async def kill_postgres(self) -> None:
        """End the database as a crash does; its supervisor starts it again."""
        assert self.postgres is not None
        self.killed["postgres"] += end_postgres(self.postgres)

    def kill_valkey(self) -> None:
        """Kill Valkey; its supervisor starts it again."""
        assert self.valkey is not None
        self.killed["valkey"] += end_valkey(self.valkey)

    async def begin(self, number: int) -> tuple[str, str]:
        """Let a customer write; their conversation and address."""
        address = f"+49-{number:05}"
        inbound = Inbound(
            tenant_id=TENANT,
            channel="sms",
            message_id=f"m-{number}",
            address=address,
            text="hello",
            received_at=datetime.now(UTC),
        )
        return (await self.store.accept(inbound)).conversation_id, address

    async def say(self, conversation_id: str, text: str) -> None:
        """Say something, once, however often the database goes away meanwhile."""
        said = NewEntry(
            kind="message",
            direction="outbound",
            sender="agent",
            text=text,
            channel="sms",
            entry_id=f"ent_{secrets.token_hex(12)}",
        )
        while True:
            with contextlib.suppress(*DatabaseGone):
                async with self.database.tenant(TENANT) as conn:
                    await append_entry(conn, self.vault, TENANT, conversation_id, said, datetime.now(UTC))
                return
            await asyncio.sleep(0.1)

    async def until_over(self, part: float) -> None:
        """Wait for so many of the kills, so that replies are said between all of them."""
        while self.over < part:  # noqa: ASYNC110 - at leisure
            await asyncio.sleep(0.05)

    async def left(self) -> int:
        """How many lines still wait; many while nobody can be asked."""
        with contextlib.suppress(*DatabaseGone):
            async with self.database.tenant(TENANT) as conn:
                row = await (await conn.execute(LEFT)).fetchone()
                return int(row[0]) if row else 0
        return 1


def end_postgres(server: Postgres) -> bool:
    """End a database as a crash does; False when it is down already."""
    found = read_pid_file(server.cluster)
    if found is None or not pid_alive(found.pid):
        return False
    os.kill(found.pid, signal.SIGQUIT)
    return True


def end_valkey(server: Valkey) -> bool:
    """Kill a Valkey; False when it is down already."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((server.folder / "valkey.pid").read_text()), signal.SIGKILL)
        return True
    return False


@contextlib.asynccontextmanager
async def own_servers() -> AsyncIterator[tuple[Postgres, Valkey]]:
    """A database and a Valkey of one's own, kept by a supervisor."""
    with tempfile.TemporaryDirectory(prefix="fd-outbox-", ignore_cleanup_errors=True) as folder:
        prepare_data_dir(Path(folder))
        supervisor = Supervisor(say=lambda line: None)
        postgres, valkey = postgres_for(Path(folder), free_port(), durable=False), Valkey(Path(folder))
        try:
            await supervisor.start(postgres)
            await supervisor.start(valkey)
            await postgres.ensure_database()
            await migrate(postgres.url)
            yield postgres, valkey
        finally:
            await supervisor.stop()


@contextlib.asynccontextmanager
async def open_storm(
    database_url: str, redis_url: str, keys: Path, engines: int
) -> AsyncIterator[OutboxStorm]:
    """Start so many engines over a migrated database."""
    database = Database(database_url, most=6, wait_s=2.0)
    await database.open()
    vault, hub, provider = Vault.from_file(keys, create=True), Hub(), Provider()
    handoff = HandoffDeps(
        tenants=database, vault=vault, hub=hub, clock=lambda: datetime.now(UTC), desk=lambda: DESK
    )
    store = TurnStore(database, vault, open_handoff=QueueHandoff(handoff), clock=lambda: datetime.now(UTC))
    async with serving(provider.app()) as url:
        words = ["--database", database_url, "--redis", redis_url, "--provider", url]
        words += ["--tenant", TENANT, "--keys", str(keys)]
        storm = OutboxStorm(database=database, vault=vault, store=store, provider=provider, words=words)
        try:
            await asyncio.gather(*(storm.start_engine() for _ in range(engines)))
            async with asyncio.timeout(30):
                while not await pushed(database_url):  # noqa: ASYNC110 - another process says so
                    await asyncio.sleep(0.05)
            yield storm
        finally:
            for process in storm.engines:
                process.terminate()
            await asyncio.gather(*(process.wait() for process in storm.engines))
    await database.close()


async def pushed(database_url: str) -> bool:
    """Whether an engine has said which channels it writes to."""
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        row = await (await conn.execute("select count(*) from pushed_channels")).fetchone()
        return bool(row and row[0])
