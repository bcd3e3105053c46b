"""A company's own program behind Rasa's callback channel.

Wire format: legacy-docs-oss.rasa.com, "Your Own Website", "CallbackInput".
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, File, Heard, VendorPeer

KEY = "callers-key"


class CallbackPeer(VendorPeer):
    """A program that sends messages in and has replies posted to it."""

    name = channel = "callback"
    longest_text = 64 * 1024
    customer = "visitor-7"
    cannot: Mapping[str, str] = {
        "echo": "replies go to the company's own program, which does not send them back",
        "status": "the company's own program tells no state",
    }

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's field and the key that callers send."""
        return {"url": f"{self.url}/bot", "key": KEY}

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a message in the shape of Rasa's REST channel."""
        metadata: dict[str, Any] = {"message_id": message_id, "sent_at": 1755000000.5}
        if files:
            metadata["attachments"] = [vars(file) for file in files]
        return self._call({"sender": self.customer, "message": text, "metadata": metadata})

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the message that stands for a button."""
        return self.says(message_id, payload)

    def tampered(self, call: Call) -> Sequence[Call]:
        """Leave the key out, and guess it."""
        bare = {"Content-Type": "application/json"}
        return (Call(body=call.body, headers=bare), Call(body=call.body, headers={**bare, "X-API-Key": "x"}))

    def unknown(self) -> Sequence[Call]:
        """Make an object that is no message."""
        return (self._call({"hologram": True}), self._call({"sender": "somebody"}))

    def _call(self, told: Mapping[str, Any]) -> Call:
        headers = {"Content-Type": "application/json", "X-API-Key": KEY}
        return Call(body=json.dumps(told).encode(), headers=headers)

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear replies."""
        return (web.post("/bot", self._hear),)

    async def _hear(self, request: web.Request) -> web.Response:
        given = await request.json()
        heard = Heard(
            to=given["recipient_id"],
            text=given.get("text", ""),
            labels=tuple(button["title"] for button in given.get("buttons", ())),
            provider_id=f"cb-{self.next_id()}",
            key=request.headers.get("Idempotency-Key", ""),
        )
        return self.take(heard) or web.json_response({"id": heard.provider_id})
