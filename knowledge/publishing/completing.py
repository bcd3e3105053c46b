"""Gives published articles the vectors that were missing when they were published."""

from knowledge import repository
from knowledge.parse import article_of_columns
from knowledge.ports import Connect, Embed
from knowledge.publishing import repository as sql
from knowledge.publishing.release import Made
from knowledge.publishing.staging import fill_vectors, stage
from knowledge.publishing.switching import switch


async def complete(connect: Connect, tenant_id: str, embed: Embed) -> tuple[str, ...]:
    """Embed what is published without vectors, and name the new state; returns the articles completed."""
    async with connect(tenant_id) as conn:
        articles = [article_of_columns(row) for row in await sql.bare(conn, tenant_id)]
    if not articles:
        return ()
    staged = await stage(connect, tenant_id, articles, embed)
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        completed = await fill_vectors(conn, tenant_id, staged)
        await switch(conn, tenant_id, {}, Made())
    return completed
