"""A declared system over HTTP: one API a tool, all sharing the system's address and credentials."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp

from tools.declared.admission import Admission, Secrets, admission
from tools.declared.declaration import Auth, Connection, DeclarationFault, DeclaredTool
from tools.declared.meanings import explain_with
from tools.errors import BackendFailed
from tools.vendor import Reply, VendorApi

T = TypeVar("T")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PAUSE_S = 0.1
PASSING = ("no_answer", "unreachable", "http_429", "http_5", "token_unavailable")
"""Failures of a read that may be over a moment later, by how their code begins."""


@dataclass(frozen=True, kw_only=True)
class HttpSystem:
    """One system: where it is, and what lets us in."""

    base_url: str
    admission: Admission
    session: aiohttp.ClientSession
    most_bytes: int

    def api(self, tool: DeclaredTool, read_anyway: frozenset[int] = frozenset()) -> VendorApi:
        """Make the API as one tool sees it: with its patience, and with its own words for errors."""
        return VendorApi(
            self.session,
            self.base_url,
            self.admission.credentials,
            explain_with(tool.errors),
            timeout_s=tool.timeout_s,
            most_bytes=self.most_bytes,
            read_anyway=read_anyway,
        )


def http_system(
    connection: Connection, base_url: str, auth: Auth | None, secrets: Secrets, session: aiohttp.ClientSession
) -> HttpSystem:
    """Make a system of its declaration."""
    encrypted_where_it_matters(base_url, auth)
    return HttpSystem(
        base_url=base_url.rstrip("/"),
        admission=admission(auth, secrets, session),
        session=session,
        most_bytes=connection.most_kb * 1024,
    )


def encrypted_where_it_matters(base_url: str, auth: Auth | None) -> None:
    """Refuse to send a secret in the clear beyond this machine."""
    for key, url in (("url", base_url), ("auth", auth.token_url if auth else None)):
        parts = urlsplit(url or "")
        if auth and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            message = f"the secret would travel unencrypted to {parts.hostname}"
            raise DeclarationFault((key,), message, "Use its https address.")


async def patiently(tool: DeclaredTool, call: Callable[[], Awaitable[T]]) -> T:
    """Make a read again after a passing failure, as often as declared, within the runner's time."""
    for attempt in range(tool.retries):
        try:
            return await call()
        except BackendFailed as failed:
            if not failed.code.startswith(PASSING):
                raise
            await asyncio.sleep(PAUSE_S * 2**attempt)
    return await call()


async def exchange(
    tool: DeclaredTool, api: VendorApi, path: str, method: str = "POST", **options: Any
) -> Reply:
    """Send a read or an effect, each with its own certainty about failures."""
    if tool.risk == "read":
        return await patiently(tool, lambda: api.read(path, what="thing", method=method, **options))
    return await api.done(path, what="thing", method=method, **options)
