"""Bearer tokens that a vendor signs (RFC 7519), checked with its published keys."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jwt
import orjson
from cryptography.x509 import load_pem_x509_certificate
from jwt.algorithms import RSAAlgorithm

from frontdesk_channels.failures import Forged, Undelivered
from frontdesk_channels.vendors.hook import Hook, unsigned
from frontdesk_channels.vendors.saying import Call, Heard
from frontdesk_channels.vendors.shape import items, text
from frontdesk_channels.vendors.vendor import Fetch

LEEWAY_S = 300
"""How far the vendor's clock may be from ours."""
FRESH_S = 24 * 3600
PAUSE_S = 60
"""How often keys are fetched anew at most, whatever ids strangers write into their tokens."""
BEARER = "bearer "
OPTIONS: Any = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "require": ["exp", "iss", "aud"],
}
"""Times are compared here, with the caller's clock."""


class Keys:
    """A vendor's public keys, fetched when an unknown one is named, and anew each day."""

    def __init__(self, url: str, fetch: Fetch, *, described: bool = False) -> None:
        self._url = url
        self._fetch = fetch
        self._described = described
        """True: the address is of a description that names the keys' address."""
        self._known: Mapping[str, Any] = {}
        self._asked_at = 0.0
        self._asking = asyncio.Lock()
        """Held while keys are fetched: whoever comes meanwhile waits for them."""

    async def key(self, kid: str, now: datetime) -> Mapping[str, Any] | None:
        """Return the key of this id, as published; None when the vendor has none."""
        async with self._asking:
            age = now.timestamp() - self._asked_at
            if age > FRESH_S or (kid not in self._known and age > PAUSE_S):
                self._known = await self._published() or self._known
                self._asked_at = now.timestamp()
        found = self._known.get(kid)
        return found if isinstance(found, Mapping) else None

    async def _published(self) -> Mapping[str, Any]:
        url = self._url
        if self._described:
            url = text((await self._get(url)).json, "jwks_uri")
        heard = await self._get(url)
        keys = {text(one, "kid"): one for one in items(heard.json, "keys")}
        # Google publishes certificates by their id instead of a set of keys.
        return keys or {kid: {"pem": pem} for kid, pem in (heard.json or {}).items() if isinstance(pem, str)}

    async def _get(self, url: str) -> Heard:
        heard = await self._fetch(Call(method="GET", url=url))
        if heard.status != 200:
            raise Undelivered("retryable", "the channel's public keys cannot be fetched")
        return heard


def bearer(hook: Hook) -> str:
    """Return the token that came with a request."""
    given = hook.headers.get("authorization", "")
    if not given.lower().startswith(BEARER):
        raise unsigned("Authorization")
    return given[len(BEARER) :].strip()


async def claims_in(
    token: str, keys: Keys, now: datetime, *, audience: str, issuers: Sequence[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what a token claims, and the key that signed it; raise `Forged` unless all is as it must be."""
    try:
        key = await keys.key(str(jwt.get_unverified_header(token).get("kid") or ""), now)
        if key is None:
            raise Forged("The token names a key that the channel does not publish.", 403)
        claims = jwt.decode(
            token,
            _public(key),
            algorithms=["RS256"],
            audience=audience,
            issuer=list(issuers),
            options=OPTIONS,
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise Forged(f"The token is not for us, or not the channel's: {type(error).__name__}.", 403) from None
    except Undelivered:
        raise Forged("The channel's public keys cannot be fetched now; send it again.", 503) from None
    _in_time(claims, now)
    return claims, key


def _public(key: Mapping[str, Any]) -> Any:
    if "pem" in key:
        return load_pem_x509_certificate(str(key["pem"]).encode()).public_key()
    return RSAAlgorithm.from_jwk(orjson.dumps(dict(key)).decode())


def _in_time(claims: Mapping[str, Any], now: datetime) -> None:
    at = now.timestamp()
    try:
        ends, begins = float(claims["exp"]), float(claims.get("nbf") or 0)
    except (TypeError, ValueError):
        raise Forged("The token's times cannot be read.", 403) from None
    if not begins - LEEWAY_S <= at <= ends + LEEWAY_S:
        raise Forged("The token is of another time.", 401)
