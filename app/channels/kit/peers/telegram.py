"""Telegram's bot API: updates by webhook with a secret token, sendMessage and its kin.

Wire format: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery", "setWebhook" (secret_token),
"sendMessage", "Making requests" (ok, description, parameters.retry_after).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # noqa: S105 - the token of Telegram's own example
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class TelegramPeer(VendorPeer):
    """One bot and one private chat with it."""

    name = channel = "telegram"
    longest_text = 4096
    customer = "1111111"
    cannot: Mapping[str, str] = {
        "echo": "Telegram does not send a bot its own messages",
        "status": "Telegram tells no state of a message that it took",
    }

    def __init__(self) -> None:
        super().__init__()
        self.secret = "loopback-secret"  # noqa: S105 - a secret of the test's
        self.hooks: list[dict[str, str]] = []
        """What `setWebhook` was called with."""

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, where the API is, and the secret that updates carry."""
        return {
            "access_token": TOKEN,
            "verify": "loopback_bot",
            "webhook_url": self.webhook_url,
            "api_url": self.url,
            "secret_token": self.secret,
        }

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make an update with a message; its first file is a photo or a document."""
        message: dict[str, Any] = {**self._place(message_id), **_filed(files)}
        message["caption" if files else "text"] = text
        return self._update({"message": message}, message_id)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make an update with a pressed button of an inline keyboard."""
        query = {"id": message_id, "from": self._who(), "data": payload, "chat_instance": "1"}
        return self._update({"callback_query": {**query, "message": self._place("asked")}}, message_id)

    def tampered(self, call: Call) -> Sequence[Call]:
        """Leave the secret out, and guess it."""
        bare = {"Content-Type": "application/json"}
        return (
            Call(body=call.body, headers=bare),
            Call(body=call.body, headers={**bare, SECRET_HEADER: "x"}),
        )

    def unknown(self) -> Sequence[Call]:
        """Make updates of kinds that this bot does not ask for."""
        kinds = ("my_chat_member", "poll_answer", "message_reaction", "hologram")
        return [self._update({kind: {"chat": {"id": 1}, "date": 1}}, f"unknown-{kind}") for kind in kinds]

    def own_id(self, message_id: str) -> str:
        """A message is known by its number in the chat."""
        return str(number(message_id))

    def _who(self) -> dict[str, Any]:
        return {"id": int(self.customer), "is_bot": False, "first_name": "Ada", "language_code": "en"}

    def _place(self, message_id: str) -> dict[str, Any]:
        chat = {"id": int(self.customer), "first_name": "Ada", "type": "private"}
        return {"message_id": number(message_id), "from": self._who(), "chat": chat, "date": 1441645532}

    def _update(self, what: Mapping[str, Any], update_id: str) -> Call:
        body = json.dumps({"update_id": number(update_id), **what}).encode()
        return Call(body=body, headers={"Content-Type": "application/json", SECRET_HEADER: self.secret})

    def routes(self) -> Sequence[web.RouteDef]:
        """Answer the methods that a bot calls; names of methods have no case."""
        return (
            web.post(f"/bot{TOKEN}/{{method}}", self._method),
            web.get(f"/file/bot{TOKEN}/photos/{{name}}", self._file),
        )

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=request.match_info["name"].encode())

    async def _method(self, request: web.Request) -> web.Response:
        given = {str(name): str(value) for name, value in (await request.post()).items()}
        match request.match_info["method"].lower():
            case "sendmessage":
                return self._sent(given)
            case "setwebhook":
                self.hooks.append(given)
                return _fine(True)
            case "getfile":
                return _fine({"file_id": given["file_id"], "file_path": f"photos/{given['file_id']}"})
            case "getme":
                return _fine({"id": 110201543, "is_bot": True, "username": "loopback_bot"})
            case _:
                return _fine(True)

    def _sent(self, given: Mapping[str, str]) -> web.Response:
        keyboard = json.loads(given.get("reply_markup") or "{}").get("inline_keyboard", ())
        labels = tuple(button["text"] for row in keyboard for button in row)
        message_id, chat = self.next_id(), given["chat_id"]
        heard = Heard(to=chat, text=given["text"], labels=labels, provider_id=f"{chat}:{message_id}")
        made = {"message_id": message_id, "chat": {"id": int(chat), "type": "private"}, "date": 1}
        return self.take(heard) or _fine({**made, "text": given["text"]})

    def refusal(self, fault: Fault) -> web.Response:
        """Telegram says `ok: false` with a description, and how long to wait in parameters."""
        told: dict[str, Any] = {
            "ok": False,
            "error_code": fault.status,
            "description": "Internal Server Error",
        }
        if fault.refuses:
            told |= {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}
        elif fault.status == 429:
            wait = fault.retry_after_s or 1
            told |= {
                "description": f"Too Many Requests: retry after {wait}",
                "parameters": {"retry_after": wait},
            }
        return web.json_response(told, status=int(told["error_code"]))


def number(message_id: str) -> int:
    """Make one of Telegram's numbers out of an id: the same each time."""
    return int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:4], "big") >> 1


def _fine(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _filed(files: Sequence[File]) -> dict[str, Any]:
    if not files:
        return {}
    file = files[0]
    told = {"file_id": file.id, "file_unique_id": f"u{file.id}", "file_size": file.size}
    if file.kind == "image":
        small = {**told, "file_id": f"{file.id}-small", "width": 90, "height": 90}
        return {"photo": [small, {**told, "width": 1280, "height": 960}]}
    return {"document": {**told, "file_name": file.name, "mime_type": file.content_type}}
