"""MCP's HTTP over our own guarded session: no other address, bounded answers, credentials renewed once."""

from collections.abc import AsyncIterator

import aiohttp
import httpx2

from tools.declared.admission import Admission
from tools.errors import BackendFailed

CONNECT_S = 5.0
HOP_BY_HOP = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
"""Headers that tell of the line to us, not of what comes over it."""


class Streamed(httpx2.AsyncByteStream):
    """A body as it comes, ended when it grows beyond its bound."""

    def __init__(self, response: aiohttp.ClientResponse, most: int) -> None:
        self._response = response
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give what has come; raises an error of the line when there is too much or no more."""
        came = 0
        try:
            async for chunk in self._response.content.iter_any():
                came += len(chunk)
                if came > self._most:
                    raise httpx2.ReadError(f"the answer is larger than {self._most // 1024} kB")
                yield chunk
        except aiohttp.ClientError as error:
            raise httpx2.ReadError(type(error).__name__) from error

    async def aclose(self) -> None:
        """Let the line go."""
        self._response.close()


class GuardedTransport(httpx2.AsyncBaseTransport):
    """What the MCP client sends with."""

    def __init__(self, session: aiohttp.ClientSession, admission: Admission, most: int) -> None:
        self._session = session
        self._admission = admission
        self._most = most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; once more with fresh credentials when they had run out."""
        body = await request.aread()
        try:
            carried = await self._admission.credentials.headers()
            response = await self._once(request, body, dict(carried))
            if response.status == 401 and await self._admission.credentials.renewed(carried):
                response.close()
                fresh = await self._admission.credentials.headers()
                response = await self._once(request, body, dict(fresh))
        except aiohttp.ClientConnectorError as error:
            raise httpx2.ConnectError(str(error.os_error)) from error
        except (aiohttp.ClientError, BackendFailed) as error:
            raise httpx2.NetworkError(type(error).__name__) from error
        headers = [
            (name, value) for name, value in response.headers.items() if name.lower() not in HOP_BY_HOP
        ]
        return httpx2.Response(response.status, headers=headers, stream=Streamed(response, self._most))

    async def _once(
        self, request: httpx2.Request, body: bytes, carried: dict[str, str]
    ) -> aiohttp.ClientResponse:
        sent = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        url = request.url.copy_merge_params(dict(self._admission.query))
        return await self._session.request(
            request.method,
            str(url),
            data=body or None,
            headers=sent | carried,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
        )
