"""A receiver of webhooks that checks every signature with the official library."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

TOLERANCE = timedelta(minutes=4)
Answer = Callable[[], web.Response]


def taken() -> web.Response:
    """All is well."""
    return web.Response(status=204)


def genuine(secret: str, raw: bytes, headers: dict[str, str]) -> bool:
    """Verify as receivers do; where a test has moved the sender's clock, all but the time."""
    sent = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    if abs(sent - datetime.now(UTC)) > TOLERANCE:
        expected = Webhook(secret).sign(headers["webhook-id"], sent, raw.decode())
        return expected in headers["webhook-signature"].split(" ")
    try:
        Webhook(secret).verify(raw, headers)
    except WebhookVerificationError:
        return False
    return True


@dataclass
class Receiver:
    """Takes what is signed with its secret."""

    secret: str = ""
    took: list[dict[str, Any]] = field(default_factory=list)
    """Bodies that were accepted, each with its `id`."""
    came: list[str] = field(default_factory=list)
    """Ids of all attempts, whatever became of them."""
    forged: int = 0
    answer: Answer = taken

    def app(self) -> web.Application:
        """The service."""
        app = web.Application()
        app.add_routes([web.post("/hook", self.receive), web.post("/elsewhere", self.receive)])
        return app

    async def receive(self, request: web.Request) -> web.Response:
        """Check, remember, answer."""
        raw = await request.read()
        self.came.append(request.headers["webhook-id"])
        if not genuine(self.secret, raw, dict(request.headers)):
            self.forged += 1
            return web.Response(status=401)
        answer = self.answer()
        if answer.status < 300:
            self.took.append({"id": request.headers["webhook-id"], **orjson.loads(raw)})
        return answer

    def types(self) -> list[str]:
        """What was told, in the order in which it came."""
        return [body["type"] for body in self.took]
