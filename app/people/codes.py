"""Codes, shown once, with which a person chooses a password; the first makes the first administrator."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from psycopg import AsyncConnection

from app.auth.secrets import digest, new_token
from app.gateway.ports import Tenants
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


FIRST_FILE = "first-admin"
"""Beside the engine's other state, for its owner's eyes only: the first administrator's code."""


async def offer_first_admin(tenants: Tenants, tenant_id: str, state: Path, now: datetime) -> None:
    """Keep a code for the first administrator beside the state, until there is one."""
    file = state / FIRST_FILE
    async with tenants.tenant(tenant_id) as conn:
        code = await first_code(conn, tenant_id, now)
    if code is None:
        file.unlink(missing_ok=True)
        return
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(code.code)


def first_admins_code(state: Path) -> str | None:
    """Read the first administrator's code; None when there is an administrator."""
    try:
        return (state / FIRST_FILE).read_text("ascii").strip() or None
    except OSError:
        return None


async def first_code(conn: AsyncConnection, tenant_id: str, now: datetime) -> Code | None:
    """Make the code for the first administrator; None where one is at work already."""
    if await sql.admins(conn, tenant_id):
        await sql.end_codes(conn, tenant_id, None)
        return None
    return await new_code(conn, tenant_id, None, now, FIRST_GOOD_FOR)
