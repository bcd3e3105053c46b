"""Connections that reach public addresses only, unless their network is allowed; answers of bounded size.

The check stands where the socket is made, for the very address that is connected to: neither a name that
resolves to something else the second time nor an address written in digits gets past it.
"""

import socket
from collections.abc import Iterable
from typing import Any

import aiohttp

from tools.errors import BackendFailed
from tools.networks import Network, permitted


class AddressRefused(OSError):
    """A connection to an address that may not be reached: allow its network, or name another system."""


class TooLarge(BackendFailed):
    """An answer larger than any honest one; it was not read to its end."""


def guarded_connector(
    allowed: Iterable[Network] = (), *, limit: int = 32, force_close: bool = False
) -> aiohttp.TCPConnector:
    """Make a connector that refuses every address that is not permitted."""
    networks = tuple(allowed)

    def open_socket(found: Any) -> socket.socket:
        family, kind, protocol, _, target = found
        if not permitted(str(target[0]), networks):
            raise AddressRefused(f"{target[0]} is not a public address")
        return socket.socket(family=family, type=kind, proto=protocol)

    return aiohttp.TCPConnector(limit=limit, force_close=force_close, socket_factory=open_socket)


def guarded_session(allowed: Iterable[Network] = (), *, limit: int = 32) -> aiohttp.ClientSession:
    """Make a session over such a connector that keeps no cookies and believes no proxy variables."""
    return aiohttp.ClientSession(
        connector=guarded_connector(allowed, limit=limit), cookie_jar=aiohttp.DummyCookieJar()
    )


async def read_bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read a body, and stop as soon as it is larger than any honest one."""
    declared = response.content_length
    body = bytearray()
    if declared is None or declared <= most:
        async for chunk in response.content.iter_chunked(65_536):
            body += chunk
            if len(body) > most:
                break
        else:
            return bytes(body)
    response.close()
    raise TooLarge("too_large", f"the answer is larger than {most // 1024} kB")
