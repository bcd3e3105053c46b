"""A whole installation under fire: its servers, its engines, and the means to break each of them."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import psycopg
from psycopg.rows import dict_row

from app.embedded.addresses import Addresses, running_addresses
from app.embedded.children import free_port, left_behind, record_of
from app.embedded.postgres import read_pid_file
from app.embedded.process import pid_alive
from app.settings import ROOT, inherited_environment

READY_WITHIN_S = 300.0
LOOK_S = 0.05
TENANT = "demo"


class NotInTime(AssertionError):
    """What a test waited for did not come."""


@dataclass
class Program:
    """A `frontdesk` command running as a process of its own."""

    words: Sequence[str]
    log: Path
    env: Mapping[str, str]
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; what it says goes to its log."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "app.cli", *self.words),
                cwd=ROOT,
                env={**inherited_environment(), **self.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
            )

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process is not None and self.process.returncode is None

    async def end(self, how: signal.Signals) -> None:
        """Send it a signal and wait for its end."""
        if self.process is not None and self.runs:
            self.process.send_signal(how)
            await self.process.wait()

    def said(self) -> str:
        """The end of its log, for a failure's message."""
        return self.log.read_text("utf-8", "replace")[-3000:] if self.log.exists() else ""


@dataclass
class Engine:
    """One engine on a port that it keeps over its lives."""

    program: Program
    port: int
    http: aiohttp.ClientSession

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def kill(self) -> None:
        """End it as `kill -9` does, in the middle of whatever it did."""
        await self.program.end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as an operator does."""
        await self.program.end(signal.SIGTERM)

    async def start(self) -> None:
        """Start it, unless it runs."""
        if not self.program.runs:
            await self.program.start()

    async def answer(self, path: str = "/readyz") -> str:
        """What it says of itself, or why it says nothing."""
        try:
            async with self.http.get(self.url + path, timeout=aiohttp.ClientTimeout(total=5)) as answer:
                return f"{answer.status} {await answer.text()}"
        except (aiohttp.ClientError, TimeoutError) as silent:
            return repr(silent)

    async def serves(self, path: str = "/readyz") -> bool:
        """Whether it has all it needs."""
        status, _, told = (await self.answer(path)).partition(" ")
        return status == "200" and not orjson.loads(told).get("degraded")

    async def until_ready(self, path: str = "/readyz") -> None:
        """Return once it can do everything; what keeps it from that is told with its last words."""

        async def ready() -> bool:
            if not self.program.runs:
                raise NotInTime(f"engine {self.port} ended:\n{self.program.said()}")
            return await self.serves(path)

        try:
            await until(ready, READY_WITHIN_S, f"engine {self.port} is not ready")
        except NotInTime as late:
            raise NotInTime(f"{late}: {await self.answer(path)}\n{self.program.said()}") from None


@dataclass
class House:
    """Servers and engines of one data folder."""

    folder: Path
    http: aiohttp.ClientSession
    nlu_url: str
    servers: Program = field(init=False)
    engines: list[Engine] = field(default_factory=list)
    key: str = ""
    swallowed: int = 0
    """Requests that got no answer because an engine ended, or that it could not serve."""

    def __post_init__(self) -> None:
        self.servers = Program(["servers"], self.folder / "servers.log", self.variables)

    @property
    def variables(self) -> dict[str, str]:
        """What makes a command belong to this house."""
        return {"FRONTDESK_DATA_DIR": str(self.state), "FRONTDESK_NLU_URL": self.nlu_url}

    @property
    def state(self) -> Path:
        """The data folder."""
        return self.folder / "state"

    @property
    def addresses(self) -> Addresses:
        """Where the servers listen."""
        return running_addresses(self.state)

    async def open(self, engines: int) -> None:
        """Start the servers, then this many engines."""
        await self.servers.start()
        await until(self._servers_ready, READY_WITHIN_S, "the servers are not ready")
        for _ in range(engines):
            port = free_port()
            program = Program(
                ["engine", "--port", str(port)], self.folder / f"engine-{port}.log", self.variables
            )
            self.engines.append(Engine(program, port, self.http))
        await self.mend()
        self.key = json.loads((self.state / "demo.json").read_text("utf-8"))["api_key"]

    async def _servers_ready(self) -> bool:
        if not self.servers.runs:
            raise NotInTime(f"frontdesk servers ended:\n{self.servers.said()}")
        return "Servers are ready" in self.servers.said()

    async def mend(self) -> None:
        """Bring back every engine that fell, and end all faults; its supervisor brings back the shop."""
        for engine in self.engines:
            await engine.start()
        await asyncio.gather(*(engine.until_ready() for engine in self.engines))
        await until(self._shop_answers, READY_WITHIN_S, "the shop is not back")
        await self.behave()

    async def _shop_answers(self) -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            async with self.http.get(f"{self.addresses.shop_url}/openapi.json") as answer:
                return answer.status == 200
        return False

    async def close(self) -> None:
        """Stop what was started here, engines first."""
        await asyncio.gather(*(engine.stop() for engine in self.engines))
        await self.servers.end(signal.SIGTERM)

    async def call(
        self, method: str, path: str, body: Any = None, *, at: Engine | None = None, **headers: str
    ) -> tuple[int, Any]:
        """Send one request to an engine; status and JSON of its answer."""
        sent = {"X-API-Key": self.key, **{name.replace("_", "-"): value for name, value in headers.items()}}
        raw = None if body is None else orjson.dumps(body)
        if raw is not None:
            sent["Content-Type"] = "application/json"
        engine = at or self.engines[0]
        async with self.http.request(method, engine.url + path, data=raw, headers=sent) as answer:
            told = await answer.read()
            return answer.status, orjson.loads(told) if told else None

    async def get(self, path: str, *, at: Engine | None = None) -> Any:
        """Read something that exists."""
        status, told = await self.call("GET", path, at=at)
        assert status == 200, told
        return told

    async def conversation(self, conversation_id: str, *, at: Engine | None = None) -> dict[str, Any]:
        """A conversation as the console shows it."""
        return dict(await self.get(f"/api/v1/conversations/{conversation_id}", at=at))

    async def shop(self, path: str) -> Any:
        """Ask the shop itself, past everything that is tested."""
        async with self.http.get(f"{self.addresses.shop_url}{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def spoil(self, *rules: Mapping[str, Any]) -> None:
        """Order faults from the shop, as `POST /_faults` takes them."""
        token = {"Authorization": f"Bearer {self.addresses.shop_token}"}
        url = f"{self.addresses.shop_url}/_faults"
        async with self.http.post(url, json=list(rules), headers=token) as answer:
            assert answer.status == 201, await answer.text()

    async def behave(self) -> None:
        """End all faults of the shop."""
        token = {"Authorization": f"Bearer {self.addresses.shop_token}"}
        async with self.http.delete(f"{self.addresses.shop_url}/_faults", headers=token) as answer:
            assert answer.status == 204

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Look into the database as its owner."""
        url = self.addresses.database_url
        async with await psycopg.AsyncConnection.connect(url, row_factory=dict_row) as conn:
            return await (await conn.execute(statement.encode(), values)).fetchall()

    async def cluster(self) -> Path:
        """The folder of PostgreSQL's files."""
        return Path((await self.rows("show data_directory"))[0]["data_directory"])

    @contextlib.asynccontextmanager
    async def without_postgres(self) -> AsyncIterator[None]:
        """PostgreSQL is down inside the block: its supervisor holds still, the server is ended."""
        found = read_pid_file(await self.cluster())
        assert found is not None
        assert self.servers.process is not None
        self.servers.process.send_signal(signal.SIGSTOP)
        try:
            os.kill(found.pid, signal.SIGINT)
            await until(gone(found.pid), 10.0, "PostgreSQL does not end")
            yield
        finally:
            self.servers.process.send_signal(signal.SIGCONT)

    @contextlib.asynccontextmanager
    async def frozen_postgres(self) -> AsyncIterator[None]:
        """PostgreSQL takes connections and answers nothing inside the block."""
        found = read_pid_file(await self.cluster())
        assert found is not None
        pids = [found.pid, *children_of(found.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def kill_shop(self) -> None:
        """End the shop's process; its supervisor starts it again."""
        found = left_behind(record_of(self.state, "shop"))
        if found is not None:
            os.kill(found.pid, signal.SIGKILL)


def gone(pid: int) -> Callable[[], Awaitable[bool]]:
    """Ask whether a process has ended."""

    async def ended() -> bool:
        return not pid_alive(pid)

    return ended


def children_of(parent: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(fields[1]) == parent:
                found.append(int(stat.parent.name))
    return found


async def until(holds: Callable[[], Awaitable[bool]], within_s: float, otherwise: str) -> None:
    """Look until something holds; another process's state has no event to wait for."""
    async with limit(within_s, otherwise):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)


@contextlib.asynccontextmanager
async def limit(seconds: float, otherwise: str) -> AsyncIterator[None]:
    """Give a block so long; `NotInTime` says what did not happen."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise NotInTime(f"{otherwise} after {seconds:g} s") from None
