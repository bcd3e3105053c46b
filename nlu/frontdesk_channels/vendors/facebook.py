"""Messenger, and Instagram's direct messages: one webhook, one API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdesk_channels.vendors.events import Attachment, Echo, Event, Message, Status, Unknown, moment
from frontdesk_channels.vendors.hook import Answer, Hook
from frontdesk_channels.vendors.meta import GRAPH, graph_failure, greet_hub, verify_hub
from frontdesk_channels.vendors.saying import Call, Card, Choice, Failed, Heard, Outcome, Saying, Sent, posts
from frontdesk_channels.vendors.shape import at, items, text, thing
from frontdesk_channels.vendors.signing import mac_hex
from frontdesk_channels.vendors.vendor import Vendor, given, taken

KINDS: Mapping[str, Any] = {"image": "image", "video": "video", "audio": "audio", "location": "location"}


@dataclass(frozen=True, kw_only=True)
class Facebook(Vendor):
    """A page's Messenger, and the Instagram account that belongs to it."""

    verify_token: str
    secret: str
    page_token: str
    api: str = GRAPH

    name = "facebook"
    channels = ("facebook", "instagram")

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> "Facebook":
        """Take what a Rasa user's file says."""
        verify, secret, token = taken(credentials, cls.name, "verify", "secret", "page-access-token")
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
        where = "instagram" if text(hook.json, "object") == "instagram" else "facebook"
        found: list[Event] = []
        for entry in items(hook.json, "entry"):
            found += [event for one in items(entry, "messaging") for event in _events(one, where)]
            found += [Unknown(kind="standby") for _ in items(entry, "standby")]  # another app has the thread
            found += [Unknown(kind=text(change, "field")) for change in items(entry, "changes")]
        return found

    def write(self, saying: Saying, now: datetime) -> Call | Failed:
        """Write a text with quick replies, a template with buttons, cards, or a file."""
        proof = mac_hex(self.secret, self.page_token.encode(), "sha256")
        value = {"messaging_type": "RESPONSE", "recipient": {"id": saying.to}, "message": _said(saying)}
        return posts(f"{self.api}/me/messages?appsecret_proof={proof}", value, token=self.page_token)

    def outcome(self, heard: Heard) -> Outcome:
        """Read the message's id, or the error."""
        message_id = text(heard.json, "message_id")
        return Sent(message_id) if heard.status == 200 and message_id else graph_failure(heard)


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


def _events(one: Any, where: str) -> list[Event]:
    if isinstance(at(one, "message"), dict):
        return [_message(one, where)]
    if isinstance(at(one, "postback"), dict):
        return [_postback(one, where)]
    if isinstance(at(one, "delivery"), dict):
        return [Status(message_id=str(mid), state="delivered") for mid in items(one, "delivery", "mids")]
    if text(one, "read", "mid"):
        return [Status(message_id=text(one, "read", "mid"), state="read", at=moment(at(one, "timestamp")))]
    kinds = [name for name in thing(one) if name not in ("sender", "recipient", "timestamp")]
    return [Unknown(kind=kinds[0] if kinds else "empty")]


def _message(one: Any, where: str) -> Event:
    said = thing(one, "message")
    message_id, sender = text(said, "mid"), text(one, "sender", "id")
    if said.get("is_echo"):
        return Echo(message_id=message_id)
    files = [_attachment(file) for file in items(said, "attachments")]
    if not message_id or not sender or not (text(said, "text") or files):
        return Unknown(kind="deleted" if said.get("is_deleted") else "message")
    return Message(
        message_id=message_id,
        address=sender,
        channel=where,
        text=text(said, "text"),
        payload=text(said, "quick_reply", "payload"),
        attachments=files,
        sent_at=moment(at(one, "timestamp")),
    )


def _postback(one: Any, where: str) -> Event:
    pressed, sender = thing(one, "postback"), text(one, "sender", "id")
    if not sender:
        return Unknown(kind="postback")
    return Message(
        message_id=text(pressed, "mid") or f"{sender}:{text(one, 'timestamp')}",
        address=sender,
        channel=where,
        text=text(pressed, "title"),
        payload=text(pressed, "payload"),
        sent_at=moment(at(one, "timestamp")),
    )


def _attachment(file: Any) -> Attachment:
    kind = text(file, "type")
    place = thing(file, "payload", "coordinates")
    url = f"geo:{text(place, 'lat')},{text(place, 'long')}" if place else text(file, "payload", "url")
    if at(file, "payload", "sticker_id"):
        return Attachment(kind="sticker", url=url)
    return Attachment(kind=KINDS.get(kind, "file"), url=url, name=text(file, "payload", "title"))
