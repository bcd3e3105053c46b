"""Our own programs beside the engine, the supervisor's words, and one instance a data folder."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands.serving import listening
from app.embedded.addresses import Addresses, running_addresses, save_addresses
from app.embedded.children import (
    SHOP,
    Child,
    child_port,
    free_port,
    healthy,
    nlu_environment,
    shop_child,
)
from app.embedded.errors import AlreadyRunning, DiskFull, EmbeddedError, NothingRuns, NotReady, PortTaken
from app.embedded.lock import hold, holder, prepare_data_dir
from app.embedded.process import LONGEST_LOG, Launch, pid_alive, start
from app.embedded.supervisor import Supervised, Supervisor, backoff
from app.embedded.training import forget_interrupted
from app.settings import Settings

ROOT = Path(__file__).parents[2]
FILE_SERVER = """
import http.server, sys
place = ("127.0.0.1", int(sys.argv[-1]))
http.server.ThreadingHTTPServer(place, http.server.SimpleHTTPRequestHandler).serve_forever()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
OWNER = """
import pathlib, sys, time
from app.embedded.lock import hold
with hold(pathlib.Path(sys.argv[1]), "x"):
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        prepare_data_dir(Path(folder))
        yield Path(folder)


def answering(data_dir: Path, port: int, mark: str = "") -> Child:
    """A child that answers its health question: Python's own file server."""
    (data_dir / "healthz").write_text("fine")
    return Child(
        name="answering",
        argv=[sys.executable, "-c", FILE_SERVER],
        data_dir=data_dir,
        port=port,
        cwd=data_dir,
        mark=mark,
    )


def ending(data_dir: Path) -> Child:
    """A child that ends at once, with a reason in its log."""
    code = "print('no model in /nowhere'); raise SystemExit(3)"
    return Child(name="ending", argv=[sys.executable, "-c", code], data_dir=data_dir, port=1, cwd=data_dir)


async def leave_behind(child: Child) -> Supervised:
    """Start a child whose Frontdesk then is no more."""
    one = await Supervisor(print).start(child)
    assert one.watch is not None
    one.watch.cancel()
    return one


async def test_the_sample_company_runs_as_a_child_with_our_token(data_dir: Path) -> None:
    token = data_dir / "token"
    token.write_text("secret-of-the-test")
    supervisor = Supervisor(print)
    child = shop_child(data_dir, token, free_port())
    await supervisor.start(child)
    try:
        ask = urllib.request.Request(f"{child.url}/customers/C-1001")
        ask.add_header("Authorization", "Bearer secret-of-the-test")
        assert b"Marta" in await asyncio.to_thread(lambda: urllib.request.urlopen(ask).read())
    finally:
        await supervisor.stop()
    assert not await healthy(child.port)


async def test_a_child_left_behind_is_adopted_when_it_serves_the_same_purpose(data_dir: Path) -> None:
    one = await leave_behind(answering(data_dir, free_port(), mark="model-1"))
    port = child_port(data_dir, "answering")
    supervisor = Supervisor(print)
    adopted = await supervisor.start(answering(data_dir, port, mark="model-1"))
    assert (adopted.adopted, adopted.running.pid) == (True, one.running.pid)
    await supervisor.stop()
    assert one.running.own is not None
    await asyncio.to_thread(one.running.own.wait, 5)
    assert not one.running.alive


async def test_a_child_left_behind_for_another_purpose_is_ended_and_replaced(data_dir: Path) -> None:
    one = await leave_behind(answering(data_dir, free_port(), mark="model-1"))
    port = child_port(data_dir, "answering")
    supervisor = Supervisor(print)
    fresh = await supervisor.start(answering(data_dir, port, mark="model-2"))
    assert (fresh.adopted, one.running.alive, await healthy(port)) == (False, False, True)
    await supervisor.stop()


async def test_a_record_that_names_another_program_is_ignored(data_dir: Path) -> None:
    (data_dir / "run").mkdir()
    (data_dir / "run" / f"{SHOP}.json").write_text(f'{{"pid": {os.getpid()}, "port": 4711, "purpose": "x"}}')
    assert await shop_child(data_dir, data_dir / "token", free_port()).adopt() is None
    assert pid_alive(os.getpid())


async def test_a_child_that_ends_at_once_is_told_with_the_end_of_its_log(data_dir: Path) -> None:
    with pytest.raises(NotReady, match="ended with status 3") as told:
        await Supervisor(print).start(ending(data_dir))
    assert "no model in /nowhere" in str(told.value)


async def test_a_child_that_never_answers_is_told_with_its_patience(data_dir: Path) -> None:
    child = Child(
        name="silent",
        argv=[sys.executable, "-c", "import time; time.sleep(60)"],
        data_dir=data_dir,
        port=free_port(),
        cwd=data_dir,
        patience_s=0.2,
    )
    supervisor = Supervisor(print)
    with pytest.raises(NotReady, match=r"not ready within 0\.2 s"):
        await supervisor.start(child)
    await supervisor.stop()
    assert not supervisor.kept["silent"].running.alive


