"""X as its documentation has it: Account Activity events, the CRC challenge, direct messages.

Wire format: docs.x.com, "Account Activity API" (securing webhooks, direct message events) and
`POST direct_messages/events/new`.
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

SECRET = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"  # noqa: S105 - of X's own published example
ACCOUNT = "3805104374"
KINDS = {"image": "photo"}


class XPeer(SigningPeer):
    """One account with our app."""

    name = channel = "x"
    longest_text = 10_000
    customer = "2244994945"
    header = "X-Twitter-Webhooks-Signature"
    cannot: Mapping[str, str] = {"status": "X tells only that everything up to a message was read"}

    def credentials(self) -> Mapping[str, Any]:
        """Return the fields of the developer portal, and where the API is."""
        return {
            "consumer_key": "xvz1evFS4wEEPTGEFPHBog",
            "consumer_secret": SECRET,
            "access_token": f"{ACCOUNT}-token",
            "access_token_secret": "token-secret",
            "api_url": self.url,
        }

    def proof(self, body: bytes) -> str:
        """Sign with HMAC-SHA256 in base64, with the algorithm's name before it."""
        return "sha256=" + base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a `message_create` event."""
        said: dict[str, Any] = {"text": text, "entities": {"urls": []}}
        for file in files:
            media = {"id_str": file.id, "type": KINDS.get(file.kind, file.kind), "media_url_https": file.url}
            said["attachment"] = {"type": "media", "media": media}
        return self._created(message_id, self.customer, ACCOUNT, said)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the message that a quick reply becomes."""
        response = {"type": "options", "metadata": payload}
        return self._created(
            message_id, self.customer, ACCOUNT, {"text": "Yes", "quick_reply_response": response}
        )

    def echo(self, text: str) -> Call:
        """Tell of the account's own message."""
        return self._created("own", ACCOUNT, self.customer, {"text": text})

    def unknown(self) -> Sequence[Call]:
        """Make typing, a read mark, a new kind of event and nothing."""
        return (
            self._told({"direct_message_indicate_typing_events": [{"sender_id": self.customer}]}),
            self._told({"direct_message_mark_read_events": [{"last_read_event_id": "1"}]}),
            self._told({"direct_message_events": [{"type": "hologram", "id": "5"}]}),
            self._told({"follow_events": []}),
        )

    def _created(self, message_id: str, sender: str, to: str, said: Mapping[str, Any]) -> Call:
        created = {"target": {"recipient_id": to}, "sender_id": sender, "message_data": said}
        event = {
            "type": "message_create",
            "id": message_id,
            "created_timestamp": str(int(time.time() * 1000)),
            "message_create": created,
        }
        return self._told({"direct_message_events": [event]})

    def _told(self, events: Mapping[str, Any]) -> Call:
        return self.signed({"for_user_id": ACCOUNT, **events, "users": {self.customer: {"name": "Furni"}}})

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear what is sent, and say whose account it is."""
        return (
            web.post("/1.1/direct_messages/events/new.json", self._send),
            web.get("/1.1/account/verify_credentials.json", self._me),
        )

    async def _send(self, request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith("OAuth "):
            return web.json_response({"errors": [{"code": 32, "message": "no"}]}, status=401)
        event = (await request.json())["event"]
        created = event["message_create"]
        said = created["message_data"]
        labels = sent_labels(said.get("quick_reply", {}).get("options", ()), "label")
        message_id = f"10759{self.next_id():014d}"
        heard = Heard(
            to=created["target"]["recipient_id"], text=said["text"], labels=labels, provider_id=message_id
        )
        return self.take(heard) or web.json_response({"event": {**event, "id": message_id}})

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"id_str": ACCOUNT, "screen_name": "furniture"})

    def refusal(self, fault: Fault) -> web.Response:
        """Say it in X's words: people who take no messages from us are a 403."""
        if fault.refuses:
            errors = [{"code": 349, "message": "You cannot send messages to this user."}]
            return web.json_response({"errors": errors}, status=403)
        return web.json_response({"errors": [{"code": 130}]}, status=fault.status, headers=fault.headers)
