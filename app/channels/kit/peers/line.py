"""LINE as its documentation has it: webhook events, reply and push messages, retry keys.

Wire format: developers.line.biz, Messaging API reference: "Webhook Event Objects", "Signature validation",
"Send reply message", "Send push message", "Retrying a failed API request".
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, Fault, File, Heard
from app.channels.kit.peers.signed import SigningPeer, sent_labels

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"  # noqa: S105 - a loopback vendor's


class LinePeer(SigningPeer):
    """One official account."""

    name = channel = "line"
    longest_text = 5000
    customer = "U4af4980629a8bbc"
    header = "X-Line-Signature"
    cannot: Mapping[str, str] = {
        "echo": "LINE tells of no message of ours",
        "status": "LINE tells no state of a message that it took",
    }

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, str] = {}
        """Ids of pushed messages by their retry keys."""
        self.spent: set[str] = set()
        """Reply tokens that were used."""

    def credentials(self) -> Mapping[str, Any]:
        """Return the fields of LINE's console, and where the API is."""
        return {"channel_secret": SECRET, "channel_access_token": "channel-token", "api_url": self.url}

    def proof(self, body: bytes) -> str:
        """Sign with HMAC-SHA256 in base64."""
        return base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a message event; a file is an event of its own, so its words come beside it."""
        said = {"id": message_id, "type": "text", "text": text, "quoteToken": "q3Plxr4AgKd"}
        events = [self._event("message", message_id, message=said)] if text else []
        for file in files:
            provider = {"type": "external", "originalContentUrl": file.url}
            shown = {"id": f"{message_id}-{file.id}", "type": file.kind, "contentProvider": provider}
            if not text:
                events.append(self._event("message", message_id, message=shown))
            else:
                events[0]["message"] = {**shown, "text": text}
        return self._delivered(events)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make a postback event."""
        return self._delivered([self._event("postback", message_id, postback={"data": payload})])

    def unknown(self) -> Sequence[Call]:
        """Make a follow, an unsend, a new kind of event, a new kind of message, and the console's test."""
        strange = {"id": "9", "type": "hologram"}
        return (
            self._delivered([self._event("follow", "e1", follow={"isUnblocked": False})]),
            self._delivered([self._event("unsend", "e2", unsend={"messageId": "1"})]),
            self._delivered([self._event("hologram", "e3")]),
            self._delivered([self._event("message", "e4", message=strange)]),
            self._delivered([]),
        )

    def _event(self, kind: str, event_id: str, **parts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "type": kind,
            "webhookEventId": event_id,
            "deliveryContext": {"isRedelivery": False},
            "timestamp": int(time.time() * 1000),
            "source": {"type": "user", "userId": self.customer},
            "replyToken": f"reply-{event_id}",
            "mode": "active",
            **parts,
        }

    def _delivered(self, events: Sequence[Mapping[str, Any]]) -> Call:
        return self.signed({"destination": "Uaccount", "events": events})

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear replies and pushes, and say whose account it is."""
        return (
            web.post("/v2/bot/message/reply", self._reply),
            web.post("/v2/bot/message/push", self._push),
            web.get("/v2/bot/info", self._info),
        )

    async def _reply(self, request: web.Request) -> web.Response:
        given = await request.json()
        if "X-Line-Retry-Key" in request.headers:
            return web.json_response({"message": "Retry key is not accepted"}, status=400)
        if given["replyToken"] in self.spent:
            return web.json_response({"message": "Invalid reply token"}, status=400)
        self.spent.add(given["replyToken"])
        return self._heard(self.customer, given["messages"], "")

    async def _push(self, request: web.Request) -> web.Response:
        given, key = await request.json(), request.headers.get("X-Line-Retry-Key", "")
        if key in self.taken:
            told = {"message": "The retry key is already accepted", "sentMessages": [{"id": self.taken[key]}]}
            return web.json_response(told, status=409, headers={"x-line-accepted-request-id": "first"})
        return self._heard(given["to"], given["messages"], key)

    def _heard(self, to: str, messages: Sequence[Mapping[str, Any]], key: str) -> web.Response:
        (message,) = messages
        labels = sent_labels(message.get("quickReply", {}).get("items", ()), "action", "label")
        message_id = f"46124662{self.next_id():010d}"
        refused = self.take(
            Heard(to=to, text=message.get("text", ""), labels=labels, provider_id=message_id, key=key)
        )
        if refused is None and key:
            self.taken[key] = message_id
        return refused or web.json_response({"sentMessages": [{"id": message_id, "quoteToken": "q"}]})

    async def _info(self, _: web.Request) -> web.Response:
        return web.json_response({"userId": "Uaccount", "displayName": "Loopback"})

    def refusal(self, fault: Fault) -> web.Response:
        """Say it in LINE's words."""
        return web.json_response(
            {"message": "The request was not taken"}, status=fault.status, headers=fault.headers
        )
