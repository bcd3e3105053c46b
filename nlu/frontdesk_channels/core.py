"""The core's doors for channels: messages in, and what became of replies."""

from dataclasses import asdict
from typing import Any

import aiohttp
import orjson

from frontdesk_channels.events import Said, Status
from frontdesk_channels.failures import NotStored

TOKEN_HEADER = "X-Channels-Token"  # noqa: S105 - a header's name
WITHIN_S = 10.0
ANSWER_WITHIN_S = 12.0
"""How long a channel that has its reply in the response waits for it."""
AGAIN = (401, 404, 408, 429)
"""Refusals that say nothing about the message itself."""


class Core:
    """Speaks to the engine over loopback."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the connections; called in the loop that serves."""
        self._session = aiohttp.ClientSession(headers={TOKEN_HEADER: self._token})

    async def close(self) -> None:
        """Close them."""
        if self._session is not None:
            await self._session.close()

    async def store(self, channel: str, said: Said) -> None:
        """Return when the message is stored, or can never be; raise `NotStored` to have it sent again."""
        await self._post("messages", _message(channel, said), WITHIN_S)

    async def answer(self, channel: str, said: Said) -> list[dict[str, Any]]:
        """Store the message and return the replies, in the shape that Rasa's output channels take."""
        body = {**_message(channel, said), "wait_s": ANSWER_WITHIN_S}
        answered = await self._post("messages", body, ANSWER_WITHIN_S + WITHIN_S)
        return list(answered.get("replies", ()))

    async def tell(self, channel: str, status: Status) -> None:
        """Pass on what became of a reply."""
        await self._post("statuses", {"channel": channel, **asdict(status)}, WITHIN_S)

    async def _post(self, what: str, body: dict[str, Any], within_s: float) -> dict[str, Any]:
        assert self._session is not None, "the core is opened when the server starts"
        url, timeout = f"{self._url}/internal/channels/{what}", aiohttp.ClientTimeout(total=within_s)
        try:
            async with self._session.post(
                url, data=orjson.dumps(body), timeout=timeout, headers={"Content-Type": "application/json"}
            ) as response:
                return _outcome(response.status, await response.read(), response.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError):
            raise NotStored() from None


def _outcome(status: int, body: bytes, retry_after: str | None) -> dict[str, Any]:
    """Tell what is done, or never will be, from what should be sent again."""
    if status < 300:
        return dict(orjson.loads(body or b"{}"))
    if status >= 500 or status in AGAIN:
        again = int(retry_after) if retry_after and retry_after.isdigit() else 2
        raise NotStored(429 if status == 429 else 503, again)
    return {}


def _message(channel: str, said: Said) -> dict[str, Any]:
    """Translate into the message that every channel's messages become."""
    return {
        "channel": channel,
        "message_id": said.message_id,
        "address": said.sender,
        "text": said.text,
        "payload": said.text if said.pressed and said.text.startswith("/") else None,
        "attachments": [_attachment(asdict(one)) for one in said.attachments],
        "reply_to": dict(said.reply_to),
        "sent_at": said.sent_at,
        "metadata": dict(said.metadata),
    }


def _attachment(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", None, {})}
