"""Why something beside the engine does not run; each message says what to do."""

from pathlib import Path


class EmbeddedError(Exception):
    """Something beside the engine cannot run; the text is for the person who started it."""


class AlreadyRunning(EmbeddedError):
    """Another Frontdesk owns this data folder."""

    def __init__(self, data_dir: Path, pid: int | None, address: str) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"Frontdesk already runs on {data_dir} ({who}, {address}). "
            f"Open that address, stop it first, or set FRONTDESK_DATA_DIR to another folder."
        )


class PortTaken(EmbeddedError):
    """Another program listens on the engine's port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken by another program. "
            f"Stop it, or choose another port: FRONTDESK_PORT={port + 1}."
        )


class DiskFull(EmbeddedError):
    """Too little room for the databases."""

    def __init__(self, folder: Path, free_mb: int, wanted_mb: int) -> None:
        super().__init__(
            f"Only {free_mb} MB are free where {folder} lies; {wanted_mb} MB are needed. "
            f"Free some room, or set FRONTDESK_DATA_DIR to a folder on another disk."
        )


class NotReady(EmbeddedError):
    """A server was started and did not become ready."""

    def __init__(self, name: str, because: str, log: Path) -> None:
        tail = last_lines(log)
        super().__init__(f"{name} {because}. Its log is {log}" + (f" and ends:\n{tail}" if tail else "."))


class Missing(EmbeddedError):
    """A file that set-up makes is not there; the text names it and the command that makes it."""


class NothingRuns(EmbeddedError):
    """No Frontdesk serves this data folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"No Frontdesk runs on {data_dir}. Start it with `make run` or `frontdesk run`.")


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, indented, or nothing when there is none."""
    try:
        lines = log.read_text("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return ""
    return "\n".join(f"  {line}" for line in lines)
