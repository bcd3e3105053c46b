"""The connectors' process as the engine sees it: an address, a key, and what it says of itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import aiohttp
import orjson

from app.channels.inbound import TOKEN_HEADER
from app.outbox.port import Outage, Refused, Retryable

DELIVER_WITHIN = aiohttp.ClientTimeout(total=60.0, sock_connect=2.0)
STARTS_WITHIN_S = 6.0
"""The process is started again when it falls and when its file changes: that is no provider's outage."""
LOOK_S = 0.2
Answered = TypeVar("Answered")


@dataclass(frozen=True)
class ChannelsProcess:
    """Speaks to the connectors over loopback."""

    url: str
    token: str
    session: aiohttp.ClientSession
    starts_within_s: float = STARTS_WITHIN_S

    async def deliver(self, reply: Mapping[str, Any]) -> Sequence[str]:
        """Send one reply and return the provider's ids; raises one of the outbox's three errors."""
        try:
            return await once_it_runs(partial(self._deliver, reply), self.starts_within_s)
        except aiohttp.ClientConnectorError:
            raise Outage("the channels process does not run") from None
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            raise Retryable("the channels process did not answer in time") from None

    async def _deliver(self, reply: Mapping[str, Any]) -> Sequence[str]:
        headers = {TOKEN_HEADER: self.token, "Content-Type": "application/json"}
        async with self.session.post(
            f"{self.url}/deliver", data=orjson.dumps(reply), headers=headers, timeout=DELIVER_WITHIN
        ) as response:
            return outcome(response.status, await response.read())

    async def file(self, channel: str, attachment: Mapping[str, Any]) -> bytes | None:
        """Fetch what came with a message; None when the channel does not give it."""
        headers = {TOKEN_HEADER: self.token, "Content-Type": "application/json"}
        body = orjson.dumps({"channel": channel, "attachment": dict(attachment)})
        try:
            async with self.session.post(f"{self.url}/file", data=body, headers=headers) as response:
                return await response.read() if response.status == 200 else None
        except (aiohttp.ClientError, ConnectionError):
            return None


async def once_it_runs(ask: Callable[[], Awaitable[Answered]], within_s: float) -> Answered:
    """Ask, and again while nobody listens: nothing of it was heard, and the process may be starting."""
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while True:
        try:
            return await ask()
        except aiohttp.ClientConnectorError:
            if loop.time() > until:
                raise
        await asyncio.sleep(LOOK_S)


def outcome(status: int, body: bytes) -> Sequence[str]:
    """Read the ids, or raise what kind of failure it was."""
    try:
        told: Mapping[str, Any] = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        told = {}
    if status == 200:
        return [str(one) for one in told.get("ids", ())]
    why = str(told.get("why") or f"the channels process answered {status}")
    match told.get("kind"):
        case "refused":
            raise Refused(why)
        case "outage":
            raise Outage(why)
        case _:
            raise Retryable(why, after_s=told.get("retry_after_s"))
