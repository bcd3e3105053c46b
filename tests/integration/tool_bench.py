"""The tools as they run in production: over the shop's HTTP API, with the journal in PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import aiohttp

from app.db import Database
from app.privacy.vault import Vault
from tools.catalogue import build_registry, rest_connections
from tools.journal.journal import DatabaseJournal
from tools.runner import Patience, ToolRunner
from tools.spec import Caller

VAULT_KEY = b"k" * 32


def caller(order: dict[str, Any], **changes: Any) -> Caller:
    """The owner of an order, verified unless said otherwise."""
    known = {"tenant_id": "demo", "conversation_id": "cv_1", "customer_id": order["customer_id"]}
    return Caller(**{**known, "verified": True, **changes})


@asynccontextmanager
async def running_tools(
    database: str, shop_url: str, token: str, today: date, patience: Patience | None = None
) -> AsyncIterator[ToolRunner]:
    """A runner with its own connections, as one engine process has them."""
    pool = Database(database, most=4)
    await pool.open()
    async with aiohttp.ClientSession() as session:
        registry = build_registry(rest_connections(session, shop_url, token, lambda: today))
        journal = DatabaseJournal(pool.tenant, Vault({1: VAULT_KEY}))
        yield ToolRunner(registry, journal, patience=patience)
    await pool.close()
