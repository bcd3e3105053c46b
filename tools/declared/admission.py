"""How declared systems let us in: keys, passwords and tokens made of named secrets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp

from tools.declared.declaration import Auth, DeclarationFault
from tools.oauth import Client, Credentials, FixedHeader, OAuthToken, basic, bearer

Secrets = Callable[[str], str]
"""Gives a secret by its name; raises `SecretMissing`."""


class SecretMissing(LookupError):
    """No secret has this name: the message says where to put it."""


class Nothing:
    """A system that asks for nothing."""

    async def headers(self) -> Mapping[str, str]:
        """Send nothing."""
        return {}

    async def renewed(self, refused: Mapping[str, str]) -> bool:
        """Say no: there is nothing to renew."""
        return False


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What every request to one system carries."""

    credentials: Credentials
    query: Mapping[str, str] = field(default_factory=dict)
    """An API key in the address; systems that want it there leave no choice."""


def admission(auth: Auth | None, secrets: Secrets, session: aiohttp.ClientSession) -> Admission:
    """Make what lets us in; a missing secret is told with the name of its variable."""
    if auth is None:
        return Admission(credentials=Nothing())
    secret = named_secret(auth.secret, secrets)
    match auth.kind:
        case "api_key" if auth.in_ == "query":
            return Admission(credentials=Nothing(), query={str(auth.name): secret})
        case "api_key" if auth.in_ == "cookie":
            return Admission(credentials=FixedHeader("Cookie", f"{auth.name}={quote(secret)}"))
        case "api_key":
            return Admission(credentials=FixedHeader(str(auth.name), secret))
        case "basic":
            return Admission(credentials=basic(str(auth.user), secret))
        case "oauth2":
            return Admission(credentials=OAuthToken(session, _client(auth, secret)))
        case "ws_username":
            return Admission(credentials=Nothing())
        case _:
            return Admission(credentials=bearer(secret))


def named_secret(name: str, secrets: Secrets, *, at: tuple[str, ...] = ("auth", "secret")) -> str:
    """Look a secret up, or say where it belongs."""
    try:
        return secrets(name)
    except SecretMissing as error:
        raise DeclarationFault(at, f"the secret '{name}' is not set", str(error)) from error


def _client(auth: Auth, secret: str) -> Client:
    return Client(
        token_url=str(auth.token_url),
        client_id=str(auth.client_id),
        client_secret=secret,
        scope=" ".join(auth.scopes) or None,
    )
