"""Clients and tokens that ended early. Look-ups by client id need no tenant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

FIND = "select tenant_id, client_id, secret_hash, scopes from find_oauth_client(%s)"
STANDING = "select scopes from standing_of_token(%s, %s, %s)"
INSERT = """insert into oauth_clients (tenant_id, client_id, secret_hash, name, scopes, created_at)
  values (%s, %s, %s, %s, %s, %s)"""
LIST = """select client_id, name, scopes, created_at, revoked_at from oauth_clients where tenant_id = %s
  order by revoked_at is not null, created_at desc limit 500"""
REVOKE = """update oauth_clients set revoked_at = %s
  where tenant_id = %s and client_id = %s and revoked_at is null returning name"""
RENEW = """update oauth_clients set secret_hash = %s
  where tenant_id = %s and client_id = %s and revoked_at is null returning name"""
END = """insert into oauth_ended_tokens (tenant_id, token_id, expires_at) values (%s, %s, %s)
  on conflict do nothing"""
SWEEP = "delete from oauth_ended_tokens where tenant_id = %s and expires_at < %s"


@dataclass(frozen=True, kw_only=True)
class StoredClient:
    """A client that has not been revoked, with the hash of its secret."""

    tenant_id: str
    client_id: str
    secret_hash: bytes
    scopes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ClientRow:
    """A client as it is listed."""

    client_id: str
    name: str
    scopes: Sequence[str]
    created_at: datetime
    revoked_at: datetime | None


async def find_client(conn: AsyncConnection, client_id: str) -> StoredClient | None:
    """Find a client, whoever's it is."""
    cursor = conn.cursor(row_factory=class_row(StoredClient))
    await cursor.execute(FIND, [client_id])
    return await cursor.fetchone()


async def standing(
    conn: AsyncConnection, tenant_id: str, client_id: str, token_id: str
) -> Sequence[str] | None:
    """Return what a client may do now; None when it, or this token of it, has ended."""
    row = await (await conn.execute(STANDING, [tenant_id, client_id, token_id])).fetchone()
    return row[0] if row else None


async def store_client(
    conn: AsyncConnection, tenant_id: str, client: StoredClient, name: str, now: datetime
) -> None:
    """Store a new client."""
    values = [tenant_id, client.client_id, client.secret_hash, name, list(client.scopes), now]
    await conn.execute(INSERT, values)


async def clients(conn: AsyncConnection, tenant_id: str) -> list[ClientRow]:
    """List the clients, revoked ones at the end."""
    cursor = conn.cursor(row_factory=class_row(ClientRow))
    await cursor.execute(LIST, [tenant_id])
    return await cursor.fetchall()


async def revoke_client(conn: AsyncConnection, tenant_id: str, client_id: str, now: datetime) -> str | None:
    """End a client and return its name; None when there is none to end."""
    row = await (await conn.execute(REVOKE, [now, tenant_id, client_id])).fetchone()
    return str(row[0]) if row else None


async def change_secret(
    conn: AsyncConnection, tenant_id: str, client_id: str, secret_hash: bytes
) -> str | None:
    """Put a new secret in the place of the old one and return the client's name; None when it has ended."""
    row = await (await conn.execute(RENEW, [secret_hash, tenant_id, client_id])).fetchone()
    return str(row[0]) if row else None


async def end_token(conn: AsyncConnection, tenant_id: str, token_id: str, expires_at: datetime) -> None:
    """Keep that a token ended early, until it would have ended anyway; forget those that have."""
    await conn.execute(END, [tenant_id, token_id, expires_at])


async def sweep_tokens(conn: AsyncConnection, tenant_id: str, now: datetime) -> None:
    """Forget tokens that would have ended anyway."""
    await conn.execute(SWEEP, [tenant_id, now])
