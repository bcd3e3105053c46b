"""Real servers for the tests, started once; and a guard that fails any test that leaves this machine."""

import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from app.db import migrate
from app.embedded.children import NLU_PYTHON, free_port, nlu_child
from app.embedded.lock import prepare_data_dir
from app.embedded.postgres import Postgres, postgres_for
from app.embedded.supervisor import Supervisor
from app.embedded.valkey import Valkey
from tests.learning import trained
from tests.loopback import guard
from tests.spreading import ByInstallation

TEMPLATE = "migrated"
pytest_plugins = ["tests.integration.shop_process"]


sys.addaudithook(guard)
# A busy machine is no finding: how long an example takes is for benchmarks.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByInstallation:
    """Spread the tests over processes, where there are several."""
    return ByInstallation(config, log)


@pytest.fixture(scope="session")
def servers_dir() -> Iterator[Path]:
    """A data folder for this run's servers, short enough for their sockets."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-test-", ignore_cleanup_errors=True) as folder:
        prepare_data_dir(Path(folder))
        yield Path(folder)


@pytest.fixture(scope="session")
async def supervisor() -> AsyncIterator[Supervisor]:
    """Keeps this run's servers alive and stops them at the end."""
    kept = Supervisor(say=print)
    yield kept
    await kept.stop()


@pytest.fixture(scope="session")
async def postgres(servers_dir: Path, supervisor: Supervisor) -> Postgres:
    """A real PostgreSQL with one migrated database to clone from."""
    server = postgres_for(servers_dir, free_port(), durable=False)
    await supervisor.start(server)
    await server.ensure_database()
    await _run(server, f"create database {TEMPLATE}")
    await migrate(server.url_of(TEMPLATE))
    return server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """The address of an empty database in that PostgreSQL, as its owner."""
    return postgres.url


@pytest.fixture(scope="module")
async def database(postgres: Postgres) -> AsyncIterator[str]:
    """The address of a freshly migrated database for one test module, as its owner."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    await _run(postgres, f"create database {name} template {TEMPLATE}")
    yield postgres.url_of(name)
    await _run(postgres, f"drop database {name} with (force)")


@pytest.fixture(scope="session")
async def valkey_url(servers_dir: Path, supervisor: Supervisor) -> str:
    """The address of a real Valkey."""
    server = Valkey(servers_dir)
    await supervisor.start(server)
    return server.url


@pytest.fixture(scope="session")
async def nlu_server(servers_dir: Path, supervisor: Supervisor) -> str:
    """The address of a real NLU service with the rule book's model."""
    if not NLU_PYTHON.exists():
        pytest.skip("NLU's environment nlu/.venv is missing; `make setup` makes it")
    model = await trained()
    server = nlu_child(servers_dir, model.folder, model.fingerprint, free_port())
    await supervisor.start(server)
    return server.url


async def _run(server: Postgres, statement: str) -> None:
    async with await psycopg.AsyncConnection.connect(server.url_of("postgres"), autocommit=True) as conn:
        await conn.execute(statement)
