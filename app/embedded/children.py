"""Our own programs beside the engine: the NLU service and the sample company, each on a loopback port."""

import asyncio
import hashlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.errors import Missing
from app.embedded.process import Launch, Running, command_of, pid_alive, start
from app.embedded.supervisor import with_deadline
from app.settings import ROOT

LOOPBACK = "127.0.0.1"
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
        self.log = self.data_dir / "log" / f"{self._slug}.log"

    @property
    def _slug(self) -> str:
        return self.name.lower().replace(" ", "-")

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def _record(self) -> Path:
        return self.data_dir / "run" / f"{self._slug}.json"

    @property
    def _purpose(self) -> str:
        """Everything that makes a running one as good as a new one."""
        return hashlib.sha256("\0".join([*self.argv, self.mark]).encode()).hexdigest()

    def adopt(self) -> Running | None:
        """Go on with the one a killed Frontdesk left behind; end it when it was started for something else."""
        try:
            found = json.loads(self._record.read_text("utf-8"))
            pid, port, purpose = int(found["pid"]), int(found["port"]), found["purpose"]
        except (OSError, ValueError, KeyError):
            return None
        if not pid_alive(pid) or f"--port {port}" not in command_of(pid):
            return None
        if purpose == self._purpose and accepts(port):
            self.port = port
            return Running(pid)
        _end(pid)
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


def nlu_child(data_dir: Path, model: Path, fingerprint: str, port: int) -> Child:
    """The NLU service with a trained model, in its own interpreter."""
    if not NLU_PYTHON.exists():
        raise Missing("NLU's environment nlu/.venv is missing. Run `make setup`, or set FRONTDESK_NLU_URL.")
    serve = [str(NLU_PYTHON), "-m", "frontdesk_nlu", "serve", "--model", str(model), "--host", LOOPBACK]
    return Child(
        name="NLU",
        argv=serve,
        data_dir=data_dir,
        port=free_port(port),
        cwd=ROOT / "nlu",
        env={"RASA_TELEMETRY_ENABLED": "false"},
        mark=fingerprint,
        patience_s=120.0,
    )


def shop_child(data_dir: Path, port: int) -> Child:
    """The sample company's services, with their state in our data folder."""
    state = data_dir / "shop" / "state"
    state.parent.mkdir(mode=0o700, exist_ok=True)
    serve = [sys.executable, "-m", "examples.shop", "--state", str(state)]
    return Child(name="Sample company", argv=serve, data_dir=data_dir, port=free_port(port), cwd=ROOT)


def accepts(port: int) -> bool:
    """Whether anything listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0


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


def _end(pid: int) -> None:
    """End a process of ours that serves an older purpose; its successor gets another port."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
