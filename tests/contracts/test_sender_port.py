"""Senders against the suite of their port."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.contracts.sender_port import SenderBench, SenderPort, an_errand
from tests.peers.faults import serving
from tests.peers.provider import Provider, ProviderSender


@dataclass
class LoopbackProvider:
    """The provider of these tests."""

    provider: Provider
    idempotent: bool = True

    def shown(self) -> list[str]:
        return [one["text"] for one in self.provider.shown]

    def fail(self, how: Any) -> None:
        self.provider.faults.append(how)


class TestLoopbackSender(SenderPort):
    """The sender with which the outbox itself is tested."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[SenderBench]:
        provider = Provider()
        async with serving(provider.app()) as url, aiohttp.ClientSession() as session:
            sender = ProviderSender(session, url)
            yield SenderBench(sender=sender, provider=LoopbackProvider(provider), errand=an_errand("sms"))
