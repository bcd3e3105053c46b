"""Credentials of a vendor's API: fixed ones, and OAuth 2 tokens that are renewed once for everybody."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import orjson
from pydantic import BaseModel, ValidationError

from tools.errors import BackendFailed
from tools.guarded import read_bounded

EARLY_S = 30.0
"""A token is renewed this long before it runs out, so that few calls are turned away."""
MOST_BYTES = 256 * 1024
"""More than any token takes."""
LIFETIME_S = 1800.0
"""How long a token counts as fresh when its issuer does not say."""
EXPIRED_WORDS = frozenset(
    {"invalid_token", "expired_token", "token_expired", "expired_authentication", "invalid_oauthtoken"}
)
"""How vendors write in the body of a 400 that the token, not the request, is at fault."""


class Credentials(Protocol):
    """What a request carries to be let in."""

    async def headers(self) -> Mapping[str, str]:
        """Return what to send; raises `BackendFailed` when there is nothing to send."""

    async def renewed(self, refused: Mapping[str, str]) -> bool:
        """Replace what was just refused; False when there is nothing to replace it with."""


@dataclass(frozen=True)
class FixedHeader:
    """A key that somebody set by hand: it is valid, or a person has to set another."""

    name: str
    value: str = field(repr=False)

    async def headers(self) -> Mapping[str, str]:
        """Return the one header."""
        return {self.name: self.value}

    async def renewed(self, refused: Mapping[str, str]) -> bool:
        """Say no: a fixed key cannot be renewed."""
        return False


def bearer(token: str) -> FixedHeader:
    """A token that does not run out."""
    return FixedHeader("Authorization", f"Bearer {token}")


def basic(user: str, password: str) -> FixedHeader:
    """A user and password, or what a vendor wants in their place."""
    return FixedHeader("Authorization", f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}")


@dataclass(frozen=True, kw_only=True)
class Client:
    """Who asks for tokens, and where. Without a refresh token the client asks in its own name."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None

    def form(self, refresh_token: str | None) -> dict[str, str]:
        """The request for a token, as RFC 6749 writes it (sections 4.4 and 6)."""
        grant = {"grant_type": "client_credentials"}
        if refresh_token:
            grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        wanted = {"scope": self.scope} if self.scope else {}
        return grant | wanted | {"client_id": self.client_id, "client_secret": self.client_secret}


class Issued(BaseModel):
    """A token as its issuer writes it."""

    access_token: str
    expires_in: float = LIFETIME_S
    refresh_token: str | None = None


@dataclass(frozen=True)
class Held:
    """A token, and until when it is worth sending."""

    token: str = field(repr=False)
    until: float


def as_bearer(token: str) -> Mapping[str, str]:
    """How a token travels by RFC 6750."""
    return {"Authorization": f"Bearer {token}"}


class OAuthToken:
    """A token that is fetched when it is first needed and renewed by one caller for all.

    The fetch is a task of its own: a caller whose time is up leaves, the
    token still arrives for the others.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        client: Client,
        *,
        carry: Callable[[str], Mapping[str, str]] = as_bearer,
        timeout_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._client = client
        self._carry = carry
        self._refresh_token = client.refresh_token
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._clock = clock
        self._held: Held | None = None
        self._fetching: asyncio.Task[Held] | None = None

    async def headers(self) -> Mapping[str, str]:
        """Return the token, fetched first where there is none that is still good."""
        held = self._held
        if held is None or held.until <= self._clock():
            held = await self._fetched()
        return self._carry(held.token)

    async def renewed(self, refused: Mapping[str, str]) -> bool:
        """Get another token, unless somebody has already replaced the one that was refused."""
        if self._held and refused == self._carry(self._held.token):
            await self._fetched()
        return True

    async def _fetched(self) -> Held:
        """Wait for the fetch that is under way, or begin one."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(heard)
        return await asyncio.shield(self._fetching)

    async def _fetch(self) -> Held:
        form = self._client.form(self._refresh_token)
        try:
            async with self._session.post(
                self._client.token_url, data=form, timeout=self._timeout, allow_redirects=False
            ) as response:
                issued = self._issued(response.status, await read_bounded(response, MOST_BYTES))
        except (aiohttp.ClientError, TimeoutError) as error:
            said = f"no token from {self._client.token_url}: {type(error).__name__}"
            raise BackendFailed("token_unavailable", said) from error
        # Some issuers replace the refresh token each time; the old one is then worthless.
        self._refresh_token = issued.refresh_token or self._refresh_token
        early = min(EARLY_S, issued.expires_in / 2)
        self._held = Held(issued.access_token, self._clock() + issued.expires_in - early)
        return self._held

    def _issued(self, status: int, body: bytes) -> Issued:
        """Read the issuer's answer; a refusal needs a person, everything else another try."""
        where = self._client.token_url
        if status == 429 or status >= 500:
            raise BackendFailed("token_unavailable", f"{where} answered {status}")
        if not 200 <= status < 300:
            why = error_word(body) or status
            raise BackendFailed("authorisation_lost", f"{where} refused ({why}): connect the account again")
        try:
            return Issued.model_validate_json(body)
        except ValidationError as error:
            raise BackendFailed("token_unavailable", f"{where} did not answer with a token") from error


def heard(task: "asyncio.Task[Held]") -> None:
    """Take note of a fetch that failed after everybody had left."""
    if not task.cancelled():
        task.exception()


def turned_away(status: int, body: bytes) -> bool:
    """Whether an answer means that the token has run out: a 401, or a 400 that says so."""
    return status == 401 or (status == 400 and error_word(body) in EXPIRED_WORDS)


def error_word(body: bytes) -> str:
    """The word by which an error document names its kind, in small letters; empty if it has none."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(said, dict):
        return ""
    inner = said.get("error")
    within = inner if isinstance(inner, dict) else {}
    found = [said.get(name) for name in ("error", "category", "code")]
    found += [within.get(name) for name in ("code", "message")]
    return next((word.lower() for word in found if isinstance(word, str)), "")
