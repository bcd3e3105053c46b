"""A vendor's HTTP API, asked politely: certain failures are told apart from doubt."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from pydantic import BaseModel
from yarl import URL

from tools.errors import BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown, ToolError
from tools.guarded import AddressRefused, TooLarge, read_bounded
from tools.oauth import Credentials, turned_away
from tools.rest import decoded, shaped

M = TypeVar("M", bound=BaseModel)
PATIENCE_S = 1.0
"""A rate limit that asks for more patience than this is a failure: somebody waits for an answer."""
PAGES = 20
"""A listing longer than this many pages is cut off."""
MOST_BYTES = 4 * 1024 * 1024
"""An answer larger than this is not read to its end."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a vendor answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def said(self) -> dict[str, Any]:
        """The JSON object in it, or an empty one: error documents are not always JSON."""
        try:
            found = decoded(self.body)
        except BackendFailed:
            return {}
        return found if isinstance(found, dict) else {}

    def of(self, model: type[M]) -> M:
        """The answer in the shape the vendor documents, or a failure that names the fields."""
        return shaped(model, decoded(self.body))

    def wait_s(self) -> float | None:
        """How long the vendor asks to wait; None when it does not say in seconds."""
        try:
            return float(self.headers.get("Retry-After", ""))
        except ValueError:
            return None


Explain = Callable[[Reply], ToolError | None]
"""What a vendor's own error document means; None leaves it to the status."""


class VendorApi:
    """One vendor's API: credentials renewed once, short rate limits waited out, errors in our words.

    `read_anyway` are statuses of failure under which a protocol answers all the same, such as SOAP's 500.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        credentials: Credentials,
        explain: Explain,
        *,
        timeout_s: float = 1.5,
        most_bytes: int = MOST_BYTES,
        read_anyway: frozenset[int] = frozenset(),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._most_bytes = most_bytes
        self._read_anyway = read_anyway
        self._base = base_url.rstrip("/")
        self._credentials = credentials
        self._explain = explain
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._pause = pause

    async def read(self, path: str, *, what: str, method: str = "GET", **options: Any) -> Reply:
        """Ask for something; `what` names it, should it not exist."""
        try:
            reply = await self._sent(method, path, options)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BackendFailed("no_answer", self._silence(error)) from error
        if refusal := self._refusal(reply, what):
            raise as_read(refusal)
        return reply

    async def act(self, path: str, *, what: str, shape: type[M], method: str = "POST", **options: Any) -> M:
        """Cause an effect; a missing or unreadable answer leaves it in doubt."""
        reply = await self.done(path, what=what, method=method, **options)
        try:
            return reply.of(shape)
        except BackendFailed as error:
            raise OutcomeUnknown(error.code, error.detail, answered=True) from error

    async def done(self, path: str, *, what: str, method: str = "POST", **options: Any) -> Reply:
        """Cause an effect, and leave its answer to be read by the caller."""
        try:
            reply = await self._sent(method, path, options)
        except TooLarge as error:
            raise OutcomeUnknown(error.code, error.detail, answered=True) from error
        except aiohttp.ClientConnectorError as error:
            raise BackendFailed("unreachable", f"cannot connect to {self._base}{why_not(error)}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OutcomeUnknown("no_answer", self._silence(error), answered=False) from error
        if refusal := self._refusal(reply, what):
            raise refusal
        return reply

    async def _sent(self, method: str, path: str, options: Mapping[str, Any]) -> Reply:
        """Send; once more with fresh credentials if they had run out, once more after a short limit.

        Neither answer leaves doubt: a request that was turned away has done nothing.
        """
        carried = await self._credentials.headers()
        reply = await self._once(method, path, carried, options)
        if turned_away(reply.status, reply.body) and await self._credentials.renewed(carried):
            carried = await self._credentials.headers()
            reply = await self._once(method, path, carried, options)
        if reply.status == 429 and (wait := reply.wait_s()) is not None and wait <= PATIENCE_S:
            await self._pause(wait)
            reply = await self._once(method, path, carried, options)
        return reply

    async def _once(
        self, method: str, path: str, carried: Mapping[str, str], options: Mapping[str, Any]
    ) -> Reply:
        headers = {"Accept": "application/json", **carried, **options.get("headers", {})}
        rest = {name: value for name, value in options.items() if name != "headers"}
        url = URL(self._base + path, encoded=True)
        async with self._session.request(
            method, url, headers=headers, timeout=self._timeout, allow_redirects=False, **rest
        ) as response:
            body = await read_bounded(response, self._most_bytes)
            return Reply(status=response.status, headers=response.headers, body=body)

    def _refusal(self, reply: Reply, what: str) -> ToolError | None:
        """What an answer that is not 2xx means to an effect."""
        status = reply.status
        if 200 <= status < 300 or status in self._read_anyway:
            return None
        if status == 429:
            return BackendFailed("http_429", f"{self._base} limits the rate{waiting(reply)}")
        if status in (401, 403) or turned_away(status, reply.body):
            return BackendFailed(f"http_{status}", f"{self._base} does not accept our credentials ({status})")
        if status >= 500 or status < 400:
            # A gateway may answer for a backend that is still at work.
            done = status not in (502, 504)
            return OutcomeUnknown(f"http_{status}", f"{self._base} answered {status}", answered=done)
        if known := self._explain(reply):
            return known
        return NoSuchThing(what) if status == 404 else refused(status)

    def _silence(self, error: Exception) -> str:
        return f"no answer from {self._base}: {type(error).__name__}{why_not(error)}"


def why_not(error: Exception) -> str:
    """Why a connection was not even tried, as the end of a sentence."""
    cause = getattr(error, "os_error", None)
    return f"; {cause}, and its network is not allowed" if isinstance(cause, AddressRefused) else ""


def refused(status: int) -> BackendRefused:
    """A refusal of which nothing more is known."""
    return BackendRefused(f"http_{status}", f"the vendor answered {status}")


def as_read(error: ToolError) -> ToolError:
    """A read leaves no doubt: nothing was to happen."""
    return BackendFailed(error.code, error.detail) if isinstance(error, OutcomeUnknown) else error


def waiting(reply: Reply) -> str:
    """How long a rate limit lasts, as the end of a sentence."""
    wait = reply.wait_s()
    return "" if wait is None else f"; it asks to wait {wait:g} s"
