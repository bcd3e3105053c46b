"""A knowledge base to measure: PostgreSQL of its own, with the sample articles and the encoder of NLU."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from app.db import Database, migrate
from app.embedded.children import free_port
from app.embedded.lock import prepare_data_dir
from app.embedded.postgres import postgres_for, read_pid_file
from app.embedded.supervisor import Supervisor


@dataclass(frozen=True, kw_only=True)
class Store:
    """A database that was started to be measured."""

    database: Database
    url: str
    """The owner's address."""
    pid: int


@contextlib.asynccontextmanager
async def database_of_our_own() -> AsyncIterator[Store]:
    """Start an empty, migrated database in a temporary folder, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-knowledge-", ignore_cleanup_errors=True) as folder:
        prepare_data_dir(Path(folder))
        server, supervisor = postgres_for(Path(folder), free_port(), durable=False), Supervisor(say=print)
        await supervisor.start(server)
        try:
            await server.ensure_database()
            await migrate(server.url)
            database = Database(server.url)
            await database.open()
            try:
                found = read_pid_file(server.cluster)
                yield Store(database=database, url=server.url, pid=found.pid if found else 0)
            finally:
                await database.close()
        finally:
            await supervisor.stop()
