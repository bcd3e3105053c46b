"""`frontdesk bench knowledge`: fifty searches a second among 100,000 passages of fifty companies."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
import numpy as np
import psycopg
import uvloop
from rich.console import Console
from rich.table import Table

from app.db import Database, DatabaseGone
from app.preparing import settle_memory
from app.settings import load_settings
from app.understanding.nlu_client import NluClient
from evals.bench import Wish
from evals.bench.knowledge_corpus import Asked, Texts, questions, sizes
from evals.bench.knowledge_loading import fill, newcomer
from evals.bench.nlu_servers import our_server
from evals.bench.processes import usage_of_tree
from evals.bench.turn import shortfalls
from evals.figures import Measured, percentile
from evals.knowledge.questions import read_questions
from evals.knowledge.store import database_of_our_own
from evals.thresholds import load_thresholds
from knowledge import repository
from knowledge.parse import read_articles
from knowledge.repository import as_halfvec, passage_text
from knowledge.retrieve import retrieve
from knowledge.scope import Scope
from knowledge.terms import Commonness

PASSAGES, TENANTS, PER_SECOND = 100_000, 50, 50
COMPARED = 200
"""So many questions are also answered by comparing every passage, to see what the index misses."""
NEAREST = """
select article_id, ordinal from {}(%s, 'en', %s::halfvec, current_date, %s::text[], 'customers', 40)"""


@dataclass
class Run:
    """What the questions met."""

    ms: list[float] = field(default_factory=list)
    empty: int = 0
    errors: int = 0
    wall_s: float = 0.0
    client_cpu_s: float = 0.0


def measure(wish: Wish, console: Console) -> Measured:
    """Fill a database, ask it in the rhythm of a busy day, and count."""
    texts = real_texts(console)
    figures = uvloop.run(_measure(texts, wish, console))
    failed = shortfalls(figures, {}, load_thresholds().bench["knowledge"])
    table = Table("figure", "here", box=None, pad_edge=False, header_style="bold")
    for name, value in figures.items():
        table.add_row(name, f"{value:g}")
    console.print(table)
    for line in failed:
        console.print(f"[bold red]not reached[/] {line}", highlight=False)
    return Measured(name="bench knowledge", figures=figures, passed=not failed)


def real_texts(console: Console) -> Texts:
    """Encode the sample articles and the questions about them."""
    settings = load_settings()
    articles = read_articles(settings.articles)
    passages = [(one, chunk) for one in articles for chunk in one.chunks]
    said = [text for one, chunk in passages for text in (passage_text(one, chunk), *chunk.sentences)]
    asked = [question.text for question in read_questions()]
    console.print(f"Encoding {len(said) + len(asked)} real texts", highlight=False)
    with our_server(settings) as server:
        vectors = asyncio.run(_encoded(server.url, [*said, *asked]))
    return Texts(
        said=said, said_vectors=vectors[: len(said)], asked=asked, asked_vectors=vectors[len(said) :]
    )


async def _encoded(url: str, texts: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    async with aiohttp.ClientSession() as session:
        found = await NluClient(session, url, time.monotonic).embed(texts)
    return np.asarray(found, dtype=np.float32).reshape(len(texts), -1)


async def _measure(texts: Texts, wish: Wish, console: Console) -> dict[str, float]:
    held = sizes(PASSAGES, TENANTS)
    async with database_of_our_own() as store:
        database = store.database
        console.print(f"Filling {sum(held.values())} passages of {len(held)} companies", highlight=False)
        began = time.monotonic()
        await asyncio.to_thread(fill, store.url, texts, held)
        filled_s = time.monotonic() - began
        common = {tenant_id: await _common(database, tenant_id) for tenant_id in held}
        asked = questions(texts, held, max(200, wish.messages // 2))
        settle_memory()
        for one in asked[:100]:
            await _ask(database, one, common[one.tenant_id], time.monotonic(), Run())
        console.print(f"Asking {len(asked)} questions, {PER_SECOND} a second", highlight=False)
        before = usage_of_tree(store.pid).cpu_s
        run = await _ask_all(database, asked, common)
        used_s = usage_of_tree(store.pid).cpu_s - before
        recall, indexed = await asyncio.to_thread(_recall, store.url, asked[: COMPARED * 3])
        taken = await newcomer(database, texts)
    return {
        "p50_ms": round(percentile(run.ms, 0.5), 2),
        "p95_ms": round(percentile(run.ms, 0.95), 2),
        "p99_ms": round(percentile(run.ms, 0.99), 2),
        "recall": recall,
        "indexed_questions_count": indexed,
        "queries_per_second": round(len(asked) / run.wall_s, 1),
        "postgres_cpu_ms_per_query": round(used_s * 1000 / len(asked), 3),
        "client_cpu_ms_per_query": round(run.client_cpu_s * 1000 / len(asked), 3),
        "found_nothing_count": run.empty,
        "errors_count": run.errors,
        "passages_count": sum(held.values()),
        "tenants_count": len(held),
        "largest_tenant_count": max(held.values()),
        "smallest_tenant_count": min(held.values()),
        "bulk_passages_per_second": round(sum(held.values()) / filled_s, 1),
        **taken,
    }


async def _common(database: Database, tenant_id: str) -> Commonness:
    async with database.tenant(tenant_id) as conn:
        state = await repository.read_state(conn, tenant_id, None)
    return (state.commonness or {}) if state else {}


async def _ask_all(database: Database, asked: Sequence[Asked], common: dict[str, Commonness]) -> Run:
    """Send each question when its time has come, whether or not those before were answered."""
    run, cpu = Run(), time.process_time()
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for place, one in enumerate(asked):
            due = began + place / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            group.create_task(_ask(database, one, common[one.tenant_id], due, run))
    run.wall_s, run.client_cpu_s = time.monotonic() - began, time.process_time() - cpu
    return run


async def _ask(database: Database, one: Asked, common: Commonness, due: float, run: Run) -> None:
    """Search as the knowledge base does, and count from the moment the question was due."""
    scope = Scope(tenant_id=one.tenant_id, products=one.products)
    try:
        async with database.anyone() as conn:
            found = await retrieve(conn, scope, one.text, one.vector, common)
    except DatabaseGone:  # no connection in time: the machine cannot keep up
        run.errors += 1
        return
    run.ms.append((time.monotonic() - due) * 1000)
    run.empty += not found.passages


def _recall(url: str, asked: Sequence[Asked]) -> tuple[float, int]:
    """Share of the truly nearest passages that the index finds, where the index is used."""
    hits = of = questions_asked = 0
    with psycopg.connect(url, autocommit=True) as conn:
        large = {row[0] for row in conn.execute("select tenant_id from knowledge_states where indexed")}
        for one in (one for one in asked if one.tenant_id in large):
            wanted = [one.tenant_id, as_halfvec(one.vector), list(one.products) or None]
            found, true = (
                set(conn.execute(NEAREST.format(way), wanted).fetchall())
                for way in ("nearest_indexed", "nearest_compared")
            )
            hits, of, questions_asked = hits + len(found & true), of + len(true), questions_asked + 1
    return (round(hits / of, 4) if of else 1.0), questions_asked
