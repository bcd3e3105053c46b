"""The `frontdesk` command as a person runs it: a process, its words and its status."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from app.embedded.addresses import running_addresses
from app.embedded.children import healthy
from app.embedded.postgres import read_pid_file

ROOT = Path(__file__).parents[2]
SHELL = (sys.executable, "-m", "app.cli", "shell")
NO_NLU = "http://127.0.0.1:9"
"""Configured, so that nothing is trained; no test here speaks to it."""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def variables(data_dir: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    return {**plain, "FRONTDESK_DATA_DIR": str(data_dir), "FRONTDESK_NLU_URL": NO_NLU, **more}


def frontdesk(data_dir: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=ROOT,
        env=variables(data_dir, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass
class Foreground:
    """A command that stays, such as `frontdesk servers`, with what it said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def read_until(self, line: str) -> None:
        """Wait for a line; the command's end means that it never comes."""
        assert self.process.stdout is not None
        for said in self.process.stdout:
            self.said.append(said.strip())
            if line in said:
                return
        raise AssertionError(f"{line!r} was never said:\n" + "\n".join(self.said))

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and return its status."""
        self.process.send_signal(how)
        status = self.process.wait(60)
        assert self.process.stdout is not None
        self.said += [line.strip() for line in self.process.stdout]
        self.process.stdout.close()
        return status


def staying(data_dir: Path, until: str, *words: str) -> Foreground:
    """Start a command that stays and return once it has said a line."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "app.cli", *words],
        cwd=ROOT,
        env=variables(data_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    one = Foreground(process)
    one.read_until(until)
    return one


def servers(data_dir: Path) -> Foreground:
    """Start `frontdesk servers` and return once it is ready."""
    return staying(data_dir, "Servers are ready", "servers")


def answers(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_help_lists_every_command() -> None:
    said = frontdesk(Path("/nowhere"), "--help").stdout
    for name in (
        "run",
        "engine",
        "doctor",
        "demo-info",
        "train",
        "check",
        "dlq",
        "shell",
        "bench",
        "eval",
        "migrate",
        "schema",
    ):
        assert re.search(rf"\b{name}\b", said), name


def test_help_loads_nothing_heavy() -> None:
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app.cli", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    heavy = r"\| +(langgraph|fastapi|psycopg|pydantic|nemoguardrails|uvicorn|redis|cel_expr_python)$"
    assert re.findall(heavy, asked.stderr, re.MULTILINE) == []


def test_a_mistaken_variable_is_one_line_and_status_1(data_dir: Path) -> None:
    ended = frontdesk(data_dir, "run", FRONTDESK_PORT="many")
    assert ended.returncode == 1
    assert re.fullmatch(r"frontdesk: FRONTDESK_PORT \(it is 'many'\): .*\n", ended.stderr)


def test_demo_info_without_a_demo_says_how_to_start_one(data_dir: Path) -> None:
    ended = frontdesk(data_dir, "demo-info", "--json")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Start it with `make run`" in ended.stderr


def test_an_engine_without_servers_says_how_to_start_them(data_dir: Path) -> None:
    ended = frontdesk(data_dir, "engine", "--port", "0")
    assert ended.returncode == 1
    assert "No Frontdesk runs on" in ended.stderr


def test_doctor_names_each_thing_and_its_remedy(data_dir: Path) -> None:
    ended = frontdesk(data_dir, "doctor", FRONTDESK_WEB_DIST=str(data_dir / "none"))
    found = dict(re.findall(r"^(?:ok|problem) +(\S+(?: \S+)*?)  +(.*)$", ended.stdout, re.MULTILINE))
    assert found["PostgreSQL"].startswith("postgres (PostgreSQL) 18")
    assert "make setup" in found["web pages"]
    assert ended.returncode == 1


def test_check_finds_nothing_wrong_with_the_book_that_ships(data_dir: Path) -> None:
    ended = frontdesk(data_dir, "check")
    assert ended.returncode == 0, ended.stdout + ended.stderr


async def test_servers_start_refuse_a_second_instance_and_stop_as_one(data_dir: Path) -> None:
    one = await asyncio.to_thread(servers, data_dir)
    addresses = running_addresses(data_dir)
    async with await psycopg.AsyncConnection.connect(addresses.database_url) as conn:
        found = await conn.execute("select count(*) from schema_migrations")
        assert (await found.fetchone() or (0,))[0] >= 1
    assert addresses.shop_url is not None
    assert answers(addresses.shop_url)

    second = await asyncio.to_thread(frontdesk, data_dir, "run", FRONTDESK_PORT="0")
    assert second.returncode == 1
    assert f"already runs on {data_dir} (process {one.process.pid}" in second.stderr
    migrated = await asyncio.to_thread(frontdesk, data_dir, "migrate")
    assert migrated.stdout == "The schema is up to date.\n"

    assert await asyncio.to_thread(one.end) == 0
    assert not answers(addresses.shop_url)
    assert not list((data_dir / "postgres").rglob("postmaster.pid"))


async def test_what_a_killed_frontdesk_left_behind_is_adopted(data_dir: Path) -> None:
    first = await asyncio.to_thread(servers, data_dir)
    await asyncio.to_thread(first.end, signal.SIGKILL)
    left = read_pid_file(data_dir / "postgres" / "cluster")
    before = json.loads((data_dir / "run" / "addresses.json").read_text())

    second = await asyncio.to_thread(servers, data_dir)
    assert [line for line in second.said if "still runs from before" in line] != []
    assert read_pid_file(data_dir / "postgres" / "cluster") == left
    assert json.loads((data_dir / "run" / "addresses.json").read_text()) == before
    assert await asyncio.to_thread(second.end, signal.SIGINT) == 0


async def test_run_serves_and_a_second_engine_shares_its_servers(data_dir: Path) -> None:
    one = await asyncio.to_thread(staying, data_dir, "Engine serves", "run", "--port", "0")
    address = re.findall(r"starts at (http://\S+),", "\n".join(one.said))[0]
    assert await healthy(int(address.rpartition(":")[2]))

    two = await asyncio.to_thread(staying, data_dir, "Engine serves", "engine", "--port", "0")
    second = re.findall(r"starts at (http://\S+)", "\n".join(two.said))[0]
    assert second != address
    assert await healthy(int(second.rpartition(":")[2]))
    assert await asyncio.to_thread(two.end) == 0
    assert await healthy(int(address.rpartition(":")[2]))

    assert await asyncio.to_thread(one.end, signal.SIGINT) == 0
    assert one.said[-1] == "Stopped"
    assert not answers(address)


class Desk(BaseHTTPRequestHandler):
    """A front desk of two replies, on the REST channel's address."""

    heard: list[dict[str, object]] = []  # noqa: RUF012 - one server a test module

    def do_GET(self) -> None:
        """Answer the health question."""
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Answer any message with a reply and its buttons."""
        Desk.heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        button = {"title": "Yes", "payload": "/affirm"}
        body = json.dumps([{"recipient_id": "x", "text": "It arrived [1].", "buttons": [button]}]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def test_the_shell_sends_what_is_typed_and_shows_reply_and_buttons(data_dir: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as desk:
        threading.Thread(target=desk.serve_forever, daemon=True).start()
        ended = subprocess.run(
            [*SHELL, "--url", f"http://127.0.0.1:{desk.server_port}", "--customer", "C-1001"],
            cwd=ROOT,
            env=variables(data_dir),
            input="where is #1042?\n\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        desk.shutdown()
    assert "It arrived [1]." in ended.stdout
    assert "/affirm" in ended.stdout
    heard = Desk.heard[-1]
    assert heard["message"] == "where is #1042?"
    assert isinstance(heard["metadata"], dict)
    assert heard["metadata"]["customer_id"] == "C-1001"


def test_the_shell_finds_the_demo_that_runs(data_dir: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as desk:
        threading.Thread(target=desk.serve_forever, daemon=True).start()
        (data_dir / "demo.json").write_text(json.dumps({"base_url": f"http://127.0.0.1:{desk.server_port}"}))
        ended = subprocess.run(
            SHELL,
            cwd=ROOT,
            env=variables(data_dir),
            input="hello\n\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        shown = frontdesk(data_dir, "demo-info")
        desk.shutdown()
    assert "It arrived [1]." in ended.stdout, ended.stderr
    assert f"http://127.0.0.1:{desk.server_port}/docs" in shown.stdout
    assert "Ctrl-C" not in shown.stdout


@pytest.mark.parametrize("stale", [False, True])
def test_the_shell_says_in_one_line_when_nothing_runs(data_dir: Path, stale: bool) -> None:
    if stale:
        (data_dir / "demo.json").write_text(json.dumps({"base_url": "http://127.0.0.1:9"}))
    ended = frontdesk(data_dir, "shell")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"frontdesk: No Frontdesk runs on {data_dir}.")
    assert ended.stderr.count("\n") == 1


def test_the_shell_says_when_nobody_answers(data_dir: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", "shell", "--url", "http://127.0.0.1:9"],
        cwd=ROOT,
        env=variables(data_dir),
        input="hello\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "frontdesk: http://127.0.0.1:9 does not answer. Start it with `frontdesk run`.\n"
