"""The regular work on articles: sources whose time has come, articles whose time is over, missing vectors."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.db import Database
from app.knowledge.importing import Importing, order_of
from app.privacy.vault import Vault
from app.rounds import Rounds
from app.settings import Settings
from app.understanding.nlu_client import EmbeddingsAway
from knowledge.ports import Embed
from knowledge.publishing.completing import complete
from knowledge.publishing.expiring import withdraw_expired
from knowledge.sources import repository as sources
from knowledge.sources.found import Unreadable
from knowledge.sources.repository import Source
from tools.guarded import guarded_session
from tools.networks import Network, read_networks

EVERY_S = 60.0
FIRST_IN_S = 45.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class KnowledgeKeeper:
    """Keeps what is published in step with its sources, its days and its encoder."""

    database: Database
    vault: Vault
    embed: Embed
    clock: Callable[[], datetime]
    networks: tuple[Network, ...]

    async def visit(self, tenant_id: str) -> None:
        """Do what is due for one tenant."""
        now = self.clock()
        gone = await withdraw_expired(self.database.tenant, tenant_id, now.date())
        if gone:
            log.info("articles: %s expired and were withdrawn", len(gone))
        while (source := await self._due(tenant_id, now)) is not None:
            await self._take(tenant_id, source, now)
        await self._complete(tenant_id)

    async def _due(self, tenant_id: str, now: datetime) -> Source | None:
        async with self.database.tenant(tenant_id) as conn:
            return await sources.take_due(conn, tenant_id, now)

    async def _take(self, tenant_id: str, source: Source, now: datetime) -> None:
        """Import from one source and keep the report; a source that cannot be read at all says so in it."""
        order = order_of(source.source_id, source.address, source.terms)
        async with guarded_session(self.networks) as session:
            importing = Importing(
                connect=self.database.tenant,
                vault=self.vault,
                embed=self.embed,
                session=session,
                today=now.date(),
                by=source.source_id,
            )
            try:
                report = (await importing.take(tenant_id, order, now)).kept()
            except Unreadable as mistake:
                report = {"summary": str(mistake), "published": False, "lines": []}
        log.info("source %s: %s", source.source_id, report["summary"])
        async with self.database.tenant(tenant_id) as conn:
            await sources.reported(conn, tenant_id, source.source_id, report, now)

    async def _complete(self, tenant_id: str) -> None:
        """Embed what was published while the encoder was away."""
        try:
            if done := await complete(self.database.tenant, tenant_id, self.embed):
                log.info("articles: %s have their vectors now", len(done))
        except EmbeddingsAway:
            log.info("articles: the encoder is away, words find what has no vectors yet")


def knowledge_rounds(
    settings: Settings, database: Database, vault: Vault, embed: Embed, clock: Callable[[], datetime]
) -> Rounds:
    """Build what goes round the tenants for their articles' sake."""
    keeper = KnowledgeKeeper(
        database=database,
        vault=vault,
        embed=embed,
        clock=clock,
        networks=read_networks(settings.private_networks),
    )
    return Rounds(
        database,
        keeper.visit,
        every_s=EVERY_S,
        first_in_s=FIRST_IN_S,
        missed="articles wait for the database",
    )
