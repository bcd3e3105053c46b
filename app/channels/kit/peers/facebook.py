"""Messenger as its documentation has it: `messaging` events, the Send API, quick replies.

Wire format: developers.facebook.com, Messenger Platform: "Webhook events" (messages, message_echoes,
messaging_postbacks, message_deliveries) and "Send API".
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, File, Heard
from app.channels.kit.peers.meta import SECRET, TOKEN, MetaPeer
from app.channels.kit.peers.signed import sent_labels

PAGE = "1067280970047460"


class FacebookPeer(MetaPeer):
    """One page with our app on it."""

    name = channel = "facebook"
    longest_text = 2000
    customer = "1254477777772919"

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, and where the API is."""
        return {"verify": TOKEN, "secret": SECRET, "page-access-token": "EAAB-page", "api_url": self.url}

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a `messages` event."""
        shown = [{"type": file.kind, "payload": {"url": file.url}} for file in files]
        message = {
            "mid": message_id,
            **({"text": text} if text else {}),
            **({"attachments": shown} if shown else {}),
        }
        return self._event({"message": message})

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the message that a quick reply becomes."""
        return self._event(
            {"message": {"mid": message_id, "text": "Yes", "quick_reply": {"payload": payload}}}
        )

    def echo(self, text: str) -> Call:
        """Tell of the page's own message."""
        message = {"is_echo": True, "app_id": 1517776481860111, "mid": "m_own", "text": text}
        return self._event({"message": message}, sender=PAGE, recipient=self.customer)

    def status(self, provider_id: str) -> tuple[Call, str]:
        """Tell that a message was delivered."""
        return self._event({"delivery": {"mids": [provider_id], "watermark": 1458668856253}}), "delivered"

    def unknown(self) -> Sequence[Call]:
        """Make a reaction, a deleted message, a change of the page, another app's thread and nothing."""
        return (
            self._event({"reaction": {"reaction": "love", "action": "react", "mid": "m_1"}}),
            self._event({"message": {"mid": "m_gone", "is_deleted": True}}),
            self._event({"hologram": {}}),
            self.signed(
                {"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": [{"field": "feed"}]}]}
            ),
            self.signed(
                {
                    "object": "page",
                    "entry": [{"id": PAGE, "standby": [{"message": {"mid": "m", "text": "x"}}]}],
                }
            ),
            self.signed({"object": "page"}),
        )

    def _event(self, event: Mapping[str, Any], *, sender: str = "", recipient: str = PAGE) -> Call:
        now = int(time.time() * 1000)
        one = {
            "sender": {"id": sender or self.customer},
            "recipient": {"id": recipient},
            "timestamp": now,
            **event,
        }
        return self.signed({"object": "page", "entry": [{"id": PAGE, "time": now, "messaging": [one]}]})

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear what is sent, and say whose page it is."""
        return (web.post("/me/messages", self._send), web.get("/me", self._me))

    async def _send(self, request: web.Request) -> web.Response:
        given = await request.json()
        to, message = given["recipient"]["id"], given["message"]
        labels = sent_labels(message.get("quick_replies", ()), "title")
        message_id = f"m_{self.next_id()}"
        refused = self.take(Heard(to=to, text=message.get("text", ""), labels=labels, provider_id=message_id))
        return refused or web.json_response({"recipient_id": to, "message_id": message_id})

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"id": PAGE, "name": "Loopback page"})
