"""Rocket.Chat: outgoing webhooks of rooms, and Omnichannel's webhooks of visitors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from frontdesk_channels.events import Attachment, Event, Said
from frontdesk_channels.failures import Forged, Undelivered
from frontdesk_channels.vendors.access import Login, opened
from frontdesk_channels.vendors.hook import Hook, forged
from frontdesk_channels.vendors.saying import Call, Heard, Saying, gets, gets_own, in_words, not_taken, posts
from frontdesk_channels.vendors.shape import at, filled, items, seconds, text, thing
from frontdesk_channels.vendors.signing import same
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, needed, words_of

LIVECHAT = "x-rocketchat-livechat-token"


@dataclass(frozen=True, kw_only=True)
class RocketChat(Vendor):
    """One workspace, spoken to as one of its users."""

    user: str
    server: str
    access: Login
    fetch: Fetch
    token: str = ""
    """With it, requests carry it; without it, what a request names is fetched and only that believed."""

    name = "rocketchat"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "RocketChat":
        """Take what a Rasa user's file says, and of ours `token`: the webhook's, or Omnichannel's secret."""
        user, password, server = needed(credentials, cls.name, "user", "password", "server_url")
        server = (server if "://" in server else f"https://{server}").rstrip("/")
        access = Login(f"{server}/api/v1/login", user, password, fetch)
        return cls(user=user, server=server, access=access, fetch=fetch, token=given(credentials, "token"))

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the token where one is set; Rocket.Chat signs nothing."""
        proof = hook.headers.get(LIVECHAT) or text(hook.json, "token")
        if self.token and not same(self.token, proof):
            raise forged("token")

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read what people wrote; what the bot or an agent wrote is an echo."""
        told = hook.json
        found = self._visitor(told) if "visitor" in told else self._room(told)
        return found if self.token else [await self._confirmed(said) for said in found]

    def _room(self, told: Mapping[str, Any]) -> list[Said]:
        message_id, sender = text(told, "message_id"), text(told, "user_id")
        own = bool(told.get("bot")) or text(told, "user_name") == self.user or bool(told.get("isEdited"))
        files = self._files(thing(told, "message"))
        if own or not message_id or not sender or not (text(told, "text") or files):
            return []
        said = Said(
            message_id=message_id,
            sender=sender,
            **_words(text(told, "text")),
            attachments=files,
            reply_to=filled(room=text(told, "channel_id"), thread=text(told, "tmid")),
            sent_at=seconds(told, "timestamp"),
            metadata=filled(name=text(told, "user_name")),
        )
        return [said]

    def _visitor(self, told: Mapping[str, Any]) -> list[Said]:
        room, visitor = text(told, "_id"), thing(told, "visitor")
        sender = text(visitor, "_id") or text(visitor, "username")
        return [
            Said(
                message_id=text(one, "_id") or f"{room}:{text(one, 'ts')}",
                sender=sender,
                **_words(text(one, "msg")),
                attachments=self._files(one),
                reply_to=filled(room=room),
                sent_at=seconds(one, "ts"),
                metadata=filled(name=text(visitor, "name")),
            )
            for one in items(told, "messages")
            # A closed session is told once more, whole; its messages are known by their ids.
            if room and sender and not text(one, "agentId") and text(one, "username") != self.user
            if text(one, "msg") or self._files(one)
        ]

    def _files(self, message: Mapping[str, Any]) -> tuple[Attachment, ...]:
        file = thing(message, "file")
        if not text(file, "_id"):
            return ()
        url = f"{self.server}/file-upload/{text(file, '_id')}/{quote(text(file, 'name'))}"
        kind = "image" if text(file, "type").startswith("image/") else "file"
        own = Attachment(
            kind="image" if kind == "image" else "file",
            id=text(file, "_id"),
            url=url,
            name=text(file, "name"),
            content_type=text(file, "type"),
        )
        return (own,)

    async def _confirmed(self, said: Said) -> Said:
        """Ask the workspace whether this was really written, and there."""
        url = f"{self.server}/api/v1/chat.getMessage?msgId={quote(said.message_id, safe='')}"
        try:
            found = thing(await opened(self.access, self.fetch, url), "message")
        except Undelivered as why:
            status = 403 if why.kind == "refused" else 503
            raise Forged("Rocket.Chat does not confirm the message; set `token`.", status) from None
        if text(found, "rid") != text(said.reply_to, "room") or text(found, "msg") != said.text:
            raise Forged("Rocket.Chat knows this message otherwise.", 403)
        return said

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write into the room under an id of our own, so that a repetition is refused as such."""
        message = filled(
            _id=sha256(saying.key.encode()).hexdigest()[:17] if saying.key else "",
            rid=text(saying.reply_to, "room") or saying.to,
            tmid=text(saying.reply_to, "thread"),
            msg=saying.text if saying.choices and not saying.cards else in_words(saying),
            attachments=_attachments(saying),
        )
        return posts(f"{self.server}/api/v1/chat.sendMessage", {"message": message})

    def introduction(self) -> Call:
        """Ask whom the login belongs to."""
        return gets(f"{self.server}/api/v1/me")

    def introduced(self, heard: Heard) -> str:
        """Read the user's name."""
        if heard.status == 200:
            return text(heard.json, "username")
        raise not_taken(heard)

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch an upload with the bot's login."""
        return gets_own(self.server, kept.url, await self.access.headers()) if kept.url else None

    def taken(self, heard: Heard) -> str:
        """Read the message's id; one that was there before is taken, and not shown again."""
        if heard.status == 200 and at(heard.json, "success") is True:
            return text(heard.json, "message", "_id")
        raise not_taken(heard, text(heard.json, "errorType"))


def _words(written: str) -> dict[str, Any]:
    """Tell a pressed button, which Rocket.Chat writes as its payload, from words."""
    pressed = written.startswith("/") and " " not in written
    return words_of("" if pressed else written, written if pressed else "")


def _attachments(saying: Saying) -> list[dict[str, Any]]:
    if saying.media and saying.media.kind == "image":
        return [{"title": saying.media.name, "image_url": saying.media.url}]
    if not saying.choices or saying.cards:
        return []
    actions = [
        {"type": "button", "text": one.title, "url": one.url}
        if one.url
        else {"type": "button", "text": one.title, "msg": one.payload, "msg_in_chat_window": True}
        for one in saying.choices
    ]
    return [{"actions": actions}]
