"""Our own programs beside the engine: the NLU service and the sample company, each on a loopback port."""

import asyncio
import hashlib
import json
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.errors import Missing
from app.embedded.process import Launch, Running, command_of, pid_alive, start
from app.embedded.supervisor import with_deadline
from app.settings import ROOT

LOOPBACK = "127.0.0.1"
NLU = "NLU"
SHOP = "shop"
NLU_PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"


@dataclass
class Child:
    """A program that answers `GET /healthz`, and is found again after its Frontdesk was killed."""

    name: str
    argv: Sequence[str]
    """Its command without the port, which is added as `--port N`."""
    data_dir: Path
    port: int
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""
    """What else it was started for, such as its model's fingerprint; another mark means start anew."""
    patience_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.data_dir / "log" / f"{self.name}.log"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def _record(self) -> Path:
        return record_of(self.data_dir, self.name)

    @property
    def _purpose(self) -> str:
        """Everything that makes a running one as good as a new one."""
        return hashlib.sha256("\0".join([*self.argv, self.mark]).encode()).hexdigest()

    async def adopt(self) -> Running | None:
        """Go on with the one a killed Frontdesk left behind; end it when it served another purpose."""
        found = left_behind(self._record)
        if found is None:
            return None
        if (found.purpose, found.port) == (self._purpose, self.port) and await self.ready():
            return Running(found.pid)
        await Running(found.pid).stop()
        return None

    def launch(self) -> Running:
        """Start it and write down under which id."""
        argv = [*self.argv, "--port", str(self.port)]
        running = start(Launch(argv=argv, log=self.log, cwd=self.cwd, env=self.env))
        self._record.parent.mkdir(mode=0o700, exist_ok=True)
        self._record.write_text(
            json.dumps({"pid": running.pid, "port": self.port, "purpose": self._purpose}), "utf-8"
        )
        return running

    async def ready(self) -> bool:
        """Whether it answers its health question."""
        return await healthy(self.port)


async def healthy(port: int, path: str = "/healthz") -> bool:
    """Whether a loopback service answers this path with 200."""
    return await with_deadline(_answers_ok(port, path))


async def _answers_ok(port: int, path: str) -> bool:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n".encode())
        status = await reader.readline()
        return status.split()[1:2] == [b"200"]
    finally:
        writer.close()


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """A child that outlived its Frontdesk."""

    pid: int
    port: int
    purpose: str


def record_of(data_dir: Path, name: str) -> Path:
    """Where a child's id and port are written down."""
    return data_dir / "run" / f"{name}.json"


def left_behind(record: Path) -> LeftBehind | None:
    """The child of this record if it still runs; its id alone proves nothing, its command does."""
    try:
        found = LeftBehind(**json.loads(record.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    own = pid_alive(found.pid) and f"--port {found.port}" in command_of(found.pid)
    return found if own else None


def child_port(data_dir: Path, name: str, preferred: int = 0) -> int:
    """The port a child left behind holds, else the preferred one, else any free one."""
    found = left_behind(record_of(data_dir, name))
    return found.port if found else free_port(preferred)


def nlu_environment(home: Path) -> dict[str, str]:
    """Variables for NLU's interpreter: nothing is reported anywhere, nothing written into a person's home."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "RASA_TELEMETRY_ENABLED": "false",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
    }


def nlu_child(data_dir: Path, model: Path, fingerprint: str, port: int) -> Child:
    """The NLU service with a trained model, in its own interpreter."""
    if not NLU_PYTHON.exists():
        raise Missing("NLU's environment nlu/.venv is missing. Run `make setup`, or set FRONTDESK_NLU_URL.")
    serve = [str(NLU_PYTHON), "-m", "frontdesk_nlu", "serve", "--model", str(model), "--host", LOOPBACK]
    return Child(
        name=NLU,
        argv=serve,
        data_dir=data_dir,
        port=port,
        cwd=ROOT / "nlu",
        env=nlu_environment(data_dir / "nlu" / "home"),
        mark=fingerprint,
        patience_s=120.0,
    )


def shop_child(data_dir: Path, token_file: Path, port: int) -> Child:
    """The sample company's services, with their state in our data folder."""
    state = data_dir / "shop" / "state.sqlite"
    state.parent.mkdir(mode=0o700, exist_ok=True)
    serve = [sys.executable, "-m", "examples.shop", "--state", str(state), "--token-file", str(token_file)]
    return Child(name=SHOP, argv=serve, data_dir=data_dir, port=port, cwd=ROOT)


def free_port(preferred: int = 0) -> int:
    """A free loopback port: the preferred one when nobody has it."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Missing(f"No port is free on {LOOPBACK}. Close some programs and start again.")
