"""`python -m tests.chaos.door_engine PLAN`: an engine's doors and outbox in a process that can be killed.

Webhooks pass through to the connectors, which hand messages in; mails come by SMTP; everything that is
stored is answered by a script, and the answers are carried back to where the customers wrote.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from redis.asyncio import Redis

from app.channels.build import Connectors, include_channels
from app.channels.kit.edges import (
    HELP,
    TENANT,
    files_over,
    gateway_over,
    mails_over,
    nobody_hands_over,
    now,
    thought_of,
)
from app.channels.process import ChannelsProcess
from app.channels.sender import ConnectorSender
from app.channels.ways import WaysBack
from app.db import Database, DatabaseGone
from app.email.deps import Mailbox, MailDeps
from app.email.smtp_in import SmtpServer
from app.outbox.deps import OutboxDeps
from app.outbox.dispatcher import OutboxDispatcher
from app.outbox.reports import Reports
from app.privacy.vault import Vault
from app.problems import speak_problems
from app.turns.claim import Claim
from app.turns.hub import Hub
from app.turns.store import Thought, TurnStore
from graphs.draft import Draft, Reply
from graphs.events import CustomerSays
from policies.delivery import DeliveryRules

ATTEMPT_S, LEASE_S, TURN_LEASE_S = 8.0, 9.0, 1.5
"""Short, so that what a killed engine held goes on while the test looks."""
LOOK_S = 0.05


class DoorPlan(BaseModel):
    """Where the engine stands, and what stands around it."""

    database_url: str
    redis_url: str
    folder: Path
    port: int
    smtp_port: int
    office_port: int
    """Of the mail server that takes answers."""
    channels_url: str
    channels_token: str
    channels: tuple[str, ...]


class DoorEngine:
    """Everything of one engine that takes messages in and carries answers out."""

    def __init__(self, plan: DoorPlan, session: aiohttp.ClientSession, redis: Redis) -> None:
        self.plan = plan
        self.database, self.hub = Database(plan.database_url, most=8, wait_s=2.0), Hub(redis)
        self.vault = Vault.from_file(plan.folder / "keys", create=True)
        process = ChannelsProcess(plan.channels_url, plan.channels_token, session)
        ways = WaysBack(self.database, self.vault, now)
        self.connectors = Connectors(process=process, ways=ways, sender=ConnectorSender(process, ways))
        self.store = TurnStore(
            self.database, self.vault, open_handoff=nobody_hands_over, clock=now, lease_s=TURN_LEASE_S
        )
        mails = mails_over(self.database, self.vault, plan.office_port)
        self.outbox = OutboxDeps(
            tenants=self.database,
            vault=self.vault,
            hub=self.hub,
            clock=now,
            senders={**dict.fromkeys(plan.channels, self.connectors.sender), "email": mails},
            rules=lambda tenant: DeliveryRules(),
            attempt_s=ATTEMPT_S,
            lease_s=LEASE_S,
        )
        self.files = files_over(self.database, self.vault, plan.folder)
        self.gateway = gateway_over(self.database, self.vault, self.hub, self.store.accept, self.files)

    def app(self) -> FastAPI:
        """The doors for webhooks, and for the connectors behind them."""
        app = FastAPI(openapi_url=None)
        speak_problems(app)
        include_channels(app, self.connectors, self.gateway, None, Reports(self.outbox))

        @app.get("/healthz")
        async def healthy() -> str:
            return "open"

        return app

    async def answers(self) -> None:
        """Answer whatever is due, one message after the other."""
        while True:
            try:
                if (claim := await self.store.claim()) is not None:
                    await self.store.commit(claim, scripted(claim))
                    self.hub.changed(TENANT, claim.conversation_id)
                    continue
            except DatabaseGone:
                pass
            await asyncio.sleep(LOOK_S)

    @contextlib.asynccontextmanager
    async def runs(self) -> AsyncIterator[None]:
        """Take mails, answer and carry inside the block."""
        await self.database.open()
        self.hub.start()
        mailbox = Mailbox(addresses=(HELP,), believes_loopback=True)
        mails = MailDeps(
            gateway=self.gateway, mailbox=mailbox, files=self.files, delivery_changed=Reports(self.outbox)
        )
        smtp = SmtpServer(mails, "127.0.0.1", self.plan.smtp_port)
        dispatcher = OutboxDispatcher(self.outbox, TENANT)
        await smtp.start()
        dispatcher.start()
        answering = asyncio.create_task(self.answers())
        yield
        answering.cancel()
        await smtp.stop()
        await dispatcher.stop()
        await self.hub.stop()
        await self.database.close()


def scripted(claim: Claim) -> Thought:
    """Say again what the customer said."""
    said = claim.event.text if isinstance(claim.event, CustomerSays) else ""
    return thought_of(Draft(replies=[Reply(text=f"You wrote {said.strip()}.")]))


async def main(plan: DoorPlan) -> None:
    """Serve until the process is ended."""
    async with aiohttp.ClientSession() as session:
        engine = DoorEngine(plan, session, Redis.from_url(plan.redis_url))
        config = uvicorn.Config(
            engine.app(), port=plan.port, log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        async with engine.runs():
            await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(DoorPlan.model_validate_json(Path(sys.argv[1]).read_bytes())))
