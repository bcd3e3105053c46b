"""LINE: the worked example of a channel of one's own."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from frontdesk_channels.events import Attachment, Event, Kind, Said
from frontdesk_channels.vendors.hook import Hook, prove
from frontdesk_channels.vendors.saying import (
    Call,
    Card,
    Choice,
    Heard,
    Saying,
    gets,
    in_words,
    not_taken,
    posts,
)
from frontdesk_channels.vendors.shape import at, filled, items, seconds, text, thing
from frontdesk_channels.vendors.signing import mac_base64
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, location, needed, words_of

API = "https://api.line.me"
CONTENT_API = "https://api-data.line.me"
FRESH_S = 50
"""LINE takes a reply token for a minute."""
KINDS: Mapping[str, Kind] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "image",
}


class OnceOnly:
    """Remembers what was used, the latest of it."""

    def __init__(self, most: int = 10_000) -> None:
        self._used: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def use(self, thing: str) -> bool:
        """Say whether it was unused, and use it."""
        fresh = thing not in self._used
        self._used[thing] = None
        if len(self._used) > self._most:
            self._used.popitem(last=False)
        return fresh


@dataclass(frozen=True, kw_only=True)
class Line(Vendor):
    """One official account."""

    channel_secret: str
    access_token: str
    api: str = API
    content_api: str = CONTENT_API
    spent: OnceOnly = field(default_factory=OnceOnly)
    """Reply tokens that were tried: LINE takes each once, and a second attempt must push."""

    name = "line"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "Line":
        """Take the names of LINE's console."""
        secret, token = needed(credentials, cls.name, "channel_secret", "channel_access_token")
        api, content = given(credentials, "api_url", API), given(credentials, "api_url", CONTENT_API)
        return cls(channel_secret=secret, access_token=token, api=api, content_api=content)

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the signature over the raw body; what comes again is known by its message's id."""
        prove(hook, "X-Line-Signature", mac_base64(self.channel_secret, hook.body, "sha256"))

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read messages and pressed buttons; what answers them for free goes along."""
        return [event for one in items(hook.json, "events") for event in _events(one)]

    def write(self, saying: Saying, now: datetime) -> Call:
        """Answer with the message's token while it is fresh, else push; a push is known again by its key."""
        messages, token = [_said(saying)], str(saying.reply_to.get("token") or "")
        sent_at = float(saying.reply_to.get("sent_at") or 0)
        if token and now.timestamp() - sent_at < FRESH_S and self.spent.use(token):
            value: Mapping[str, Any] = {"replyToken": token, "messages": messages}
            return posts(f"{self.api}/v2/bot/message/reply", value, token=self.access_token)
        once = {"x-line-retry-key": str(uuid5(NAMESPACE_URL, saying.key))} if saying.key else {}
        value = {"to": saying.to, "messages": messages}
        return posts(f"{self.api}/v2/bot/message/push", value, token=self.access_token, **once)

    def introduction(self) -> Call:
        """Ask for the account."""
        return gets(f"{self.api}/v2/bot/info", self.access_token)

    def introduced(self, heard: Heard) -> str:
        """Read the account's name."""
        if heard.status == 200:
            return text(heard.json, "displayName")
        raise not_taken(heard)

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch a message's content by its id, unless another host provides it."""
        if kept.url:
            return await super().file(kept)
        path = f"v2/bot/message/{quote(kept.id, safe='')}/content"
        return gets(f"{self.content_api}/{path}", self.access_token) if kept.id else None

    def taken(self, heard: Heard) -> str:
        """Read the message's id; a push that was taken before is as good as taken now."""
        message_id = text(heard.json, "sentMessages", 0, "id")
        if heard.status == 200:
            return message_id
        if heard.status == 409:
            return message_id or heard.headers.get("x-line-accepted-request-id", "")
        why = text(heard.json, "message")[:80]
        raise not_taken(heard, why, "retryable" if "reply token" in why.lower() else None)


def _events(one: Any) -> list[Event]:
    said, payload = at(one, "message"), text(one, "postback", "data")
    # A pressed button is no message and has no message id; the event's own is as good.
    message_id = text(said, "id") or text(one, "webhookEventId")
    source, files = thing(one, "source"), _files(said)
    sender = text(source, "groupId") or text(source, "roomId") or text(source, "userId")
    if not message_id or not sender or not (text(said, "text") or files or payload):
        return []
    sent_at = seconds(one, "timestamp")
    return [
        Said(
            message_id=message_id,
            sender=sender,
            **words_of(text(said, "text"), payload),
            attachments=files,
            reply_to=filled(token=text(one, "replyToken"), sent_at=sent_at),
            sent_at=sent_at,
            metadata=filled(author=text(source, "userId")),
        )
    ]


def _files(said: Any) -> tuple[Attachment, ...]:
    kind = text(said, "type")
    if kind in KINDS:
        # The content is fetched with the message's id, unless another host provides it.
        url = text(said, "contentProvider", "originalContentUrl")
        return (Attachment(kind=KINDS[kind], id=text(said, "id"), url=url, name=text(said, "fileName")),)
    if kind == "location":
        where = text(said, "latitude"), text(said, "longitude")
        return (location(*where, name=text(said, "title"), address=text(said, "address")),)
    return ()


def _said(saying: Saying) -> dict[str, Any]:
    if saying.media and saying.media.kind == "image":
        return {"type": "image", "originalContentUrl": saying.media.url, "previewImageUrl": saying.media.url}
    if saying.cards:
        return _template(saying, {"type": "carousel", "columns": [_column(card) for card in saying.cards]})
    actions = [_action(one) for one in saying.choices]
    if any(one.url for one in saying.choices):
        return _template(saying, {"type": "buttons", "text": saying.text, "actions": actions})
    quick = {"items": [{"type": "action", "action": action} for action in actions]} if actions else {}
    return {
        "type": "text",
        "text": saying.text or in_words(saying),
        **({"quickReply": quick} if quick else {}),
    }


def _template(saying: Saying, template: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "template", "altText": in_words(saying)[:400], "template": template}


def _column(card: Card) -> dict[str, Any]:
    actions = [_action(one) for one in card.choices]
    title = card.title if card.text else ""
    return filled(
        text=card.text or card.title, title=title, thumbnailImageUrl=card.image_url, actions=actions
    )


def _action(choice: Choice) -> dict[str, str]:
    if choice.url:
        return {"type": "uri", "label": choice.title, "uri": choice.url}
    return {"type": "postback", "label": choice.title, "data": choice.payload, "displayText": choice.title}
