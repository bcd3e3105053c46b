"""Engines that die at a step: nothing after it runs, everything before it holds."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from app.gateway.message import Inbound
from app.gateway.ports import Accept, Accepted
from app.outbox.port import ChannelSender, Errand


class Died(BaseException):
    """Stands for an engine that was killed: nothing after it runs."""


class Life:
    """So many steps, then the engine is dead."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def step(self) -> None:
        """Go on, or die."""
        self.steps -= 1
        if self.steps < 0:
            raise Died


class DyingTenants:
    """Transactions of an engine that may die before one, or after its commit."""

    def __init__(self, tenants: Any, life: Life) -> None:
        self._tenants, self._life = tenants, life

    @contextlib.asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[AsyncConnection]:
        self._life.step()
        async with self._tenants.tenant(tenant_id) as conn:
            yield conn
        self._life.step()

    def anyone(self) -> Any:
        return self._tenants.anyone()


class DyingSender:
    """A sender whose engine may die before the provider is asked, or before it hears the answer."""

    def __init__(self, sender: ChannelSender, life: Life) -> None:
        self._sender, self._life = sender, life

    async def deliver(self, errand: Errand) -> str:
        self._life.step()
        provider_id = await self._sender.deliver(errand)
        self._life.step()
        return provider_id


@dataclass(frozen=True)
class DyingAccept:
    """Storing by an engine that may die before it, or after it and before anybody is told."""

    accept: Accept
    life: Life

    async def __call__(self, inbound: Inbound) -> Accepted:
        """See `Accept`."""
        self.life.step()
        accepted = await self.accept(inbound)
        self.life.step()
        return accepted
