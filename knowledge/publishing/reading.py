"""Everything that is published, read at once."""

from psycopg import AsyncConnection

from knowledge.article import Article
from knowledge.parse import article_of_columns
from knowledge.publishing import repository as sql


async def published_articles(conn: AsyncConnection, tenant_id: str) -> list[Article]:
    """Return the published articles with their bodies."""
    return [article_of_columns(row) for row in await sql.published_columns(conn, tenant_id)]
