"""Slack as its documentation has it: Events API, interactive payloads, signatures v0, chat.postMessage.

Wire format: docs.slack.dev, "Using the HTTP Request URL", "message event", "Verifying requests from Slack",
"block_actions payload" and the reference of `chat.postMessage` and `auth.test`.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - the secret of Slack's own published example
PLACE = "D024BE91L"


class SlackPeer(VendorPeer):
    """One workspace with our app in it."""

    name = channel = "slack"
    longest_text = 4000
    customer = "U2147483697"
    cannot: Mapping[str, str] = {"status": "Slack tells no state of a message that it took"}

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, and where the API is."""
        return {"slack_token": "xoxb-loopback", "slack_signing_secret": SECRET, "api_url": f"{self.url}/api/"}

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a `message` event of a direct message."""
        event: dict[str, Any] = {
            "type": "message",
            "channel": PLACE,
            "channel_type": "im",
            "user": self.customer,
            "text": text,
            "ts": stamp(message_id),
            "event_ts": stamp(message_id),
        }
        if files:
            event |= {"subtype": "file_share", "files": [_file(file) for file in files]}
        return self._event(event, message_id)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make a `block_actions` payload."""
        pressed = {
            "type": "block_actions",
            "user": {"id": self.customer, "team_id": "T9TK3CUKW"},
            "channel": {"id": PLACE, "name": "directmessage"},
            "message": {"ts": "1512085950.000216", "text": "Which one?"},
            "trigger_id": "13345224609.738474920.8088930838d88f008e0",
            "actions": [{"type": "button", "value": payload, "action_ts": stamp(message_id)}],
        }
        body = urlencode({"payload": json.dumps(pressed)}).encode()
        return signed(body, "application/x-www-form-urlencoded")

    def tampered(self, call: Call) -> Sequence[Call]:
        """Change the body, drop the signature, sign with another secret."""
        bare = {name: value for name, value in call.headers.items() if name != "X-Slack-Signature"}
        wrong = {**call.headers, "X-Slack-Signature": "v0=" + "0" * 64}
        changed = call.body.replace(b'"type"', b'"typo"', 1)
        return (
            Call(body=changed, headers=call.headers),
            Call(body=call.body, headers=bare),
            Call(body=call.body, headers=wrong),
        )

    def late(self, message_id: str, text: str) -> Call:
        """Sign an hour ago."""
        return signed(self.says(message_id, text).body, "application/json", at=time.time() - 3600)

    def echo(self, text: str) -> Call:
        """Tell of the app's own message."""
        own = {"type": "message", "channel": PLACE, "channel_type": "im", "bot_id": "B0", "text": text}
        return self._event({**own, "user": "UBOT", "ts": "1355517523.000005"}, "echo")

    def unknown(self) -> Sequence[Call]:
        """Make a new event type, a new subtype and an empty callback."""
        new = {"type": "message", "subtype": "hologram", "channel": PLACE, "channel_type": "im", "text": "x"}
        return (
            self._event({"type": "hologram_opened", "user": self.customer}, "unknown-1"),
            self._event({**new, "user": self.customer, "ts": "1355517524.000001"}, "unknown-2"),
            signed(b"{}", "application/json"),
        )

    def own_id(self, message_id: str) -> str:
        """A message is known by its channel and time stamp."""
        return f"{PLACE}:{stamp(message_id)}"

    def _event(self, event: Mapping[str, Any], message_id: str) -> Call:
        told = {
            "token": "Jhj5dZrVaK7ZwHHjRyZWjbDl",
            "team_id": "T061EG9RZ",
            "api_app_id": "A0FFV41KK",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{message_id}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": "T061EG9RZ", "user_id": "UBOT", "is_bot": True}],
        }
        return signed(json.dumps(told).encode(), "application/json")

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear what is posted, and say whom the token belongs to."""
        return (
            web.post("/api/chat.postMessage", self._post),
            web.post("/api/auth.test", self._whoami),
            web.get("/files-pri/{name}", self._file),
        )

    async def _file(self, request: web.Request) -> web.Response:
        """Give a file to holders of the token; anybody else is shown a page to sign in at."""
        if request.headers.get("Authorization") != "Bearer xoxb-loopback":
            return web.Response(status=302, headers={"Location": f"{self.url}/signin"})
        return web.Response(body=request.match_info["name"].encode())

    async def _post(self, request: web.Request) -> web.Response:
        given = await fields(request)
        labels = [
            element["text"]["text"]
            for block in given.get("blocks") or ()
            if block["type"] == "actions"
            for element in block["elements"]
        ]
        ts = f"1503435956.{self.next_id():06d}"
        heard = Heard(
            to=given["channel"], text=given.get("text", ""), labels=tuple(labels), provider_id=f"{PLACE}:{ts}"
        )
        refused = self.take(heard)
        return refused or web.json_response({"ok": True, "channel": PLACE, "ts": ts, "message": {}})

    async def _whoami(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "user": "frontdesk", "team": "Loopback"})

    def refusal(self, fault: Fault) -> web.Response:
        """Slack says errors in the body, and rate limits by status."""
        if fault.refuses:
            return web.json_response({"ok": False, "error": "channel_not_found"})
        if fault.status == 429:
            headers = {"Retry-After": str(fault.retry_after_s or 1)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.json_response({"ok": False, "error": "internal_error"}, status=fault.status)


def stamp(message_id: str) -> str:
    """Make a time stamp of Slack's out of an id: unique, and the same each time."""
    digits = int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:5], "big") % 10**9
    return f"1755{digits // 1000:06d}.{digits % 1000:03d}100"


def signed(body: bytes, content_type: str, *, at: float | None = None) -> Call:
    """Sign as Slack does: version, time and body, HMAC-SHA256 in hex."""
    when = str(int(at if at is not None else time.time()))
    mac = hmac.new(SECRET.encode(), b"v0:" + when.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": when,
        "X-Slack-Signature": f"v0={mac}",
    }
    return Call(body=body, headers=headers)


async def fields(request: web.Request) -> dict[str, Any]:
    """Read a request to Slack's API, which takes JSON or a form."""
    if request.content_type == "application/json":
        return dict(await request.json())
    form = {str(name): str(value) for name, value in (await request.post()).items()}
    return {**form, **({"blocks": json.loads(form["blocks"])} if form.get("blocks") else {})}


def _file(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "mimetype": file.content_type,
        "size": file.size,
        "url_private": file.url,
    }
