"""JSON posted to a provider, with its refusals told apart; for connectors whose own client hides them."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from frontdesk_channels.failures import FailureKind, Undelivered

WITHIN = aiohttp.ClientTimeout(total=10.0)


async def post_json(
    who: str, url: str, body: Any, headers: Mapping[str, str], params: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object that the provider answers with, or raise `Undelivered`."""
    return await ask_json(who, "POST", url, body, headers, params)


async def ask_json(
    who: str,
    method: str,
    url: str,
    body: Any,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Ask a provider with any method; an answer that is no object is an empty one."""
    sending = None if body is None else orjson.dumps(body)
    given = {"Content-Type": "application/json", **headers}
    try:
        async with (
            aiohttp.ClientSession(timeout=WITHIN) as session,
            session.request(method, url, data=sending, headers=given, params=params) as response,
        ):
            if response.status >= 400:
                raise refusal(who, response.status, response.headers.get("Retry-After"))
            return _object(await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Undelivered("retryable", f"{who} is not reached: {type(error).__name__}") from None


def refusal(who: str, status: int, retry_after: str | None) -> Undelivered:
    """Tell a refusal that passes from one that stays, by the status alone."""
    kind: FailureKind = "refused"
    if status in (408, 409, 425, 429) or status >= 500:
        kind = "retryable"
    elif status in (401, 403):
        kind = "outage"
    wait = float(retry_after) if retry_after and retry_after.isdigit() else None
    return Undelivered(kind, f"{who} answers {status}", wait)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
