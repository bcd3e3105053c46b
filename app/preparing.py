"""What is laid out after the engine began to serve: articles, and the demo if there is one."""

import asyncio
import logging

from app.bootstrap import House
from app.db import DatabaseGone
from app.understanding.nlu_client import EmbeddingsAway
from knowledge.ingest import publish
from knowledge.parse import read_articles

log = logging.getLogger(__name__)

TRY_AGAIN_S = 0.5


async def prepare(house: House) -> None:
    """Publish the articles, first by their words, then with their vectors as soon as NLU is there."""
    await _tenant_exists(house)
    articles = await asyncio.to_thread(read_articles, house.settings.articles)
    tenant = house.settings.tenant
    await publish(house.database.tenant, tenant, articles, None)
    while True:
        try:
            published = await publish(house.database.tenant, tenant, articles, house.nlu)
            break
        except (EmbeddingsAway, *DatabaseGone):
            await asyncio.sleep(TRY_AGAIN_S)
    log.info("articles published: %s new, %s unchanged", len(published.changed), published.unchanged)
    house.readiness.seeded.set()


async def _tenant_exists(house: House) -> None:
    tenant, name = house.settings.tenant, house.shelf.book.company_name
    async with house.database.tenant(tenant) as conn:
        await conn.execute(
            "insert into tenants (tenant_id, name) values (%s, %s) on conflict do nothing", [tenant, name]
        )
