"""Two checkpointers behind one door: ours, and LangGraph's own for PostgreSQL as the reference."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from app.privacy.vault import Vault
from app.turns.claim import checkpoint_place
from app.turns.saver import Snapshot, TurnSaver

TENANT = "acme"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
INSERT = """insert into checkpoints
  (tenant_id, thread_id, ns, checkpoint_id, parent_id, seq, data, writes, created_at)
  values (%s, %s, '', %s, %s,
    coalesce((select max(seq) from checkpoints where thread_id = %s), 0) + 1, %s, %s, %s)"""
NEWEST = """select checkpoint_id, parent_id, data, writes from checkpoints
  where tenant_id = %s and thread_id = %s order by seq desc limit 1"""


class Checkpointers(Protocol):
    """Opens a saver for one thread as a fresh process would, and keeps what it left."""

    def opened(self, thread_id: str) -> Any:
        """Return an async context manager that yields a saver."""


class OurTable:
    """`TurnSaver` with the commit's statement, over the encrypted table."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.vault = Vault.from_file(folder / "keys", create=True)

    @asynccontextmanager
    async def opened(self, thread_id: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
        """Load the thread's row, and store what the turn left."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as conn:
            row = await (await conn.execute(NEWEST, [TENANT, thread_id])).fetchone()
            saver = TurnSaver(thread_id, self._opened(thread_id, row))
            yield saver
            if (left := saver.snapshot()) is not None:
                await conn.execute(INSERT, self._row(thread_id, left))

    def _opened(self, thread_id: str, row: Any) -> Snapshot | None:
        if row is None:
            return None
        checkpoint_id, parent_id, data, writes = row
        return Snapshot(
            checkpoint_id=checkpoint_id,
            parent_id=parent_id,
            data=self.vault.open(TENANT, data, checkpoint_place(thread_id, checkpoint_id, "data")),
            writes=self.vault.open(TENANT, writes, checkpoint_place(thread_id, checkpoint_id, "writes"))
            if writes
            else None,
        )

    def _row(self, thread_id: str, left: Snapshot) -> list[Any]:
        data = self.vault.seal(TENANT, left.data, checkpoint_place(thread_id, left.checkpoint_id, "data"))
        writes = (
            self.vault.seal(TENANT, left.writes, checkpoint_place(thread_id, left.checkpoint_id, "writes"))
            if left.writes
            else None
        )
        return [TENANT, thread_id, left.checkpoint_id, left.parent_id, thread_id, data, writes, NOW]


class Reference:
    """LangGraph's `AsyncPostgresSaver`, in a database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_set_up = False

    @asynccontextmanager
    async def opened(self, thread_id: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
        """Connect anew, as another process would."""
        async with AsyncPostgresSaver.from_conn_string(self.url) as saver:
            if not self.is_set_up:
                await saver.setup()
                self.is_set_up = True
            yield saver
