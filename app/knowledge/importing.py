"""Takes a source in: reads it, brings articles into the store, and keeps its macros as ready-made replies."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import aiohttp

from app.conversations.seal import Seal, seal_text
from app.understanding.nlu_client import EmbeddingsAway
from app.workspace import repository as workspace
from app.workspace.canned_router import canned_place
from knowledge.ports import Connect, Embed
from knowledge.sources.files import read_path
from knowledge.sources.found import Found, Reply, Terms, slug
from knowledge.sources.taking import Report, take_in
from knowledge.sources.website import read_site, site_of

LONGEST_REPLY = 4000


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to import, and on which terms."""

    source_id: str
    address: str
    domain: str = "general"
    owner: str = "nobody-yet"
    language: str = "en"
    allow: tuple[str, ...] = ()
    """Further hosts of a website, beside its own."""
    publish: bool = False

    def kept(self) -> Mapping[str, Any]:
        """Return the terms as they are kept with a source."""
        return {name: value for name, value in asdict(self).items() if name not in ("source_id", "address")}


def order_of(source_id: str, address: str, terms: Mapping[str, Any]) -> Order:
    """Read an order back from a source's terms."""
    return Order(source_id=source_id, address=address, **{**terms, "allow": tuple(terms.get("allow") or ())})


def source_named(address: str) -> str:
    """Name a source after its address, where nobody names it."""
    return slug(address.removeprefix("https://").removeprefix("http://")) or "source"


@dataclass(frozen=True, kw_only=True)
class Importing:
    """What imports need; made by whoever imports: a command, the engine's round."""

    connect: Connect
    vault: Seal
    embed: Embed | None
    session: aiohttp.ClientSession
    today: date
    by: str = "import"
    replies: bool = field(default=True)

    async def take(self, tenant_id: str, order: Order, now: datetime) -> Report:
        """Import everything that a source holds; while the encoder is away, words alone find what is new."""
        found = await read_source(order, self.session, self.today)
        try:
            report = await self._take(tenant_id, order, found, self.embed)
        except EmbeddingsAway:
            report = await self._take(tenant_id, order, found, None)
        if self.replies:
            await self._keep_replies(tenant_id, report.replies, now)
        return report

    async def _take(self, tenant_id: str, order: Order, found: list[Found], embed: Embed | None) -> Report:
        return await take_in(self.connect, tenant_id, order.source_id, found, embed, publish=order.publish)

    async def _keep_replies(self, tenant_id: str, replies: tuple[Reply, ...], now: datetime) -> None:
        """Keep macros as canned replies; one that people wrote under the same name stays."""
        async with self.connect(tenant_id) as conn:
            there = {row.name: row.updated_by for row in await workspace.canned_replies(conn, tenant_id)}
            for one in replies:
                name = slug(one.name)[:40]
                if not name or there.get(name, self.by) != self.by:
                    continue
                sealed = seal_text(self.vault, tenant_id, one.text[:LONGEST_REPLY], canned_place(name))
                await workspace.put_canned(conn, tenant_id, name, sealed, self.by, now)


async def read_source(order: Order, session: aiohttp.ClientSession, today: date) -> list[Found]:
    """Read a website by its sitemap, or a file or folder of this machine."""
    terms = Terms(today=today, domain=order.domain, owner=order.owner, language=order.language)
    if order.address.startswith(("http://", "https://")):
        site = site_of(order.address, order.allow)
        return [one async for one in read_site(session, site, terms)]
    return await asyncio.to_thread(lambda: list(read_path(Path(order.address).expanduser(), terms)))
