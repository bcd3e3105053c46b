"""Gives access tokens to clients, knows callers by them, and ends both."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from app.audit.record import Actor, Deed, record
from app.auth.caller import KeyCaller
from app.auth.roles import rights_of_scopes
from app.auth.secrets import digest
from app.auth.secrets import new_token as random_secret
from app.gateway.deps import Keyring
from app.gateway.ports import Tenants
from app.ids import new_id
from app.oauth import repository as sql
from app.oauth.token import AccessToken, new_token, read_token, write_token
from app.problems import Problem

PREFIX = "fds_"
"""A secret's beginning tells scanners what it is."""


class RefusedGrant(Exception):
    """No token is given; `error` is the code of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True, kw_only=True)
class MadeClient:
    """A new client; its secret is shown this once."""

    client_id: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """What access tokens need."""

    tenants: Tenants
    vault: Keyring
    clock: Callable[[], datetime]

    async def grant(self, client_id: str, secret: str, scope: str | None) -> tuple[str, AccessToken]:
        """Give a token for the scopes asked for, or for all of the client's; or raise `RefusedGrant`."""
        async with self.tenants.anyone() as conn:
            client = await sql.find_client(conn, client_id)
        if client is None or not hmac.compare_digest(client.secret_hash, digest(secret)):
            raise RefusedGrant("invalid_client", "Client id and secret do not belong together.")
        scopes = sorted(set(scope.split())) if scope else sorted(client.scopes)
        if beyond := sorted(set(scopes) - set(client.scopes)):
            raise RefusedGrant("invalid_scope", f"This client does not have: {', '.join(beyond)[:200]}.")
        token = new_token(client.tenant_id, client.client_id, scopes, new_id("tok"), self.clock())
        return write_token(self.vault, token), token

    async def caller(self, text: str) -> KeyCaller:
        """Return the program that holds a token, with what both token and client allow."""
        token = read_token(self.vault, text, self.clock())
        if token is None:
            raise _ended("It was changed, or its quarter of an hour is over: fetch a new one.")
        async with self.tenants.anyone() as conn:
            scopes = await sql.standing(conn, token.tenant, token.client_id, token.jti)
        if scopes is None:
            raise _ended("It was revoked, or its client was.")
        rights = rights_of_scopes(set(scopes) & set(token.scopes))
        return KeyCaller(tenant_id=token.tenant, key_id=token.client_id, rights=rights)

    async def end(self, client_id: str, secret: str, text: str) -> None:
        """End a token of the client before its time; one that is no token of it is left alone (RFC 7009)."""
        async with self.tenants.anyone() as conn:
            client = await sql.find_client(conn, client_id)
        if client is None or not hmac.compare_digest(client.secret_hash, digest(secret)):
            raise RefusedGrant("invalid_client", "Client id and secret do not belong together.")
        now = self.clock()
        token = read_token(self.vault, text, now)
        if token is None or token.client_id != client_id:
            return
        async with self.tenants.tenant(token.tenant) as conn:
            await sql.sweep_tokens(conn, token.tenant, now)
            await sql.end_token(conn, token.tenant, token.jti, token.ends_at)


def _ended(why: str) -> Problem:
    return Problem(
        401,
        "token-ended",
        "This access token does not hold.",
        why,
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )


@dataclass(frozen=True, kw_only=True)
class Registrar:
    """Makes and ends clients in one transaction, with a line in the audit."""

    conn: AsyncConnection
    vault: Keyring
    tenant_id: str
    actor: Actor
    now: datetime

    async def make(self, name: str, scopes: Sequence[str]) -> MadeClient:
        """Make a client."""
        made = MadeClient(client_id=new_id("cli"), secret=PREFIX + random_secret())
        stored = sql.StoredClient(
            tenant_id=self.tenant_id,
            client_id=made.client_id,
            secret_hash=digest(made.secret),
            scopes=sorted(set(scopes)),
        )
        await sql.store_client(self.conn, self.tenant_id, stored, name, self.now)
        await self._note("client.created", made.client_id, name=name, scopes=list(stored.scopes))
        return made

    async def renew(self, client_id: str) -> MadeClient | None:
        """Give a client a new secret; the old one ends at once. None when there is no such client."""
        made = MadeClient(client_id=client_id, secret=PREFIX + random_secret())
        name = await sql.change_secret(self.conn, self.tenant_id, client_id, digest(made.secret))
        if name is None:
            return None
        await self._note("client.renewed", client_id, name=name)
        return made

    async def revoke(self, client_id: str) -> bool:
        """End a client and, within ten seconds, its tokens; False when there is no such client."""
        name = await sql.revoke_client(self.conn, self.tenant_id, client_id, self.now)
        if name is None:
            return False
        await self._note("client.revoked", client_id, name=name)
        return True

    async def _note(self, action: str, client_id: str, **detail: object) -> None:
        deed = Deed(action=action, subject="client", subject_id=client_id, detail=detail)
        await record(self.conn, self.vault, self.tenant_id, self.actor, deed, self.now)
