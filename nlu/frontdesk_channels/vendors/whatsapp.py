"""WhatsApp's Cloud API, without a company in between."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from frontdesk_channels.events import Attachment, Event, Kind, Said, State, Status
from frontdesk_channels.failures import Undelivered
from frontdesk_channels.vendors.hook import Answer, Hook
from frontdesk_channels.vendors.meta import GRAPH, graph_failure, greet_hub, verify_hub
from frontdesk_channels.vendors.saying import Call, Choice, Heard, Saying, gets, in_words, posts
from frontdesk_channels.vendors.shape import filled, items, seconds, text, thing
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, location, needed, words_of

WINDOW_S = 24 * 3600
"""So long after the customer's last message anything may be said; later a template only."""
QUARTER_S = 900
"""How exactly the last message's time is kept: not so exactly that each message changes it."""
LONGEST_PARAMETER = 1024
MOST_BUTTONS, LONGEST_LABEL, LONGEST_BESIDE_BUTTONS = 3, 20, 1024
STATES: Mapping[str, State] = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
MEDIA: Mapping[str, Kind] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "file",
    "sticker": "image",
}


def window_open(reply_to: Mapping[str, Any], now: datetime) -> bool:
    """Say whether anything may be said; when nobody knows, WhatsApp itself tells."""
    heard_at = seconds(reply_to, "heard_at")
    return heard_at is None or now.timestamp() - heard_at < WINDOW_S


@dataclass(frozen=True, kw_only=True)
class WhatsApp(Vendor):
    """One number of a company."""

    access_token: str
    phone_number_id: str
    app_secret: str
    verify_token: str
    fetch: Fetch
    template: str = ""
    """The approved template whose one variable takes a text that comes too late for the window."""
    template_language: str = "en"
    api: str = GRAPH

    name = "whatsapp"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "WhatsApp":
        """Take the names that Meta's console uses."""
        token, number, secret, verify = needed(
            credentials, cls.name, "access_token", "phone_number_id", "app_secret", "verify_token"
        )
        return cls(
            access_token=token,
            phone_number_id=number,
            app_secret=secret,
            verify_token=verify,
            fetch=fetch,
            template=given(credentials, "template"),
            template_language=given(credentials, "template_language", "en"),
            api=given(credentials, "api_url", GRAPH),
        )

    def greet(self, hook: Hook) -> Answer | None:
        """Prove to Meta that the address is ours."""
        return greet_hub(hook, self.verify_token)

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Meta repeats a webhook for days, so age refuses nothing: a message's id does."""
        verify_hub(hook, self.app_secret)

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read every change of every entry that concerns our number."""
        found: list[Event] = []
        for entry in items(hook.json, "entry"):
            for change in items(entry, "changes"):
                found += self._change(change)
        return found

    def _change(self, change: Any) -> list[Event]:
        value = thing(change, "value")
        ours = text(value, "metadata", "phone_number_id") in ("", self.phone_number_id)
        if text(change, "field") != "messages" or not ours:
            return []
        names = {text(one, "wa_id"): text(one, "profile", "name") for one in items(value, "contacts")}
        said = [event for one in items(value, "messages") for event in _messages(one, names)]
        return [*said, *(event for one in items(value, "statuses") for event in _statuses(one))]

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write what the window allows: a free message, or the template with the words in it."""
        if window_open(saying.reply_to, now):
            said = _said(saying)
        elif self.template:
            said = self._template(saying)
        else:
            raise Undelivered(
                "refused", "the customer last wrote more than 24 hours ago, and no template is set"
            )
        value = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": saying.to, **said}
        return posts(f"{self.api}/{self.phone_number_id}/messages", value, token=self.access_token)

    def _template(self, saying: Saying) -> dict[str, Any]:
        # A variable may hold neither line breaks nor more than four spaces in a row.
        words = re.sub(r"\s+", " ", in_words(saying)).strip()[:LONGEST_PARAMETER]
        body = {"type": "body", "parameters": [{"type": "text", "text": words}]}
        language = {"code": self.template_language}
        return {
            "type": "template",
            "template": {"name": self.template, "language": language, "components": [body]},
        }

    def introduction(self) -> Call:
        """Ask for the number."""
        return gets(f"{self.api}/{self.phone_number_id}?fields=verified_name", self.access_token)

    def introduced(self, heard: Heard) -> str:
        """Read the company's verified name."""
        if heard.status == 200:
            return text(heard.json, "verified_name") or self.phone_number_id
        raise graph_failure(heard)

    async def file(self, kept: Attachment) -> Call | None:
        """Ask where a file lies, which holds for five minutes, and fetch it there."""
        if not kept.id:
            return None
        found = await self.fetch(gets(f"{self.api}/{quote(kept.id, safe='')}", self.access_token))
        url = text(found.json, "url")
        return gets(url, self.access_token) if url and found.status == 200 else None

    def taken(self, heard: Heard) -> str:
        """Read the message's id, or the error."""
        message_id = text(heard.json, "messages", 0, "id")
        if heard.status == 200 and message_id:
            return message_id
        raise graph_failure(heard)


