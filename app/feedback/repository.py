"""The SQL of ratings; the connection comes in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

ADD = """
insert into feedback (tenant_id, feedback_id, key, conversation_id, rating, comment)
values (%(tenant)s, %(id)s, %(key)s, %(conversation)s, %(rating)s, %(comment)s)
on conflict (tenant_id, key) do nothing
"""
UNDER = "select feedback_id, rating, comment from feedback where tenant_id = %s and key = %s"
SINCE = """
select count(*), avg(rating)::float8, count(*) filter (where rating <= 2)
  from feedback where tenant_id = %s and created_at >= %s
"""


class Row(NamedTuple):
    """One rating as it is stored; `comment` is sealed."""

    feedback_id: str
    rating: int
    comment: bytes | None


async def add(conn: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Keep a rating, unless its key kept one already."""
    await conn.execute(ADD, values)


async def under(conn: AsyncConnection, tenant_id: str, key: str) -> Row | None:
    """The rating that a key kept."""
    async with conn.cursor(row_factory=class_row(Row)) as cursor:
        return await (await cursor.execute(UNDER, [tenant_id, key])).fetchone()


async def since(conn: AsyncConnection, tenant_id: str, moment: datetime) -> tuple[int, float | None, int]:
    """How many ratings there were, their mean, and how many were a 1 or a 2."""
    row = await (await conn.execute(SINCE, [tenant_id, moment])).fetchone()
    assert row is not None
    return int(row[0]), row[1], int(row[2])
