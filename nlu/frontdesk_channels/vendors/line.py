"""LINE: the worked example of a channel of one's own."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from frontdesk_channels.vendors.events import Attachment, Event, Message, Unknown, moment
from frontdesk_channels.vendors.hook import Hook, forged, unsigned
from frontdesk_channels.vendors.saying import (
    Call,
    Choice,
    Failed,
    Heard,
    Outcome,
    Saying,
    Sent,
    failed,
    in_words,
    posts,
)
from frontdesk_channels.vendors.shape import at, items, text
from frontdesk_channels.vendors.signing import mac_base64, same
from frontdesk_channels.vendors.vendor import Vendor, given, taken

SIGNATURE = "x-line-signature"
API = "https://api.line.me"
FRESH = timedelta(seconds=50)
"""LINE takes a reply token for a minute."""
KINDS: Mapping[str, Any] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "sticker",
}


@dataclass(frozen=True)
class ReplyTokens:
    """What lets an answer go out free of charge: once, and only right after the message."""

    most: int = 10_000
    _known: OrderedDict[str, tuple[str, datetime]] = field(default_factory=OrderedDict)

    def keep(self, message_id: str, token: str, at: datetime) -> None:
        """Remember a message's token; the oldest go when there are too many."""
        self._known[message_id] = (token, at)
        while len(self._known) > self.most:
            self._known.popitem(last=False)

    def take(self, message_id: str, now: datetime) -> str:
        """Return the token once, while it is fresh; else nothing."""
        token, at = self._known.pop(message_id, ("", now))
        return token if now - at < FRESH else ""


@dataclass(frozen=True, kw_only=True)
class Line(Vendor):
    """One official account."""

    channel_secret: str
    access_token: str
    api: str = API
    tokens: ReplyTokens = field(default_factory=ReplyTokens)

    name = "line"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> "Line":
        """Take the names of LINE's console."""
        secret, token = taken(credentials, cls.name, "channel_secret", "channel_access_token")
        return cls(channel_secret=secret, access_token=token, api=given(credentials, "api_url", API))

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the signature over the raw body; what comes again is known by its message's id."""
        proof = hook.headers.get(SIGNATURE)
        if proof is None:
            raise unsigned("X-Line-Signature")
        if not same(mac_base64(self.channel_secret, hook.body, "sha256"), proof):
            raise forged("X-Line-Signature")

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read messages and pressed buttons, and keep what answers them for free."""
        return [self._event(one) for one in items(hook.json, "events")]

    def _event(self, one: Any) -> Event:
        kind, said = text(one, "type"), at(one, "message")
        # A pressed button is no message and has no message id; the event's own is as good.
        message_id = text(said, "id") or text(one, "webhookEventId")
        address = (
            text(one, "source", "groupId") or text(one, "source", "roomId") or text(one, "source", "userId")
        )
        files = _files(said)
        payload = text(one, "postback", "data")
        if not message_id or not address or not (text(said, "text") or files or payload):
            return Unknown(kind=kind or "event")
        sent_at = moment(at(one, "timestamp"))
        self.tokens.keep(message_id, text(one, "replyToken"), sent_at or datetime.fromtimestamp(0, UTC))
        return Message(
            message_id=message_id,
            address=address,
            author=text(one, "source", "userId"),
            text=text(said, "text"),
            payload=payload,
            attachments=files,
            sent_at=sent_at,
        )

    def write(self, saying: Saying, now: datetime) -> Call | Failed:
        """Answer with the message's token while it is fresh, else push; a push is known again by its key."""
        messages = [_said(saying)]
        token = self.tokens.take(saying.answers, now) if saying.answers else ""
        if token:
            value: Mapping[str, Any] = {"replyToken": token, "messages": messages}
            return posts(f"{self.api}/v2/bot/message/reply", value, token=self.access_token)
        once = str(uuid5(NAMESPACE_URL, saying.key))
        value = {"to": saying.to, "messages": messages}
        headers = {"x-line-retry-key": once} if saying.key else {}
        return posts(f"{self.api}/v2/bot/message/push", value, token=self.access_token, **headers)

    def outcome(self, heard: Heard) -> Outcome:
        """Read the message's id; a push that was taken before is as good as taken now."""
        message_id = text(heard.json, "sentMessages", 0, "id")
        if heard.status == 200:
            return Sent(message_id)
        if heard.status == 409:
            return Sent(message_id or heard.headers.get("x-line-accepted-request-id", ""))
        stale = "reply token" in text(heard.json, "message").lower()
        return failed(heard, str(heard.status), "busy" if stale else None)


def _files(said: Any) -> list[Attachment]:
    kind = text(said, "type")
    if kind in KINDS:
        # The content is fetched with the message's id, unless another host provides it.
        url = text(said, "contentProvider", "originalContentUrl")
        return [Attachment(kind=KINDS[kind], media_id=text(said, "id"), url=url, name=text(said, "fileName"))]
    if kind == "location":
        where = f"geo:{text(said, 'latitude')},{text(said, 'longitude')}"
        return [
            Attachment(kind="location", url=where, name=text(said, "title"), caption=text(said, "address"))
        ]
    return []


def _said(saying: Saying) -> dict[str, Any]:
    if saying.media and saying.media.kind == "image":
        return {"type": "image", "originalContentUrl": saying.media.url, "previewImageUrl": saying.media.url}
    if saying.cards:
        columns = [
            {
                "text": card.text or card.title,
                **({"title": card.title} if card.text else {}),
                **({"thumbnailImageUrl": card.image_url} if card.image_url else {}),
                "actions": [_action(one) for one in card.choices],
            }
            for card in saying.cards
        ]
        return {
            "type": "template",
            "altText": in_words(saying)[:400],
            "template": {"type": "carousel", "columns": columns},
        }
    if not saying.choices:
        return {"type": "text", "text": in_words(saying)}
    if any(one.url for one in saying.choices):
        buttons = {
            "type": "buttons",
            "text": saying.text,
            "actions": [_action(one) for one in saying.choices],
        }
        return {"type": "template", "altText": in_words(saying)[:400], "template": buttons}
    quick = [{"type": "action", "action": _action(one)} for one in saying.choices]
    return {"type": "text", "text": saying.text, "quickReply": {"items": quick}}


def _action(choice: Choice) -> dict[str, str]:
    if choice.url:
        return {"type": "uri", "label": choice.title, "uri": choice.url}
    return {"type": "postback", "label": choice.title, "data": choice.payload, "displayText": choice.title}
