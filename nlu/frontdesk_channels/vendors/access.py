"""Proofs towards a vendor that are fetched first and run out: OAuth 2 tokens and logins."""

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import jwt
import orjson

from frontdesk_channels.failures import Undelivered, Unusable
from frontdesk_channels.vendors.saying import Call, not_taken
from frontdesk_channels.vendors.shape import at, text
from frontdesk_channels.vendors.vendor import Fetch

EARLY_S = 60
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class OAuthToken:
    """An access token, kept until shortly before its end."""

    def __init__(self, url: str, form: Callable[[], Mapping[str, str]], fetch: Fetch) -> None:
        self._url = url
        self._form = form
        self._fetch = fetch
        self._token = ""
        self._ends = 0.0

    async def headers(self) -> Mapping[str, str]:
        """Return the bearer header, fetching a token when there is none that lasts."""
        if time.time() >= self._ends:
            body = urlencode(self._form()).encode()
            headers = {"content-type": "application/x-www-form-urlencoded"}
            heard = await self._fetch(Call(url=self._url, headers=headers, body=body))
            self._token = text(heard.json, "access_token")
            if heard.status != 200 or not self._token:
                raise not_taken(heard, text(heard.json, "error"), "outage" if heard.status == 400 else None)
            self._ends = time.time() + float(at(heard.json, "expires_in") or 0) - EARLY_S
        return {"authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Fetch a new one next time."""
        self._ends = 0.0


def client_credentials(client: str, secret: str, scope: str) -> Callable[[], Mapping[str, str]]:
    """Return the form by which an app shows its own password."""
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret, "scope": scope}
    return lambda: form


def service_account(email: str, private_key: str, scope: str, url: str) -> Callable[[], Mapping[str, str]]:
    """Return the form by which a service account shows a token that it signed itself (RFC 7523)."""

    def form() -> Mapping[str, str]:
        now = int(time.time())
        claims = {"iss": email, "scope": scope, "aud": url, "iat": now, "exp": now + 3600}
        return {"grant_type": GRANT, "assertion": jwt.encode(claims, private_key, algorithm="RS256")}

    try:
        form()
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Unusable("service_account: its private_key is no key; paste the whole key file.") from None
    return form


class Login:
    """A name and a password, shown once for a token that lasts until it is refused."""

    def __init__(self, url: str, user: str, password: str, fetch: Fetch) -> None:
        self._url = url
        self._body = orjson.dumps({"user": user, "password": password})
        self._fetch = fetch
        self._headers: Mapping[str, str] = {}

    async def headers(self) -> Mapping[str, str]:
        """Return Rocket.Chat's two headers, logging in when there are none."""
        if not self._headers:
            call = Call(url=self._url, headers={"content-type": "application/json"}, body=self._body)
            heard = await self._fetch(call)
            token, user = text(heard.json, "data", "authToken"), text(heard.json, "data", "userId")
            if heard.status != 200 or not token:
                raise not_taken(heard, "", "outage" if heard.status in (400, 401, 403) else None)
            self._headers = {"x-auth-token": token, "x-user-id": user}
        return self._headers

    def forget(self) -> None:
        """Log in anew next time."""
        self._headers = {}


async def opened(access: "OAuthToken | Login", fetch: Fetch, url: str) -> object:
    """Return what stands at an address that only we may read; raise `Undelivered` when it cannot be had."""
    heard = await fetch(Call(method="GET", url=url, headers=await access.headers()))
    if heard.status == 401:
        access.forget()
    if heard.status != 200:
        raise Undelivered(
            "refused" if heard.status in (400, 404) else "retryable", f"answered {heard.status}"
        )
    found: object = heard.json
    return found
