"""Microsoft's Bot Framework: Teams, and whatever else it connects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from frontdesk_channels.events import Attachment, Event, Kind, Said
from frontdesk_channels.failures import Forged, Undelivered
from frontdesk_channels.vendors.access import OAuthToken, client_credentials
from frontdesk_channels.vendors.hook import Hook
from frontdesk_channels.vendors.saying import Call, Card, Choice, Heard, Saying, in_words, not_taken, posts
from frontdesk_channels.vendors.shape import filled, items, seconds, text
from frontdesk_channels.vendors.tokens import Keys, bearer, claims_in
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, needed, words_of

OPEN_ID = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
HERO = "application/vnd.microsoft.card.hero"
HOSTS = (
    "smba.trafficmanager.net",  # this one only: anybody may have another name there
    "botframework.com",
    "botframework.azure.us",
    "teams.microsoft.com",
    "teams.microsoft.us",
)
"""Where our token may be shown: a service address is data, and a stranger's would get the token."""
KINDS: Mapping[str, Kind] = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, kw_only=True)
class BotFramework(Vendor):
    """One bot."""

    app_id: str
    keys: Keys
    access: OAuthToken
    hosts: Sequence[str] = HOSTS

    name = "botframework"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "BotFramework":
        """Take what a Rasa user's file says; a single-tenant app also names its `tenant_id`."""
        app_id, password = needed(credentials, cls.name, "app_id", "app_password")
        login = LOGIN.format(tenant=given(credentials, "tenant_id", "botframework.com"))
        more = given(credentials, "service_hosts")
        return cls(
            app_id=app_id,
            keys=Keys(given(credentials, "openid_url", OPEN_ID), fetch, described=True),
            access=OAuthToken(
                given(credentials, "login_url", login), client_credentials(app_id, password, SCOPE), fetch
            ),
            hosts=(*HOSTS, *more.split()),
        )

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the token: Microsoft's key, our app, its time, and the address that we shall answer to."""
        claims, key = await claims_in(bearer(hook), self.keys, now, audience=self.app_id, issuers=[ISSUER])
        claimed = text(claims, "serviceurl") or text(claims, "serviceUrl")
        if claimed != text(hook.json, "serviceUrl"):
            raise Forged("The token is for another serviceUrl.", 403)
        endorsed, channel = items(key, "endorsements"), text(hook.json, "channelId")
        if endorsed and channel not in endorsed:
            raise Forged(f"The token's key does not speak for {channel or 'this channel'}.", 403)

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read a message activity; typing, reactions and people who come or go are no messages."""
        told = hook.json
        message_id, place = text(told, "id"), text(told, "conversation", "id")
        own = text(told, "from", "id") == text(told, "recipient", "id") or text(told, "from", "role") == "bot"
        files = tuple(_files(told))
        words = words_of(_without_mention(told), text(told, "value", "payload"))
        if text(told, "type") != "message" or own or not (message_id and place and (words["text"] or files)):
            return []
        said = Said(
            # Ids count within a conversation only, and a conversation's name may be long.
            message_id=f"{sha256(place.encode()).hexdigest()[:16]}:{message_id}",
            sender=text(told, "from", "id"),
            **words,
            attachments=files,
            reply_to=filled(
                service_url=text(told, "serviceUrl"),
                conversation=place,
                bot=text(told, "recipient", "id"),
                channel=text(told, "channelId"),
            ),
            sent_at=seconds(told, "timestamp"),
            metadata=filled(name=text(told, "from", "name"), locale=text(told, "locale")),
        )
        return [said]

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write an activity to where the message came from, if our token may be shown there."""
        way = saying.reply_to
        service, place = text(way, "service_url"), text(way, "conversation")
        if not place or not _may_see_our_token(service, self.hosts):
            raise Undelivered("refused", "the message names no service that our token may be shown to")
        activity = filled(
            type="message",
            **{"from": filled(id=text(way, "bot"))},
            recipient={"id": saying.to},
            conversation={"id": place},
            **_said(saying, text(way, "channel")),
        )
        return posts(f"{service.rstrip('/')}/v3/conversations/{quote(place, safe='')}/activities", activity)

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch a file; a picture in the text lies with the service, which wants our token."""
        if not _may_see_our_token(kept.url, self.hosts):
            return await super().file(kept)
        return Call(method="GET", url=kept.url, headers=await self.access.headers())

    def taken(self, heard: Heard) -> str:
        """Read the activity's id; Teams says by a code that somebody blocked the bot."""
        if heard.status in (200, 201, 202):
            return text(heard.json, "id")
        code = text(heard.json, "error", "code")
        blocked = code in ("ConversationBlockedByUser", "BotNotInConversationRoster", "ConversationNotFound")
        raise not_taken(heard, code, "refused" if blocked else None)


def _may_see_our_token(service: str, hosts: Sequence[str]) -> bool:
    parts = urlsplit(service)
    host = parts.hostname or ""
    own = any(host == one or host.endswith("." + one) for one in hosts)
    return own and (parts.scheme == "https" or host in ("127.0.0.1", "localhost"))


def _without_mention(told: Any) -> str:
    """Take out the bot's own name, which a customer in a team writes before what they say."""
    words, bot = text(told, "text"), text(told, "recipient", "id")
    for one in items(told, "entities"):
        if text(one, "type") == "mention" and text(one, "mentioned", "id") == bot and text(one, "text"):
            words = words.replace(text(one, "text"), " ")
    return words.replace("\xa0", " ").strip()


def _files(told: Any) -> list[Attachment]:
    found = []
    for one in items(told, "attachments"):
        media_type, url = text(one, "contentType"), text(one, "contentUrl")
        if not url or media_type.startswith("text/html"):
            continue  # Teams sends the text once more as HTML
        url = text(one, "content", "downloadUrl") or url
        kind = KINDS.get(media_type.partition("/")[0], "file")
        found.append(Attachment(kind=kind, url=url, name=text(one, "name"), content_type=media_type))
    return found


def _said(saying: Saying, channel: str) -> dict[str, Any]:
    if saying.media:
        media = filled(
            contentType=saying.media.media_type or "application/octet-stream",
            contentUrl=saying.media.url,
            name=saying.media.name,
        )
        return {"text": saying.text, "attachments": [media]}
    if saying.cards:
        cards = [_hero(card, channel) for card in saying.cards]
        return {"text": saying.text, "attachmentLayout": "carousel", "attachments": cards}
    if saying.choices:
        return {"attachments": [_hero(Card(title="", text=saying.text, choices=saying.choices), channel)]}
    return {"text": in_words(saying), "textFormat": "markdown"}


def _hero(card: Card, channel: str) -> dict[str, Any]:
    images = [{"url": card.image_url}] if card.image_url else []
    buttons = [_button(choice, channel) for choice in card.choices]
    return {
        "contentType": HERO,
        "content": filled(title=card.title, text=card.text, images=images, buttons=buttons),
    }


def _button(choice: Choice, channel: str) -> dict[str, Any]:
    if choice.url:
        return {"type": "openUrl", "title": choice.title, "value": choice.url}
    value = {"payload": choice.payload}
    if channel == "msteams":
        return {"type": "messageBack", "title": choice.title, "displayText": choice.title, "value": value}
    return {"type": "postBack", "title": choice.title, "value": value}
