"""Codes, shown once, with which a person chooses a password; the first makes the first administrator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.auth.secrets import digest, new_token
from app.people import repository as sql

GOOD_FOR = timedelta(days=3)
FIRST_GOOD_FOR = timedelta(days=3650)
"""The first administrator's code is made anew at each start and ends when it was used."""
SHORTEST_PASSWORD = 10


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code as it is shown, once."""

    code: str
    expires_at: datetime


async def new_code(
    conn: AsyncConnection, tenant_id: str, user_id: str | None, now: datetime, good_for: timedelta = GOOD_FOR
) -> Code:
    """Make a code for a person, or for the first administrator; an older one ends."""
    code, expires_at = new_token(), now + good_for
    await sql.add_code(conn, tenant_id, digest(code), user_id, now, expires_at)
    return Code(code=code, expires_at=expires_at)


async def first_code(conn: AsyncConnection, tenant_id: str, now: datetime) -> Code | None:
    """Make the code for the first administrator; None where one is at work already."""
    if await sql.admins(conn, tenant_id):
        await sql.end_codes(conn, tenant_id, None)
        return None
    return await new_code(conn, tenant_id, None, now, FIRST_GOOD_FOR)
