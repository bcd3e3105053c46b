"""Webhooks over a real database, with conversations that happen and a receiver that checks signatures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI

from app.auth.authenticate import Authenticator
from app.problems import speak_problems
from app.webhooks.courier import Courier
from app.webhooks.deps import WebhookDeps
from app.webhooks.dispatcher import Dispatcher
from app.webhooks.router import build_router
from tests.integration.front import TENANT, Front, give_key, serving
from tests.peers import faults
from tests.peers.receiver import Receiver
from tools.guarded import guarded_session
from tools.networks import read_networks


@dataclass
class WebhookHouse:
    """An engine's webhooks, and who receives them."""

    front: Front
    deps: WebhookDeps
    dispatcher: Dispatcher
    receiver: Receiver
    receiver_url: str
    api_url: str
    key: str

    async def call(self, method: str, path: str = "", body: Any = None, key: str | None = None) -> Any:
        """Call the API of webhooks; gives status and answer."""
        headers = {"X-API-Key": key or self.key, "Content-Type": "application/json"}
        raw = None if body is None else orjson.dumps(body)
        url = f"{self.api_url}/api/v1/webhooks{path}"
        async with self.front.session.request(method, url, data=raw, headers=headers) as response:
            answer = await response.read()
            return response.status, orjson.loads(answer) if answer else None

    async def subscribe(self, **given: Any) -> str:
        """Make a webhook for the receiver, which learns the secret."""
        status, made = await self.call("POST", "", {"url": f"{self.receiver_url}/hook", **given})
        assert status == 201, made
        self.receiver.secret = made["secret"]
        return str(made["webhook_id"])

    async def dispatch(self) -> None:
        """Let the engine do all that is due now."""
        for _ in range(100):
            busy = await self.dispatcher.look()
            await self.dispatcher.settled()
            if not busy:
                return

    async def told(self, *types: str) -> None:
        """Dispatch until these types have come; an open transaction may hide an event for a moment."""
        for _ in range(100):
            await self.dispatch()
            if set(types) <= set(self.receiver.types()):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{types} did not come, but {self.receiver.types()}")

    async def shown(self, webhook_id: str) -> Any:
        """The webhook as the API shows it."""
        return (await self.call("GET", f"/{webhook_id}"))[1]

    async def messages(self, webhook_id: str) -> list[Any]:
        """Its messages, newest first."""
        return list((await self.call("GET", f"/{webhook_id}/messages"))[1]["items"])


@contextlib.asynccontextmanager
async def webhook_house(front: Front, allowed: str = "127.0.0.0/8") -> AsyncIterator[WebhookHouse]:
    """Open webhooks beside a front door; all that were there before are removed."""
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("delete from webhooks")
    receiver, networks = Receiver(), read_networks(allowed)
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(guarded_session(networks))
        deps = WebhookDeps(
            tenants=front.database,
            vault=front.vault,
            hub=front.hub,
            clock=front.clock,
            courier=Courier(session, timeout_s=0.5),
            networks=networks,
            chance=lambda: 0.0,
        )
        app = FastAPI(docs_url=None, redoc_url=None)
        speak_problems(app)
        app.state.authenticator = Authenticator(front.database, front.vault, front.clock)
        app.include_router(build_router(deps))
        yield WebhookHouse(
            front=front,
            deps=deps,
            dispatcher=Dispatcher(deps, TENANT),
            receiver=receiver,
            receiver_url=await stack.enter_async_context(faults.serving(receiver.app())),
            api_url=await stack.enter_async_context(serving(app)),
            key=await give_key(front, f"hooks-{id(receiver)}", ("webhooks:manage",)),
        )
