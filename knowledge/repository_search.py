"""The one statement in which passages are searched; it names its tenant itself."""

from psycopg import AsyncConnection

from knowledge.passage import Passage
from knowledge.repository import as_halfvec
from knowledge.scope import Scope, Wanted

SEARCH = "select * from search_knowledge(%s, %s, %s, %s::text[], %s::halfvec, %s::date, %s::text[], %s, %s)"


async def search(conn: AsyncConnection, scope: Scope, wanted: Wanted) -> tuple[str | None, list[Passage]]:
    """Find passages by meaning, words and names; also say what was published when it looked."""
    cursor = await conn.execute(
        SEARCH,
        [
            scope.tenant_id,
            scope.language,
            wanted.words,
            list(wanted.names),
            as_halfvec(wanted.vector),
            scope.today,
            list(scope.products) or None,
            scope.audience,
            wanted.most,
        ],
    )
    rows = await cursor.fetchall()
    names = [column.name for column in cursor.description or ()][1:]
    passages = [Passage(**dict(zip(names, row[1:], strict=True))) for row in rows if row[1] is not None]
    return (rows[0][0] if rows else None), passages
