"""Customers who write on many channels while engine, connectors, PostgreSQL and Valkey are killed."""

import asyncio
import contextlib
import os
import re
import signal
import smtplib
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import psycopg

from app.channels.kit.bench import KEY, connected
from app.channels.kit.edges import HELP, TENANT
from app.channels.kit.peer import VendorPeer
from app.channels.kit.peers import make_peer
from app.conversations.repository import entries_after
from app.embedded.children import free_port, healthy, left_behind, record_of
from app.embedded.postgres import Postgres
from app.embedded.supervisor import Supervisor
from app.embedded.valkey import Valkey
from app.privacy.vault import Vault
from app.settings import ROOT
from tests.chaos.door_engine import DoorPlan
from tests.chaos.outbox_storm import end_postgres, end_valkey, own_servers
from tests.peers.post_office import PostOffice, post_office

CONVERSATIONS = "select conversation_id from conversations where tenant_id = %s"
LINE = re.compile(r"\b(\w+)line(\d+)\b")
PAUSE_S = 0.1
"""A provider asks again after a while; these are impatient."""


def text_of(customer: str, line: int) -> str:
    """What a customer says in a line, told apart from everything that is said elsewhere."""
    return f"{customer}line{line}"


def lines_in(texts: Sequence[str], customer: str) -> list[int]:
    """Return the numbers of a customer's lines in texts, in their order."""
    found = [match for text in texts for match in LINE.findall(text)]
    return [int(number) for who, number in found if who == customer]


@dataclass
class DoorStorm:
    """One engine with its connectors and servers, and everybody who writes to it."""

    plan: DoorPlan
    postgres: Postgres
    valkey: Valkey
    session: aiohttp.ClientSession
    peers: Mapping[str, VendorPeer]
    office: PostOffice
    engine: asyncio.subprocess.Process | None = None
    killed: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    """Webhooks and mails that had to be sent again."""
    over: float = 0.0
    """Which part of the kills is over."""

    async def start_engine(self) -> None:
        """Start it, and again where the database is not back yet."""
        file = self.plan.folder / "door.json"
        file.write_text(self.plan.model_dump_json(), "utf-8")
        while not await healthy(self.plan.port):
            if self.engine is None or self.engine.returncode is not None:
                words = (sys.executable, "-m", "tests.chaos.door_engine", str(file))
                with (self.plan.folder / "door.log").open("ab") as log:
                    self.engine = await asyncio.create_subprocess_exec(
                        *words, cwd=ROOT, stdout=log, stderr=log
                    )
            await asyncio.sleep(0.05)

    async def kill_engine(self) -> None:
        """Kill it in the middle of whatever it does; it is started again."""
        assert self.engine is not None
        self.engine.kill()
        await self.engine.wait()
        self.killed["engine"] += 1
        await self.start_engine()

    async def stop_engine(self) -> None:
        """End it as an operator does."""
        if self.engine is not None and self.engine.returncode is None:
            self.engine.terminate()
            await self.engine.wait()

    def kill_connectors(self) -> None:
        """Kill the channels process; its supervisor starts it again."""
        found = left_behind(record_of(self.plan.folder / "connectors", "channels"))
        if found is not None:
            os.kill(found.pid, signal.SIGKILL)
            self.killed["connectors"] += 1

    async def writes(self, channel: str, customer: str, lines: int) -> None:
        """Let a customer write line after line; each is sent until it is acknowledged."""
        for line in range(lines):
            while self.over < line / lines:  # noqa: ASYNC110 - at leisure
                await asyncio.sleep(PAUSE_S)
            if channel == "email":
                await self._mails(customer, line)
            else:
                await self._calls(self.peers[channel], customer, line)

    async def _calls(self, peer: VendorPeer, customer: str, line: int) -> None:
        peer.customer = customer
        call = peer.says(f"{customer}-{line}", text_of(customer, line))
        url = f"http://127.0.0.1:{self.plan.port}/webhooks/{peer.name}/{call.path}"
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self.session.post(url, data=call.body, headers=call.headers) as answer:
                    if answer.status < 300:
                        return
                    assert answer.status >= 429, f"{answer.status}: {await answer.text()}"
            self.repeated += 1
            await asyncio.sleep(PAUSE_S)

    async def _mails(self, customer: str, line: int) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"{customer}@example.org", HELP
        mail["Message-ID"] = f"<{customer}.{line}@example.org>"
        mail.set_content(text_of(customer, line))

        def hand_in() -> bool:
            try:
                with smtplib.SMTP("127.0.0.1", self.plan.smtp_port, timeout=20) as client:
                    client.send_message(mail)
            except (OSError, smtplib.SMTPException):
                return False
            return True

        while not await asyncio.to_thread(hand_in):
            self.repeated += 1
            await asyncio.sleep(PAUSE_S)

    def read(self, channel: str, customer: str) -> list[int]:
        """Return which of their lines a customer was answered, in the order in which they read it."""
        if channel == "email":
            mails = self.office.sent_to(f"{customer}@example.org")
            return lines_in([plain_text(one) for one in mails], customer)
        return lines_in([one.text for one in self.peers[channel].heard], customer)

    async def timelines(self) -> list[tuple[str, str]]:
        """Return everything that stands in the timelines, as direction and text."""
        vault, found = Vault.from_file(self.plan.folder / "keys", create=False), list[tuple[str, str]]()
        async with await psycopg.AsyncConnection.connect(self.postgres.url) as conn:
            rows = await (await conn.execute(CONVERSATIONS, [TENANT])).fetchall()
            for (conversation_id,) in rows:
                entries = await entries_after(conn, vault, TENANT, conversation_id)
                found += [(one.direction or "", one.text) for one in entries if one.kind == "message"]
        return found

    async def rages(self, kills: Sequence[str], random: Random, pauses: tuple[float, float]) -> None:
        """Kill one after the other, with time between two to get something done."""
        for number, what in enumerate(kills, start=1):
            await asyncio.sleep(random.uniform(*pauses))
            match what:
                case "engine":
                    await self.kill_engine()
                case "connectors":
                    self.kill_connectors()
                case "postgres":
                    self.killed["postgres"] += end_postgres(self.postgres)
                case _:
                    self.killed["valkey"] += end_valkey(self.valkey)
            self.over = number / len(kills)


def plain_text(mail: Message) -> str:
    """Return the words of a mail of ours."""
    part: Any = next(iter(mail.iter_parts()))  # type: ignore[attr-defined]
    return str(part.get_content())


@contextlib.asynccontextmanager
async def open_door_storm(channels: Sequence[str]) -> AsyncIterator[DoorStorm]:
    """Start servers, vendors, connectors and an engine."""
    peers = {name: make_peer(name) for name in channels}
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fd-door-")))
        postgres, valkey = await stack.enter_async_context(own_servers())
        office = await stack.enter_async_context(post_office())
        port, supervisor = free_port(), Supervisor(say=lambda line: None)
        connectors = connected(list(peers.values()), folder / "connectors", port, supervisor)
        child = await stack.enter_async_context(connectors)
        storm = DoorStorm(
            plan=DoorPlan(
                database_url=postgres.url,
                redis_url=valkey.url,
                folder=folder,
                port=port,
                smtp_port=free_port(),
                office_port=office.port,
                channels_url=child.url,
                channels_token=KEY,
                channels=tuple(channels),
            ),
            postgres=postgres,
            valkey=valkey,
            session=await stack.enter_async_context(aiohttp.ClientSession()),
            peers=peers,
            office=office,
        )
        stack.push_async_callback(storm.stop_engine)
        await storm.start_engine()
        yield storm
