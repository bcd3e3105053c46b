"""Messenger, and Instagram's direct messages: one webhook, one API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from frontdesk_channels.delivery import split_text
from frontdesk_channels.events import Attachment, Event, Kind, Said, Status
from frontdesk_channels.vendors.hook import Answer, Hook
from frontdesk_channels.vendors.meta import GRAPH, graph_failure, greet_hub, verify_hub
from frontdesk_channels.vendors.saying import Call, Card, Choice, Heard, Saying, gets, posts
from frontdesk_channels.vendors.shape import items, seconds, text, thing
from frontdesk_channels.vendors.signing import mac_hex
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, location, needed, words_of

KINDS: Mapping[str, Kind] = {"image": "image", "video": "video", "audio": "audio"}
INSTAGRAM_BYTES = 1000
INSTAGRAM = "instagram:"
"""Stands before the ids of people on Instagram, which are others than those on Messenger."""


@dataclass(frozen=True, kw_only=True)
class Facebook(Vendor):
    """A page's Messenger, and the Instagram account that belongs to it."""

    verify_token: str
    secret: str
    page_token: str
    api: str = GRAPH

    name = "facebook"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "Facebook":
        """Take what a Rasa user's file says."""
        verify, secret, token = needed(credentials, cls.name, "verify", "secret", "page-access-token")
        return cls(
            verify_token=verify, secret=secret, page_token=token, api=given(credentials, "api_url", GRAPH)
        )

    def greet(self, hook: Hook) -> Answer | None:
        """Prove to Meta that the address is ours."""
        return greet_hub(hook, self.verify_token)

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Meta repeats a webhook for days, so age refuses nothing: a message's id does."""
        verify_hub(hook, self.secret)

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read every entry; Meta packs several into one request."""
        before = INSTAGRAM if text(hook.json, "object") == "instagram" else ""
        found: list[Event] = []
        for entry in items(hook.json, "entry"):  # what stands in `standby` is another app's to answer
            found += [event for one in items(entry, "messaging") for event in _events(one, before)]
        return found

    def pieces(self, saying: Saying) -> Sequence[Saying]:
        """Cut texts for Instagram, which takes fewer bytes than Messenger takes characters."""
        if not saying.to.startswith(INSTAGRAM) or len(saying.text.encode()) <= INSTAGRAM_BYTES:
            return (saying,)
        widest = max(len(character.encode()) for character in saying.text)
        *first, last = split_text(saying.text, INSTAGRAM_BYTES // widest)
        return (*(Saying(to=saying.to, text=piece) for piece in first), replace(saying, text=last))

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write a text with quick replies, a template with buttons, cards, or a file."""
        proof = mac_hex(self.secret, self.page_token.encode(), "sha256")
        value = {
            "messaging_type": "RESPONSE",
            "recipient": {"id": saying.to.removeprefix(INSTAGRAM)},
            "message": _said(saying),
        }
        return posts(f"{self.api}/me/messages?appsecret_proof={proof}", value, token=self.page_token)

    def introduction(self) -> Call:
        """Ask whose page the token speaks for."""
        return gets(f"{self.api}/me?fields=name", self.page_token)

    def introduced(self, heard: Heard) -> str:
        """Read the page's name."""
        if heard.status == 200:
            return text(heard.json, "name") or text(heard.json, "id")
        raise graph_failure(heard)

    def taken(self, heard: Heard) -> str:
        """Read the message's id, or the error."""
        message_id = text(heard.json, "message_id")
        if heard.status == 200 and message_id:
            return message_id
        raise graph_failure(heard)


def _said(saying: Saying) -> dict[str, Any]:
    if saying.cards:
        return _template({"template_type": "generic", "elements": [_element(card) for card in saying.cards]})
    if saying.media:
        return {"attachment": {"type": saying.media.kind, "payload": {"url": saying.media.url}}}
    if any(choice.url for choice in saying.choices):
        buttons = [_button(choice) for choice in saying.choices]
        return _template({"template_type": "button", "text": saying.text, "buttons": buttons})
    quick = [{"content_type": "text", "title": one.title, "payload": one.payload} for one in saying.choices]
    return {"text": saying.text, **({"quick_replies": quick} if quick else {})}


def _template(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": payload}}


def _element(card: Card) -> dict[str, Any]:
    buttons = [_button(choice) for choice in card.choices]
    parts = {"subtitle": card.text, "image_url": card.image_url, "buttons": buttons}
    return {"title": card.title, **{name: value for name, value in parts.items() if value}}


def _button(choice: Choice) -> dict[str, str]:
    if choice.url:
        return {"type": "web_url", "title": choice.title, "url": choice.url}
    return {"type": "postback", "title": choice.title, "payload": choice.payload}


def _events(one: Any, before: str) -> list[Event]:
    sender = text(one, "sender", "id")
    if text(one, "read", "mid"):
        return [Status(provider_id=text(one, "read", "mid"), state="read", at=seconds(one, "timestamp"))]
    delivered = [mid for mid in items(one, "delivery", "mids") if isinstance(mid, str)]
    if delivered or not sender:
        return [Status(provider_id=mid, state="delivered") for mid in delivered]
    pressed = thing(one, "postback")
    if pressed:
        return [_pressed(one, pressed, before + sender)]
    return _written(one, thing(one, "message"), before + sender)


def _written(one: Any, said: Mapping[str, Any], sender: str) -> list[Event]:
    message_id, files = text(said, "mid"), tuple(_attachment(file) for file in items(said, "attachments"))
    if said.get("is_echo") or not message_id or not (text(said, "text") or files):
        return []
    return [
        Said(
            message_id=message_id,
            sender=sender,
            **words_of(text(said, "text"), text(said, "quick_reply", "payload")),
            attachments=files,
            sent_at=seconds(one, "timestamp"),
        )
    ]


def _pressed(one: Any, pressed: Mapping[str, Any], sender: str) -> Said:
    return Said(
        message_id=text(pressed, "mid") or f"{sender}:{text(one, 'timestamp')}",
        sender=sender,
        **words_of(text(pressed, "title"), text(pressed, "payload")),
        sent_at=seconds(one, "timestamp"),
    )


def _attachment(file: Any) -> Attachment:
    place = thing(file, "payload", "coordinates")
    if place:
        return location(text(place, "lat"), text(place, "long"), name=text(file, "title"))
    kind = KINDS.get(text(file, "type"), "file")
    return Attachment(kind=kind, url=text(file, "payload", "url"), name=text(file, "payload", "title"))
