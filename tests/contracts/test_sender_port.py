"""Senders against the suite of their port; those of connectors in `test_channel_senders`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.db import Database
from app.email.delivering import MailSender, Server
from app.privacy.vault import Vault
from tests.contracts.sender_port import SenderBench, SenderPort, an_errand
from tests.peers.faults import serving
from tests.peers.post_office import PostOffice, post_office
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


@dataclass
class MailServer:
    """A mail server that takes what it is given; it knows a mail again by nothing."""

    office: PostOffice
    idempotent: bool = False

    def shown(self) -> list[str]:
        return [next(iter(mail.iter_parts())).get_content().strip() for _, mail in self.office.mails]  # type: ignore[attr-defined]

    def fail(self, how: Any) -> None:
        self.office.faults.append(how)


class TestMailSender(SenderPort):
    """Answers by mail."""

    @pytest.fixture
    async def bench(self, database: str, tmp_path: Path) -> AsyncIterator[SenderBench]:
        pool = Database(database, most=2)
        await pool.open()
        async with post_office() as office:
            port = office.port
            sender = MailSender(
                tenants=pool,
                vault=Vault.from_file(tmp_path / "keys", create=True),
                server=Server(
                    host="127.0.0.1", port=port, tls=False, start_tls=None, user=None, password=None
                ),
                address="help@shop.example",
                name=lambda tenant: "Lamps and more",
                clock=lambda: datetime.now(UTC),
            )
            errand = an_errand("email", "ann@example.org")
            yield SenderBench(sender=sender, provider=MailServer(office), errand=errand)
        await pool.close()
