"""An outbox over a real database: customers who write on channels, and providers who may fail."""

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp

from app.outbox.deps import OutboxDeps
from app.outbox.dispatcher import OutboxDispatcher
from app.outbox.reports import Reports
from policies.delivery import DeliveryRules
from tests.integration.front import TENANT, Front
from tests.peers.faults import serving
from tests.peers.provider import Provider, ProviderSender

STATES = """select o.channel, o.state, o.attempts, o.error from outbox o
  where o.conversation_id = %s order by o.entry_no, o.outbox_id"""


@dataclass
class OutboxHouse:
    """One engine's outbox."""

    front: Front
    deps: OutboxDeps
    dispatcher: OutboxDispatcher
    providers: dict[str, Provider]
    rules: dict[str, DeliveryRules] = field(default_factory=dict)

    @property
    def sms(self) -> Provider:
        """The provider that most tests use."""
        return self.providers["sms"]

    async def writes(self, channel: str = "sms", address: str = "", **message: Any) -> tuple[str, str]:
        """Let a customer write on a channel; their conversation and address."""
        address = address or f"+49-{secrets.token_hex(5)}"
        body = {
            "channel": channel,
            "message_id": secrets.token_hex(6),
            "address": address,
            "text": "hello",
            **message,
        }
        status, stored = await self.front.call("POST", "/api/v1/messages", body)
        assert status == 202, stored
        return str(stored["conversation_id"]), address

    async def told(self, conversation_id: str, *texts: str, **draft: Any) -> None:
        """Answer, and carry what is due now."""
        await self.front.answers(conversation_id, *texts, **draft)
        await self.carry()

    async def carry(self, after_s: float = 0.0) -> None:
        """Let time pass, and have all carried that is due then."""
        self.front.clock.ahead += timedelta(seconds=after_s)
        for _ in range(100):
            busy = await self.dispatcher.look()
            await self.dispatcher.settled()
            if not busy:
                return
        raise AssertionError("the outbox never rests")

    async def lines(self, conversation_id: str) -> list[tuple[Any, ...]]:
        """Channel, state, failed attempts and error of a conversation's lines."""
        async with self.front.database.tenant(TENANT) as conn:
            return await (await conn.execute(STATES, [conversation_id])).fetchall()

    async def states(self, conversation_id: str) -> list[str]:
        """The states of a conversation's lines."""
        return [line[1] for line in await self.lines(conversation_id)]

    async def verify(
        self, conversation_id: str, channel: str, address: str, *, verified: bool = True
    ) -> None:
        """Note an address of the conversation's customer on another channel."""
        vault, index = self.front.vault, self.front.vault.blind_index(TENANT, f"{channel}:{address}")
        sealed = vault.seal(TENANT, address.encode(), f"identities:address:{index.hex()}")
        async with self.front.database.tenant(TENANT) as conn:
            await conn.execute(
                """insert into identities (tenant_id, channel, address_index, address, customer_id, verified)
                   select tenant_id, %s, %s, %s, customer_id, %s from conversations
                   where conversation_id = %s""",
                [channel, index, sealed, verified, conversation_id],
            )


@contextlib.asynccontextmanager
async def outbox_house(front: Front, *channels: str, **options: float) -> AsyncIterator[OutboxHouse]:
    """Open an outbox beside a front door; what an earlier one left counts as sent."""
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update outbox set state = 'sent'")
    rules = {TENANT: DeliveryRules()}
    providers = {channel: Provider() for channel in channels}
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        urls = {name: await stack.enter_async_context(serving(one.app())) for name, one in providers.items()}
        deps = OutboxDeps(
            tenants=front.database,
            vault=front.vault,
            hub=front.hub,
            clock=front.clock,
            senders={name: ProviderSender(session, url, timeout_s=2.0) for name, url in urls.items()},
            rules=lambda tenant: rules[tenant],
            base_url="https://help.example",
        )
        deps = replace(deps, **options) if options else deps
        dispatcher = OutboxDispatcher(deps, TENANT)
        await dispatcher.look()
        yield OutboxHouse(front, deps, dispatcher, providers, rules)
        await dispatcher.stop()


def reports_of(house: OutboxHouse) -> Reports:
    """Who takes what providers say."""
    return Reports(house.deps)
