"""Find out who calls: by session cookie, by API key, by the loopback address in a demo."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Protocol, cast
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from app.auth.caller import AgentCaller, Caller, KeyCaller, sees_only
from app.auth.repository import (
    Login,
    begin_login,
    end_login,
    extend_login,
    find_api_key,
    find_login,
    in_sight,
    person_by_email,
    person_by_id,
)
from app.auth.roles import rights_of_scopes
from app.auth.secrets import Passwords, digest, looks_like_token, new_token
from app.conversations.seal import Seal
from app.gateway.ports import Tenants
from app.problems import Problem

COOKIE = "frontdesk_session"
IDLE = timedelta(hours=12)
EXTEND_EVERY = timedelta(minutes=15)
KEY_REMEMBERED = timedelta(seconds=10)
MOST_KEYS_REMEMBERED = 1000
READING = ("GET", "HEAD", "OPTIONS")

Clock = Callable[[], datetime]


class KnowsCallers(Protocol):
    """What rights in a route's signature need; found at `app.state.authenticator`."""

    async def caller(self, connection: HTTPConnection) -> Caller:
        """Return who calls, or raise the problem that says why nobody is known."""

    async def keep_in_sight(self, caller: Caller, conversation_id: str) -> None:
        """Refuse what a caller may not read: to an agent, what a colleague has."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A new session, shown to the browser once."""

    token: str
    caller: AgentCaller


class Authenticator:
    """Knows callers by their secrets, of which only hashes are stored."""

    def __init__(self, tenants: Tenants, vault: Seal, clock: Clock) -> None:
        self._tenants = tenants
        self._vault = vault
        self._clock = clock
        self._passwords = Passwords()
        self._keys: dict[bytes, tuple[KeyCaller, datetime]] = {}
        self._tokens: Callable[[str], Awaitable[KeyCaller]] | None = None

    def accept_tokens(self, tokens: Callable[[str], Awaitable[KeyCaller]]) -> None:
        """Take access tokens beside keys; `tokens` returns the caller of one, or raises the problem."""
        self._tokens = tokens

    async def caller(self, connection: HTTPConnection) -> Caller:
        """Return who calls: a key wins over a cookie."""
        key = api_key_in(connection)
        if key is not None:
            return await self.by_key(key)
        token = connection.cookies.get(COOKIE)
        if token is None:
            raise Problem(
                401, "sign-in-needed", "Sign in first.", "Send X-API-Key, or sign in at the console."
            )
        _refuse_forged(connection)
        return await self.by_session(token)

    async def keep_in_sight(self, caller: Caller, conversation_id: str) -> None:
        """Refuse what a caller may not read: to an agent, what a colleague has."""
        agent_id = sees_only(caller)
        if agent_id is None:
            return
        async with self._tenants.tenant(caller.tenant_id) as conn:
            seen = await in_sight(conn, caller.tenant_id, conversation_id, agent_id)
        if not seen:
            raise Problem(
                403,
                "with-a-colleague",
                "A colleague has this conversation.",
                "You read what is yours, what nobody has, and where you are named. Ask a supervisor.",
            )

    async def by_key(self, key: str) -> KeyCaller:
        """Return the program that holds a key or access token; a revoked one ends within ten seconds."""
        now, key_hash = self._clock(), digest(key)
        known = self._keys.get(key_hash)
        if known and known[1] > now:
            return known[0]
        self._keys.pop(key_hash, None)
        if self._tokens is not None and looks_like_token(key):
            caller = await self._tokens(key)
        else:
            caller = await self._stored(key_hash)
        if len(self._keys) >= MOST_KEYS_REMEMBERED:
            self._keys.clear()
        self._keys[key_hash] = (caller, now + KEY_REMEMBERED)
        return caller

    async def _stored(self, key_hash: bytes) -> KeyCaller:
        async with self._tenants.anyone() as conn:
            found = await find_api_key(conn, key_hash)
        if found is None:
            raise Problem(401, "wrong-key", "This key is not known.", "It was mistyped or revoked.")
        return KeyCaller(
            tenant_id=found.tenant_id, key_id=found.key_id, rights=rights_of_scopes(found.scopes)
        )

    async def by_session(self, token: str) -> AgentCaller:
        """Return the person of a session and move its end, twelve hours after the last use."""
        now, token_hash = self._clock(), digest(token)
        async with self._tenants.anyone() as conn:
            login = await find_login(conn, token_hash, now)
        if login is None:
            raise Problem(401, "login-expired", "Your login has ended.", "Sign in again.")
        async with self._tenants.tenant(login.tenant_id) as conn:
            person = await person_by_id(conn, login.tenant_id, login.user_id)
            if login.expires_at < now + IDLE - EXTEND_EVERY:
                await extend_login(conn, login, token_hash, now + IDLE)
        if person is None:
            raise Problem(401, "login-expired", "Your login has ended.", "This account is gone.")
        return AgentCaller(
            tenant_id=login.tenant_id, agent_id=person.user_id, name=person.name, role=person.role
        )

    async def sign_in(self, tenant_id: str, email: str, password: str) -> SignedIn | None:
        """Begin a session when email and password belong together; None when they do not."""
        async with self._tenants.tenant(tenant_id) as conn:
            person = await person_by_email(conn, tenant_id, self._vault.blind_index(tenant_id, email))
        stored = person.password_hash if person else None
        if not await self._passwords.fits(password, stored) or person is None:
            return None
        caller = AgentCaller(tenant_id=tenant_id, agent_id=person.user_id, name=person.name, role=person.role)
        return await self.begin(caller)

    async def begin(self, caller: AgentCaller) -> SignedIn:
        """Begin a session for a person whose right to it was checked before."""
        token, now = new_token(), self._clock()
        async with self._tenants.tenant(caller.tenant_id) as conn:
            await begin_login(conn, caller.tenant_id, digest(token), caller.agent_id, now + IDLE, now)
        return SignedIn(token=token, caller=caller)

    async def sign_out(self, token: str) -> None:
        """End a session; an unknown one is ended already."""
        async with self._tenants.anyone() as conn:
            login: Login | None = await find_login(conn, digest(token), self._clock())
        if login is not None:
            async with self._tenants.tenant(login.tenant_id) as conn:
                await end_login(conn, login.tenant_id, digest(token))


def api_key_in(connection: HTTPConnection) -> str | None:
    """Return the API key of a request, from `X-API-Key` or `Authorization: Bearer`."""
    given = connection.headers.get("x-api-key")
    if given is not None:
        return given
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def is_local(connection: HTTPConnection) -> bool:
    """Say whether the request began on this machine, by no proxy and no other site's page."""
    headers = connection.headers
    if "x-forwarded-for" in headers or "forwarded" in headers or connection.client is None:
        return False
    origin = headers.get("origin")
    return (
        _is_loopback(connection.client.host)
        and _is_loopback(_host(f"//{headers.get('host', '')}"))
        and (origin is None or _is_loopback(_host(origin)))
    )


def same_origin(connection: HTTPConnection) -> bool:
    """Say whether a page that opens a socket came from this server; programs send no origin."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def authenticator_of(connection: HTTPConnection) -> KnowsCallers:
    """Return the application's authenticator."""
    return cast("KnowsCallers", connection.app.state.authenticator)


def _refuse_forged(connection: HTTPConnection) -> None:
    method = connection.scope.get("method", "GET")
    if method not in READING and connection.headers.get("x-frontdesk") != "1":
        raise Problem(
            403,
            "not-from-console",
            "This request did not come from the console.",
            "Send the header X-Frontdesk: 1 with every change that is made under a login.",
        )


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