def _said(saying: Saying) -> dict[str, Any]:
    if saying.media:
        kind = "document" if saying.media.kind == "file" else saying.media.kind
        name = {"filename": saying.media.name} if kind == "document" and saying.media.name else {}
        caption = {"caption": saying.text} if saying.text and kind != "audio" else {}
        return {"type": kind, kind: {"link": saying.media.url, **name, **caption}}
    pressed = [one for one in saying.choices if not one.url]
    if pressed and len(pressed) == len(saying.choices) and not saying.cards:
        return {"type": "interactive", "interactive": _interactive(saying.text, pressed, _is_long(saying))}
    return {"type": "text", "text": {"preview_url": False, "body": in_words(saying)}}


def _is_long(saying: Saying) -> bool:
    """Say whether the choices need a list: too many, or labels or a text that buttons do not go with."""
    labels = any(len(one.title) > LONGEST_LABEL or one.description for one in saying.choices)
    return labels or len(saying.choices) > MOST_BUTTONS or len(saying.text) > LONGEST_BESIDE_BUTTONS


def _interactive(words: str, choices: Sequence[Choice], menu: bool) -> dict[str, Any]:
    if not menu:
        buttons = [{"type": "reply", "reply": {"id": one.payload, "title": one.title}} for one in choices]
        return {"type": "button", "body": {"text": words}, "action": {"buttons": buttons}}
    rows = [
        {
            "id": one.payload,
            "title": one.title,
            **({"description": one.description} if one.description else {}),
        }
        for one in choices
    ]
    return {"type": "list", "body": {"text": words}, "action": {"button": "≡", "sections": [{"rows": rows}]}}


def _messages(one: Any, names: Mapping[str, str]) -> list[Event]:
    kind, message_id, sender = text(one, "type"), text(one, "id"), text(one, "from")
    pressed = thing(one, "interactive", "button_reply") or thing(one, "interactive", "list_reply")
    typed = text(one, "text", "body") or text(one, "button", "text") or text(pressed, "title")
    files, sent_at = _files(one, kind), seconds(one, "timestamp")
    if not message_id or not sender or not (typed or files):
        return []
    said = Said(
        message_id=message_id,
        sender=sender,
        **words_of(
            typed or text(one, kind, "caption"), text(pressed, "id") or text(one, "button", "payload")
        ),
        attachments=files,
        reply_to=filled(heard_at=int(sent_at // QUARTER_S * QUARTER_S) if sent_at else None),
        sent_at=sent_at,
        metadata=filled(name=names.get(sender)),
    )
    return [said]


def _files(one: Any, kind: str) -> tuple[Attachment, ...]:
    file = thing(one, kind)
    if kind in MEDIA:
        own = text(file, "id")
        name, media_type = text(file, "filename"), text(file, "mime_type")
        return (Attachment(kind=MEDIA[kind], id=own, name=name, content_type=media_type),)
    if kind == "location":
        where = text(file, "latitude"), text(file, "longitude")
        return (location(*where, name=text(file, "name"), address=text(file, "address")),)
    cards = items(one, "contacts") if kind == "contacts" else []
    return tuple(Attachment(kind="contact", name=text(card, "name", "formatted_name")) for card in cards)


def _statuses(one: Any) -> list[Event]:
    state = STATES.get(text(one, "status"))
    if state is None or not text(one, "id"):
        return []
    error = text(one, "errors", 0, "code")
    return [Status(provider_id=text(one, "id"), state=state, at=seconds(one, "timestamp"), error=error)]