def test_a_log_that_grew_too_long_is_set_aside_at_the_next_start(data_dir: Path) -> None:
    log = data_dir / "log" / "long.log"
    with log.open("wb") as file:
        file.truncate(LONGEST_LOG + 1)
    ended = start(Launch(argv=[sys.executable, "-c", "print('new')"], log=log))
    assert ended.own is not None
    ended.own.wait()
    assert log.read_text() == "new\n"
    assert log.with_name("long.log.1").stat().st_size == LONGEST_LOG + 1


def test_waits_between_starts_double_up_to_half_a_minute() -> None:
    assert [backoff(n) for n in range(8)] == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


async def test_a_program_that_ignores_the_request_to_end_is_killed(data_dir: Path) -> None:
    stubborn = start(Launch(argv=[sys.executable, "-c", STUBBORN], log=data_dir / "log" / "stubborn.log"))
    while "up" not in (data_dir / "log" / "stubborn.log").read_text():  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await stubborn.stop(within_s=0.2)
    assert (stubborn.alive, stubborn.exit_text) == (False, "was killed by signal 9")


def test_a_second_instance_is_told_who_owns_the_folder(data_dir: Path) -> None:
    with hold(data_dir, "http://127.0.0.1:5005"):
        with pytest.raises(AlreadyRunning) as told, hold(data_dir, "http://127.0.0.1:6006"):
            pass
        assert f"process {os.getpid()}, http://127.0.0.1:5005" in str(told.value)
        found = holder(data_dir)
        assert found is not None
        assert found.pid == os.getpid()
    assert holder(data_dir) is None


def test_a_killed_owner_leaves_the_folder_free(data_dir: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(data_dir)], stdout=subprocess.PIPE, cwd=ROOT)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"mine\n"
    assert holder(data_dir) is not None
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    with hold(data_dir, "y"):
        assert holder(data_dir) is not None


def test_too_little_room_is_told_before_anything_starts(data_dir: Path) -> None:
    with pytest.raises(DiskFull, match="MB are needed"):
        prepare_data_dir(data_dir, wanted_mb=10**12)


def test_a_data_folder_that_cannot_be_made_is_explained(data_dir: Path) -> None:
    (data_dir / "file").write_text("")
    with pytest.raises(EmbeddedError, match="Set FRONTDESK_DATA_DIR"):
        prepare_data_dir(data_dir / "file" / "state")


def test_a_taken_port_is_told_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"FRONTDESK_PORT={port + 1}"), listening(Settings(port=port)):
            pass


def test_callers_wait_from_the_moment_the_port_is_taken() -> None:
    with listening(Settings(port=0)) as listener, socket.create_connection(listener.getsockname()):
        pass


def test_a_second_engine_finds_the_servers_only_while_they_run(data_dir: Path) -> None:
    addresses = Addresses(
        database_url="postgresql://a", redis_url="unix://b", nlu_url=None, shop_url=None, shop_token=None
    )
    save_addresses(data_dir, addresses)
    with pytest.raises(NothingRuns, match="make run"):
        running_addresses(data_dir)
    with hold(data_dir, "here"):
        assert running_addresses(data_dir) == addresses
    assert (data_dir / "run" / "addresses.json").stat().st_mode & 0o077 == 0


def test_addresses_become_settings_with_hidden_passwords() -> None:
    addresses = Addresses(
        database_url="postgresql://u:hunter2@/x",
        redis_url="unix://b",
        nlu_url="http://127.0.0.1:1",
        shop_url="http://127.0.0.1:2",
        shop_token="hunter3",
    )
    settings = addresses.into(Settings(), port=7)
    assert settings.url_of("database") == "postgresql://u:hunter2@/x"
    assert settings.nlu_url == "http://127.0.0.1:1"
    assert settings.port == 7
    assert "hunter" not in repr(settings)


def test_a_free_port_is_the_preferred_one_unless_it_is_taken() -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port
    assert free_port(port) == port


def test_scratch_of_an_interrupted_training_is_removed_and_nothing_else(data_dir: Path) -> None:
    kept, gone = ("model/encoder.onnx", "training/nlu.yml", "tmp.txt"), ("tmpab12/x", "model/tmpcd34/a/b")
    for name in (*kept, *gone):
        (data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (data_dir / name).write_text("x")

    forget_interrupted(data_dir)

    assert all((data_dir / name).exists() for name in kept)
    assert not any((data_dir / name).parent.exists() for name in gone)


def test_nlu_writes_its_settings_into_the_data_folder(data_dir: Path) -> None:
    home = data_dir / "nlu" / "home"
    ask = "import os; print(os.path.expanduser('~/.config/rasa/global.yml'), os.environ['XDG_CONFIG_HOME'])"
    log = data_dir / "log" / "asked.log"
    asked = start(Launch(argv=[sys.executable, "-c", ask], log=log, env=nlu_environment(home)))

    asyncio.run(asked.ended())

    assert log.read_text().split() == [f"{home}/.config/rasa/global.yml", f"{home}/.config"]
