"""Mattermost: outgoing webhooks, interactive buttons, posts by its API.

Wire format: developers.mattermost.com, "Outgoing webhooks", "Interactive messages"; api.mattermost.com,
"Create a post" and "Get a user".
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, File, Heard, VendorPeer

OUTGOING = "zmigewsanbbsdf59xnmduzypjc"
BOT_TOKEN = "bot-token"  # noqa: S105 - a token of the test's
PLACE = "hawos4dqtby53pd64o4a4cmeoo"


class MattermostPeer(VendorPeer):
    """One server, one channel, one outgoing webhook."""

    name = channel = "mattermost"
    longest_text = 16_383
    customer = "rnina9994bde8mua79zqcg5hmo"
    cannot: Mapping[str, str] = {
        "echo": "an outgoing webhook is not called for the posts of the bot that it feeds",
        "status": "Mattermost tells no state of a post that it took",
    }

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields and the outgoing webhook's token."""
        return {
            "url": f"{self.url}/api/v4",
            "token": BOT_TOKEN,
            "webhook_url": self.webhook_url,
            "outgoing_token": OUTGOING,
        }

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make an outgoing webhook's call; what the customer said stands behind the trigger word."""
        told = {
            "token": OUTGOING,
            "team_id": "jr5a8y4w7fbr7c9cgz6dfhbgjo",
            "channel_id": PLACE,
            "timestamp": 1506720000000,
            "user_id": self.customer,
            "user_name": "ada",
            "post_id": message_id,
            "text": f"@frontdesk {text}",
            "trigger_word": "@frontdesk",
            "file_ids": ",".join(file.id for file in files),
        }
        return _json(told)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make a button's call with the context that the post carried."""
        seal = hmac.new(BOT_TOKEN.encode(), f"{PLACE}:{payload}".encode(), hashlib.sha256).hexdigest()
        told = {"user_id": self.customer, "channel_id": PLACE, "post_id": "p1", "trigger_id": message_id}
        return _json({**told, "type": "button", "context": {"action": payload, "seal": seal}})

    def tampered(self, call: Call) -> Sequence[Call]:
        """Guess the token, leave it out, and press a button that was never shown."""
        told = json.loads(call.body)
        bare = {name: value for name, value in told.items() if name != "token"}
        pressed = {"user_id": self.customer, "channel_id": PLACE, "trigger_id": "t"}
        return (
            _json({**told, "token": "guess"}),
            _json(bare),
            _json({**pressed, "context": {"action": "/affirm", "seal": "0" * 64}}),
        )

    def unknown(self) -> Sequence[Call]:
        """Make a call without a post, and one without anything but the token."""
        return (_json({"token": OUTGOING, "hologram": True}), _json({"token": OUTGOING}))

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear posts, and say whom the token belongs to."""
        return (
            web.post("/api/v4/posts", self._post),
            web.get("/api/v4/users/me", self._whoami),
            web.get("/api/v4/files/{name}", self._file),
        )

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(status=401)
        return web.Response(body=request.match_info["name"].encode())

    async def _post(self, request: web.Request) -> web.Response:
        given = await request.json()
        attachments = given.get("props", {}).get("attachments", ())
        labels = tuple(action["name"] for one in attachments for action in one.get("actions", ()))
        post_id = f"post{self.next_id()}"
        heard = Heard(
            to=given["channel_id"],
            text=given["message"],
            labels=labels,
            provider_id=post_id,
            key=given.get("pending_post_id", ""),
        )
        return self.take(heard) or web.json_response({"id": post_id, **given}, status=201)

    async def _whoami(self, _: web.Request) -> web.Response:
        return web.json_response({"id": "b", "username": "frontdesk"})


def _json(told: Mapping[str, Any]) -> Call:
    return Call(body=json.dumps(told).encode(), headers={"Content-Type": "application/json"})
