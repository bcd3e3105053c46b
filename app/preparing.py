"""What is laid out after the engine began to serve: articles, and the demo if there is one."""

import asyncio
import gc
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from app.bootstrap import House
from app.console.demo import Addresses, DemoCustomer, seed_demo
from app.db import DatabaseGone
from app.db.repository import add_tenant
from app.email.build import SmtpAddress
from app.people.codes import offer_first_admin
from app.settings import Settings
from app.understanding.nlu_client import EmbeddingsAway
from knowledge.article import ArticleInvalid
from knowledge.parse import read_articles
from knowledge.sources.taking import lay_out

log = logging.getLogger(__name__)

TRY_AGAIN_S = 0.5
MENDED_WITHIN_S = 5.0
"""How often we look whether a file that cannot be read was mended."""
YOUNG_OBJECTS = 20_000
"""Objects made between two collections; a turn makes some thousands, nearly all of them short-lived."""
MOST_ROWS = 1000
RESET_WITHIN = aiohttp.ClientTimeout(total=5)


async def prepare(house: House, smtp: SmtpAddress | None = None) -> None:
    """Lay everything out, each part again until it is done: what is away now or cut off comes back."""
    await _until_done("the tenant", lambda: _know_the_tenant(house))
    await asyncio.gather(
        _until_done("the articles", lambda: _publish_articles(house)),
        _until_done("the demo", lambda: _lay_out_demo(house, smtp)),
        _until_done("the first administrator", lambda: _offer_first_admin(house)),
    )
    settle_memory()
    house.readiness.seeded.set()


async def _until_done(what: str, lay_out: Callable[[], Awaitable[None]]) -> None:
    """Do it again after a while when a neighbour was away, or when somebody must mend a file first."""
    while True:
        try:
            return await lay_out()
        except (EmbeddingsAway, aiohttp.ClientError, TimeoutError, *DatabaseGone) as away:
            log.info("%s: waiting for a neighbour: %s", what, type(away).__name__)
            await asyncio.sleep(TRY_AGAIN_S)
        except (ArticleInvalid, OSError) as invalid:
            log.error("%s: %s", what, invalid)
            await asyncio.sleep(MENDED_WITHIN_S)


async def _know_the_tenant(house: House) -> None:
    tenant = house.settings.tenant
    async with house.database.tenant(tenant) as conn:
        await add_tenant(conn, tenant, house.shelf.book.company_name)


def settle_memory() -> None:
    """Leave modules, graphs and book out of every later garbage collection: they live as long as we do."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)


async def _publish_articles(house: House) -> None:
    """Publish the articles, first by their words, then with their vectors as soon as NLU is there."""
    tenant = house.settings.tenant
    articles = await asyncio.to_thread(read_articles, house.settings.articles)
    first = await lay_out(house.database.tenant, tenant, articles, None)
    await lay_out(house.database.tenant, tenant, articles, house.nlu)
    log.info("articles: %s", first.summary)


async def _offer_first_admin(house: House) -> None:
    """Where no demo brings its own people, somebody must be able to sign in first."""
    settings = house.settings
    if not settings.demo:
        await offer_first_admin(house.database, settings.tenant, settings.state, house.clock())


async def _lay_out_demo(house: House, smtp: SmtpAddress | None) -> None:
    settings = house.settings
    if not settings.demo:
        return
    base = settings.public_url or f"http://127.0.0.1:{settings.port}"
    addresses = Addresses(
        base_url=base,
        console_url=f"{base}/console",
        shop_url=settings.shop_url or "",
        nlu_url=settings.nlu_url or "",
        smtp=smtp._asdict() if smtp else None,
    )
    customers = await _demo_customers(house) if settings.shop_url else []
    await seed_demo(house.database, house.vault, settings.tenant, settings.state, addresses, customers)


async def _demo_customers(house: House) -> Sequence[DemoCustomer]:
    """Ask the company whose customers can be played, with their orders, newest first."""
    people = await _rows(house, f"/customers?limit={MOST_ROWS}")
    orders = await _rows(house, f"/orders?limit={MOST_ROWS}")
    by_customer: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        by_customer[order["customer_id"]].append(order["id"])
    return [
        DemoCustomer(
            id=person["id"],
            name=person["name"],
            email=person["email"],
            tier=person["tier"],
            language=person["language"],
            orders=by_customer[person["id"]],
        )
        for person in people
    ]


async def reset_customer(session: aiohttp.ClientSession, settings: Settings, customer_id: str) -> bool:
    """Ask the demo's company to put a customer back to its first day; False when it did not."""
    url = f"{settings.shop_url}/customers/{quote(customer_id, safe='')}/reset"
    try:
        async with session.post(url, headers=_shop_key(settings), timeout=RESET_WITHIN) as response:
            done = response.ok
    except (aiohttp.ClientError, TimeoutError, OSError):
        done = False
    if not done:
        log.warning("demo: the company's systems did not reset the customer")
    return done


def _shop_key(settings: Settings) -> dict[str, str]:
    token = settings.shop_token.get_secret_value() if settings.shop_token else ""
    return {"authorization": f"Bearer {token}"} if token else {}


async def _rows(house: House, path: str) -> list[dict[str, Any]]:
    settings = house.settings
    async with house.session.get(f"{settings.shop_url}{path}", headers=_shop_key(settings)) as response:
        response.raise_for_status()
        found: list[dict[str, Any]] = orjson.loads(await response.read())
        return found
