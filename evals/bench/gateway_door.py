"""A front door alone, in a process of its own: `python -m evals.bench.gateway_door PLAN`.

Everything up to the inbox row is the engine's; nobody answers, so what is
measured is what it costs to take messages in and to keep sockets open.
"""

import asyncio
import sys
from pathlib import Path

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel
from redis.asyncio import Redis

from app.auth.authenticate import Authenticator
from app.channels import inbound
from app.channels.build import unheard
from app.channels.kit.edges import files_over, nobody_hands_over, now
from app.channels.ways import WaysBack
from app.db import Database
from app.email.deps import Mailbox, MailDeps
from app.email.smtp_in import SmtpServer
from app.gateway import api_channel, chat_socket
from app.gateway.deps import GatewayDeps
from app.gateway.limits.door import Door
from app.gateway.limits.shared import SharedBuckets
from app.privacy.vault import Vault
from app.problems import speak_problems
from app.turns.hub import Hub
from app.turns.store import TurnStore
from policies.limits import DoorLimits, Rate

TENANT = "bench"
MAILBOX = "help@shop.example"
FREE = Rate(count=10_000_000, per="minute", burst=1_000_000)
LIMITED = Rate(count=60, per="minute", burst=20)
"""The widget's limit in the sample book; the flood passes it fifty times."""
LIMITS = DoorLimits(channels={"web": LIMITED}, other_channels=FREE, company=None, new_visitors=None)


class DoorPlan(BaseModel):
    """Where the door stands, and what stands behind it."""

    database_url: str
    redis_url: str
    keys: Path
    port: int
    smtp_port: int
    channels_token: str


def gateway_of(plan: DoorPlan, database: Database, redis: Redis, hub: Hub) -> GatewayDeps:
    """Put limits and store behind the door."""
    vault = Vault.from_file(plan.keys, create=True)
    keys = {TENANT: vault.derive(TENANT, "limits")}
    loop = asyncio.get_running_loop()
    shared = SharedBuckets(redis, keys.__getitem__, loop.time)
    store = TurnStore(database, vault, open_handoff=nobody_hands_over, clock=now)
    return GatewayDeps(
        tenants=database,
        vault=vault,
        accept=store.accept,
        hub=hub,
        authenticator=Authenticator(database, vault, now),
        clock=now,
        tenant_id=TENANT,
        demo=True,
        company=lambda: "Bench",
        door=Door(shared, lambda tenant: LIMITS, lambda tenant: None, now),
    )


def build(plan: DoorPlan, deps: GatewayDeps) -> FastAPI:
    """Put the routes before it."""
    connectors = inbound.InboundDeps(
        gateway=deps,
        ways=WaysBack(deps.tenants, deps.vault, now),
        token=plan.channels_token,
        delivery_changed=unheard,
    )
    app = FastAPI(openapi_url=None)
    speak_problems(app)
    for router in (api_channel.build_router(deps), chat_socket.build_router(deps)):
        app.include_router(router)
    app.include_router(inbound.build_router(connectors))

    @app.get("/healthz")
    async def healthy() -> str:
        """Say that the door is open."""
        return "open"

    return app


def mails_of(plan: DoorPlan, database: Database, deps: GatewayDeps) -> SmtpServer:
    """Put a mailbox beside it; who hands mails in here is believed."""
    files = files_over(database, Vault.from_file(plan.keys, create=False), plan.keys.parent)
    mailbox = Mailbox(addresses=(MAILBOX,), believes_loopback=True)
    mails = MailDeps(gateway=deps, mailbox=mailbox, files=files, delivery_changed=unheard)
    return SmtpServer(mails, "127.0.0.1", plan.smtp_port)


async def serve(plan: DoorPlan) -> None:
    """Serve until the process is ended."""
    database = Database(plan.database_url, most=20)
    await database.open()
    redis = Redis.from_url(plan.redis_url)
    hub = Hub(redis)
    hub.start()
    deps = gateway_of(plan, database, redis, hub)
    mails = mails_of(plan, database, deps)
    await mails.start()
    config = uvicorn.Config(
        build(plan, deps),
        port=plan.port,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=4096,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        ws_per_message_deflate=False,  # it would cost memory for each socket, for frames of 200 bytes
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        await mails.stop()
        await hub.stop()
        await redis.aclose()
        await database.close()


if __name__ == "__main__":
    uvloop.run(serve(DoorPlan.model_validate_json(Path(sys.argv[1]).read_bytes())))
