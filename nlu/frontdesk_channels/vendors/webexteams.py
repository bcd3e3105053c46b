"""Cisco's Webex: a webhook says only that something was written; what it was is fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from frontdesk_channels.events import Attachment, Event, Said
from frontdesk_channels.failures import Forged
from frontdesk_channels.vendors.hook import Hook, prove
from frontdesk_channels.vendors.saying import (
    NO_ANSWER,
    Call,
    Heard,
    Saying,
    gets,
    gets_own,
    in_words,
    not_taken,
    posts,
)
from frontdesk_channels.vendors.shape import filled, items, seconds, text
from frontdesk_channels.vendors.signing import mac_hex
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, needed, words_of

API = "https://webexapis.com/v1"
BOTS = ("@webex.bot", "@sparkbot.io")
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, kw_only=True)
class WebexTeams(Vendor):
    """One bot."""

    token: str
    fetch: Fetch
    secret: str = ""
    """With it, requests are signed; without it, what a request names is fetched and only that believed."""
    room: str = ""
    api: str = API

    name = "webexteams"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "WebexTeams":
        """Take what a Rasa user's file says, and of ours `secret`."""
        (token,) = needed(credentials, cls.name, "access_token")
        return cls(
            token=token,
            fetch=fetch,
            secret=given(credentials, "secret"),
            room=given(credentials, "room"),
            api=given(credentials, "api_url", API),
        )

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the signature where a secret is set."""
        if self.secret:
            prove(hook, "X-Spark-Signature", mac_hex(self.secret, hook.body, "sha1"))

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Fetch what was written or pressed; what the bot wrote itself is an echo."""
        told = hook.json
        what, named = text(told, "resource"), text(told, "data", "id")
        where = {"messages": "messages", "attachmentActions": "attachment/actions"}.get(what, "")
        if not where or text(told, "event") != "created" or not named:
            return []
        if text(told, "data", "personId") and text(told, "data", "personId") == text(told, "createdBy"):
            return []  # whoever made the webhook is the bot; it writes to itself only as an echo
        found = await self._get(f"{where}/{quote(named, safe='')}")
        return _said(found, what) if text(found, "personId") != text(told, "createdBy") else []

    async def _get(self, path: str) -> Any:
        heard = await self.fetch(gets(f"{self.api}/{path}", self.token))
        if heard.status in (400, 404):
            raise Forged("Webex knows nothing of what the request names.", 403)
        if heard.status != 200:
            later = heard.status == NO_ANSWER or heard.status >= 429
            raise Forged(
                "Webex does not show us what the request names; send it again.", 503 if later else 502
            )
        return heard.json

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write into the room, with choices as an adaptive card."""
        card = (
            {"contentType": ADAPTIVE, "content": _card(saying)}
            if saying.choices and not saying.cards
            else None
        )
        words = saying.text if card else in_words(saying)
        message = filled(
            roomId=self.room or text(saying.reply_to, "room") or saying.to,
            markdown=words,
            files=[saying.media.url] if saying.media else [],
            attachments=[card] if card else [],
        )
        return posts(f"{self.api}/messages", message, token=self.token)

    def introduction(self) -> Call:
        """Ask whom the token belongs to."""
        return gets(f"{self.api}/people/me", self.token)

    def introduced(self, heard: Heard) -> str:
        """Read the bot's name."""
        if heard.status == 200:
            return text(heard.json, "displayName")
        raise not_taken(heard)

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch a file with the bot's token."""
        proof = {"authorization": f"Bearer {self.token}"}
        return gets_own(self.api, kept.url, proof) if kept.url else None

    def taken(self, heard: Heard) -> str:
        """Read the message's id."""
        if heard.status == 200 and text(heard.json, "id"):
            return text(heard.json, "id")
        raise not_taken(heard)


def _said(found: Any, what: str) -> list[Event]:
    if text(found, "personEmail").endswith(BOTS):
        return []  # also when somebody else made the webhook: two bots would talk for ever
    sender, payload = text(found, "personId"), text(found, "inputs", "payload")
    files = tuple(Attachment(kind="file", url=url) for url in items(found, "files") if isinstance(url, str))
    words = words_of(text(found, "text"), payload if what == "attachmentActions" else "")
    if not sender or not text(found, "id") or not (words["text"] or files):
        return []
    said = Said(
        message_id=text(found, "id"),
        sender=sender,
        **words,
        attachments=files,
        reply_to=filled(room=text(found, "roomId")),
        sent_at=seconds(found, "created"),
        metadata=filled(email=text(found, "personEmail")),
    )
    return [said]


def _card(saying: Saying) -> dict[str, Any]:
    actions = [
        {"type": "Action.OpenUrl", "title": one.title, "url": one.url}
        if one.url
        else {"type": "Action.Submit", "title": one.title, "data": {"payload": one.payload}}
        for one in saying.choices
    ]
    words = {"type": "TextBlock", "text": saying.text, "wrap": True}
    return {"type": "AdaptiveCard", "version": "1.3", "body": [words], "actions": actions}
