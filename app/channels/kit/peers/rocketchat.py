"""Rocket.Chat as its documentation has it: outgoing webhooks, login, `chat.sendMessage`.

Wire format: docs.rocket.chat, "Outgoing webhooks", "Omnichannel webhooks"; developer.rocket.chat, "Login",
"Send message", "Get message".
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer

TOKEN = "6FvTWZXnY5"  # noqa: S105 - a loopback vendor's
ROOM = "GENERAL"
BOT = "frontdesk"
_JSON = {"Content-Type": "application/json"}


class RocketChatPeer(VendorPeer):
    """One workspace with a bot in one room."""

    name = channel = "rocketchat"
    longest_text = 5000
    customer = "vbYmPEMhBXXAmx5kP"
    cannot: Mapping[str, str] = {
        "status": "Rocket.Chat tells no state of a message that it took",
    }

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[str, Mapping[str, Any]] = {}
        """What people wrote, by its id."""

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, and the webhook's token."""
        return {"user": BOT, "password": "loopback-password", "server_url": self.url, "token": TOKEN}

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make the request of an outgoing webhook."""
        self.written[message_id] = {"_id": message_id, "rid": ROOM, "msg": text}
        shown = {"_id": files[0].id, "name": files[0].name, "type": files[0].content_type} if files else None
        message = {"message": {"_id": message_id, "file": shown}} if shown else {}
        return self._told({"message_id": message_id, "text": text, **message})

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the message that a button becomes: what it stands for, as if it had been written."""
        return self.says(message_id, payload)

    def tampered(self, call: Call) -> Sequence[Call]:
        """Leave the token out, or guess one; the body itself is not signed."""
        told = orjson.loads(call.body)
        bare = {name: value for name, value in told.items() if name != "token"}
        guessed = {**told, "token": "6FvTWZXnY6"}
        return tuple(Call(body=orjson.dumps(one), headers=_JSON) for one in (bare, guessed))

    def echo(self, text: str) -> Call:
        """Tell of the bot's own message."""
        return self._told({"message_id": "own", "text": text, "user_name": BOT, "bot": {"i": "webhook"}})

    def unknown(self) -> Sequence[Call]:
        """Make an edited message, a room that was made, a session that began, nothing."""
        session = {"_id": "S1", "type": "LivechatSessionStart", "visitor": {"_id": "v1"}, "messages": []}
        return (
            self._told({"message_id": "1", "text": "corrected", "isEdited": True}),
            self._told({"channel_name": "new-room"}),
            Call(body=orjson.dumps(session), headers={**_JSON, "X-RocketChat-Livechat-Token": TOKEN}),
            Call(body=orjson.dumps({"token": TOKEN}), headers=_JSON),
        )

    def visitor_says(self, message_id: str, text: str) -> Call:
        """Make the request of an Omnichannel webhook: what a visitor wrote, beside an agent's words."""
        said = {"_id": message_id, "username": "guest-3", "msg": text, "ts": _now()}
        agent = {"_id": "a1", "username": "user1", "agentId": "aXjjcPwq4", "msg": "hello", "ts": _now()}
        told = {
            "_id": "Tc5SyBZHovD4k8BXv",
            "type": "Message",
            "visitor": {"_id": "63db8d4990fe6eda42ad429a", "name": "James", "username": "guest-3"},
            "messages": [said, agent],
        }
        return Call(body=orjson.dumps(told), headers={**_JSON, "X-RocketChat-Livechat-Token": TOKEN})

    def _told(self, parts: Mapping[str, Any]) -> Call:
        told = {
            "token": TOKEN,
            "bot": False,
            "channel_id": ROOM,
            "channel_name": "general",
            "timestamp": _now(),
            "user_id": self.customer,
            "user_name": "rocket.cat",
            "siteUrl": self.url,
            **parts,
        }
        return Call(body=orjson.dumps(told), headers=_JSON)

    def routes(self) -> Sequence[web.RouteDef]:
        """Let the bot in, show what was written, hear what is sent."""
        return (
            web.post("/api/v1/login", self._login),
            web.get("/api/v1/chat.getMessage", self._written),
            web.post("/api/v1/chat.sendMessage", self._send),
            web.get("/api/v1/me", self._me),
        )

    async def _login(self, request: web.Request) -> web.Response:
        given = await request.json()
        if not hmac.compare_digest(str(given.get("password")), "loopback-password"):
            return web.json_response({"status": "error", "error": "Unauthorized"}, status=401)
        return web.json_response({"status": "success", "data": {"authToken": "login-1", "userId": "u1"}})

    async def _written(self, request: web.Request) -> web.Response:
        found = self.written.get(request.query["msgId"])
        told = {"message": found, "success": True} if found else {"success": False}
        return web.json_response(told, status=200 if found else 400)

    async def _send(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Auth-Token") != "login-1":
            return web.json_response({"status": "error"}, status=401)
        given = (await request.json())["message"]
        labels = tuple(a["text"] for one in given.get("attachments", ()) for a in one.get("actions", ()))
        heard = Heard(
            to=given["rid"], text=given["msg"], labels=labels, provider_id=given["_id"], key=given["_id"]
        )
        return self.take(heard) or web.json_response({"message": {"_id": given["_id"]}, "success": True})

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"username": BOT, "success": True})

    def refusal(self, fault: Fault) -> web.Response:
        """Say it in Rocket.Chat's words."""
        told = {"success": False, "errorType": "error-not-allowed" if fault.refuses else "error-internal"}
        return web.json_response(told, status=fault.status, headers=fault.headers)


def _now() -> str:
    return datetime.now(UTC).isoformat()
