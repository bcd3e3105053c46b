"""WhatsApp's Cloud API as its documentation has it: `messages` changes, statuses, interactive messages.

Wire format: developers.facebook.com, WhatsApp Cloud API: "Webhooks: payload examples", "Messages reference",
"Error codes".
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from app.channels.kit.peer import Call, File, Heard
from app.channels.kit.peers.meta import SECRET, TOKEN, MetaPeer
from app.channels.kit.peers.signed import sent_labels

NUMBER = "106540352242922"
KINDS = {"file": "document"}


class WhatsAppPeer(MetaPeer):
    """One number of a company."""

    name = channel = "whatsapp"
    longest_text = 4096
    customer = "16505551234"
    refused_code = 131026

    def credentials(self) -> Mapping[str, Any]:
        """Return the fields of Meta's console, and where the API is."""
        return {
            "access_token": "EAAJ-system",
            "phone_number_id": NUMBER,
            "app_secret": SECRET,
            "verify_token": TOKEN,
            "template": "answer_later",
            "api_url": self.url,
        }

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a text message, or one with a file and a caption."""
        if not files:
            return self._message(message_id, "text", {"body": text})
        kind = KINDS.get(files[0].kind, files[0].kind)
        caption = {"caption": text} if text else {}
        file = {"id": files[0].id, "mime_type": files[0].content_type, "sha256": "AA==", **caption}
        return self._message(message_id, kind, file)

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the message that a reply button becomes."""
        pressed = {"type": "button_reply", "button_reply": {"id": payload, "title": "Yes"}}
        return self._message(message_id, "interactive", pressed)

    def status(self, provider_id: str) -> tuple[Call, str]:
        """Tell that a message was read."""
        status = {"id": provider_id, "status": "read", "timestamp": _now(), "recipient_id": self.customer}
        return self._change({"statuses": [status]}), "read"

    def echo(self, text: str) -> Call:
        """Tell of a message that somebody wrote in the company's own app."""
        own = {"from": NUMBER, "to": self.customer, "id": "wamid.own", "type": "text", "text": {"body": text}}
        return self._change({"message_echoes": [own]}, field="smb_message_echoes")

    def unknown(self) -> Sequence[Call]:
        """Make a reaction, an unsupported message, another field, another number, a state nobody knows."""
        reaction = {"message_id": "wamid.1", "emoji": "\N{THUMBS UP SIGN}"}
        errors = [{"code": 131051, "title": "Message type unknown"}]
        base = {"from": self.customer, "id": "wamid.2", "timestamp": _now()}
        other = {"phone_number_id": "1", "display_phone_number": "1"}
        said = {**base, "type": "text", "text": {"body": "for somebody else"}}
        return (
            self._message("wamid.3", "reaction", reaction),
            self._change({"messages": [{**base, "type": "unsupported", "errors": errors}]}),
            self._change({"event": "APPROVED"}, field="message_template_status_update"),
            self._change({"messages": [said], "metadata": other}),
            self._change({"statuses": [{"id": "wamid.4", "status": "hologram"}]}),
            self.signed({"object": "whatsapp_business_account"}),
        )

    def _message(self, message_id: str, kind: str, content: Mapping[str, Any]) -> Call:
        message = {"from": self.customer, "id": message_id, "timestamp": _now(), "type": kind, kind: content}
        contact = {"profile": {"name": "Kerry Fisher"}, "wa_id": self.customer}
        return self._change({"contacts": [contact], "messages": [message]})

    def _change(self, value: Mapping[str, Any], *, field: str = "messages") -> Call:
        metadata = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
        change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        account = {"id": "102290129340398", "changes": [change]}
        return self.signed({"object": "whatsapp_business_account", "entry": [account]})

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear what is sent, and say whose number it is."""
        return (web.post(f"/{NUMBER}/messages", self._send), web.get(f"/{NUMBER}", self._number))

    async def _send(self, request: web.Request) -> web.Response:
        given = await request.json()
        kind, message_id = given["type"], f"wamid.{self.next_id()}"
        content, labels = given[kind], tuple[str, ...]()
        text = content.get("body", "")
        if kind == "interactive":
            text, action = text["text"], content["action"]
            rows = action["sections"][0]["rows"] if content["type"] == "list" else action["buttons"]
            labels = sent_labels(rows, *(("title",) if content["type"] == "list" else ("reply", "title")))
        refused = self.take(Heard(to=given["to"], text=text, labels=labels, provider_id=message_id))
        told = {"contacts": [{"input": given["to"], "wa_id": given["to"]}], "messages": [{"id": message_id}]}
        return refused or web.json_response({"messaging_product": "whatsapp", **told})

    async def _number(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"id": NUMBER, "verified_name": "Loopback", "display_phone_number": "+1 555"}
        )


def _now() -> str:
    return str(int(time.time()))
