"""`python -m tests.chaos.outbox_engine`: the outbox of one engine, as a process that can be killed."""

import argparse
import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from app.db import Database
from app.outbox.deps import OutboxDeps
from app.outbox.dispatcher import OutboxDispatcher
from app.privacy.vault import Vault
from app.turns.hub import Hub
from policies.delivery import DeliveryRules
from tests.peers.provider import ProviderSender

ATTEMPT_S, LEASE_S = 0.5, 1.5
"""Short, so that what a killed engine held is carried again while the test looks."""


async def main() -> None:
    """Carry until told to stop."""
    parser = argparse.ArgumentParser()
    for name in ("--database", "--redis", "--provider", "--tenant"):
        parser.add_argument(name, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    options = parser.parse_args()
    database, hub = Database(options.database, most=6, wait_s=2.0), Hub(Redis.from_url(options.redis))
    await database.open()
    hub.start()
    async with aiohttp.ClientSession() as session:
        deps = OutboxDeps(
            tenants=database,
            vault=Vault.from_file(options.keys, create=False),
            hub=hub,
            clock=lambda: datetime.now(UTC),
            senders={"sms": ProviderSender(session, options.provider, timeout_s=ATTEMPT_S)},
            rules=lambda tenant: DeliveryRules(),
            attempt_s=ATTEMPT_S,
            lease_s=LEASE_S,
        )
        dispatcher, ended = OutboxDispatcher(deps, options.tenant), asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        dispatcher.start()
        print("ready", flush=True)
        await ended.wait()
        await dispatcher.stop()
    await hub.stop()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
