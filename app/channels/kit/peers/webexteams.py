"""Webex as its documentation has it: webhooks that name a message, the message behind it, adaptive cards.

Wire format: developer.webex.com, "Webhooks" (handling requests, authenticating), "Messages", "Attachment
actions".
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, File, Heard
from app.channels.kit.peers.signed import SigningPeer, sent_labels

SECRET = "webex-loopback"  # noqa: S105 - a loopback vendor's
PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture" * 100
ROOM = "Y2lzY29zcGFyazovL3VzL1JPT00v"
BOT = "Y2lzY29zcGFyazovL3VzL1BFT1BMRS9i"


class WebexTeamsPeer(SigningPeer):
    """One bot in one room."""

    name = channel = "webexteams"
    longest_text = 7439
    customer = "Y2lzY29zcGFyazovL3VzL1BFT1BMRS9j"
    header = "X-Spark-Signature"
    cannot: Mapping[str, str] = {"status": "Webex tells no state of a message that it took"}

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, Mapping[str, Any]] = {}
        """What people wrote and pressed, by its id."""

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's field, the webhook's secret, and where the API is."""
        return {"access_token": "webex-token", "secret": SECRET, "api_url": self.url}

    def proof(self, body: bytes) -> str:
        """Sign with HMAC-SHA1 in hex."""
        return hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Keep the message, and make the webhook that names it."""
        shown = {"files": [f"{self.url}/contents/{file.id}" for file in files]} if files else {}
        self._keep(message_id, self.customer, {"text": text, **shown})
        return self._created("messages", message_id, self.customer)

    def presses(self, message_id: str, payload: str) -> Call:
        """Keep what a card's button sends, and make the webhook that names it."""
        self._keep(message_id, self.customer, {"type": "submit", "inputs": {"payload": payload}})
        return self._created("attachmentActions", message_id, self.customer)

    def echo(self, text: str) -> Call:
        """Tell of the bot's own message."""
        self._keep("own", BOT, {"text": text})
        return self._created("messages", "own", BOT)

    def unknown(self) -> Sequence[Call]:
        """Make a deleted message, a new member, a new resource and nothing."""
        return (
            self.signed(
                {"resource": "messages", "event": "deleted", "createdBy": BOT, "data": {"id": "gone"}}
            ),
            self.signed(
                {"resource": "memberships", "event": "created", "createdBy": BOT, "data": {"id": "m"}}
            ),
            self.signed({"resource": "holograms", "event": "created", "createdBy": BOT, "data": {"id": "h"}}),
            self.signed({"resource": "messages"}),
        )

    def _keep(self, message_id: str, person: str, parts: Mapping[str, Any]) -> None:
        common = {"id": message_id, "roomId": ROOM, "roomType": "direct", "personId": person}
        made = {"personEmail": "ada@example.com", "created": datetime.now(UTC).isoformat()}
        self.written[message_id] = {**common, **made, **parts}

    def _created(self, resource: str, message_id: str, person: str) -> Call:
        data = {"id": message_id, "roomId": ROOM, "personId": person, "roomType": "direct"}
        return self.signed({"resource": resource, "event": "created", "createdBy": BOT, "data": data})

    def routes(self) -> Sequence[web.RouteDef]:
        """Show what was written, hear what is sent, and say whose token it is."""
        return (
            web.get("/messages/{id}", self._written),
            web.get("/attachment/actions/{id}", self._written),
            web.get("/contents/{id}", self._file),
            web.post("/messages", self._send),
            web.get("/people/me", self._me),
        )

    async def _written(self, request: web.Request) -> web.Response:
        found = self.written.get(request.match_info["id"])
        return web.json_response(found or {"message": "not found"}, status=200 if found else 404)

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer webex-token":
            return web.json_response({}, status=401)
        return web.Response(body=PICTURE, content_type="image/png")

    async def _send(self, request: web.Request) -> web.Response:
        given = await request.json()
        actions = [a for one in given.get("attachments", ()) for a in one["content"]["actions"]]
        own = f"own-{self.next_id()}"
        labels = sent_labels(actions, "title")
        heard = Heard(to=given["roomId"], text=given.get("markdown", ""), labels=labels, provider_id=own)
        return self.take(heard) or web.json_response({"id": own, "roomId": given["roomId"]})

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"id": BOT, "displayName": "Frontdesk", "type": "bot"})
