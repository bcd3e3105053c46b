"""X (once Twitter): direct messages by the Account Activity API."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote

from frontdesk_channels.events import Attachment, Event, Kind, Said
from frontdesk_channels.failures import Forged
from frontdesk_channels.vendors.hook import Answer, Hook, prove
from frontdesk_channels.vendors.saying import Call, Heard, Saying, in_words, not_taken, posts
from frontdesk_channels.vendors.shape import filled, items, seconds, text, thing
from frontdesk_channels.vendors.signing import mac_base64
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, needed, words_of

API = "https://api.twitter.com"
MEDIA = ("https://ton.twitter.com", "https://ton.x.com")
KINDS: Mapping[str, Kind] = {"photo": "image", "video": "video", "animated_gif": "video"}
REFUSED = frozenset({"150", "151", "349"})
"""Codes of X for people who take no message from us; their status is that of a wrong key."""


@dataclass(frozen=True, kw_only=True)
class OAuth1:
    """The keys of an app and of the account for which it speaks; calls are signed with both."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str

    def header(self, method: str, url: str, parameters: Mapping[str, str], nonce: str, seconds: int) -> str:
        """Return the Authorization header of a call whose body is not a form (RFC 5849, HMAC-SHA1)."""
        proof = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_nonce": nonce,
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(seconds),
            "oauth_token": self.token,
            "oauth_version": "1.0",
        }
        pairs = sorted((_escaped(name), _escaped(value)) for name, value in {**parameters, **proof}.items())
        base = "&".join(
            (method, _escaped(url), _escaped("&".join(f"{name}={value}" for name, value in pairs)))
        )
        secret = f"{_escaped(self.consumer_secret)}&{_escaped(self.token_secret)}"
        proof["oauth_signature"] = mac_base64(secret, base.encode(), "sha1")
        return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in sorted(proof.items()))


def _escaped(value: str) -> str:
    return quote(value, safe="-._~")


@dataclass(frozen=True, kw_only=True)
class X(Vendor):
    """The direct messages of one account."""

    keys: OAuth1
    api: str = API

    name = "x"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "X":
        """Take the names of the developer portal."""
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        key, secret, token, token_secret = needed(credentials, cls.name, *names)
        keys = OAuth1(consumer_key=key, consumer_secret=secret, token=token, token_secret=token_secret)
        return cls(keys=keys, api=given(credentials, "api_url", API))

    def greet(self, hook: Hook) -> Answer | None:
        """Answer the challenge that X repeats every hour."""
        if hook.method != "GET":
            return None
        challenge = hook.query.get("crc_token")
        if not challenge:
            raise Forged("crc_token is missing.", 400)
        proof = mac_base64(self.keys.consumer_secret, challenge.encode(), "sha256")
        return Answer(body=f'{{"response_token":"sha256={proof}"}}'.encode(), media_type="application/json")

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the signature over the raw body; what comes again is known by its event's id."""
        expected = "sha256=" + mac_base64(self.keys.consumer_secret, hook.body, "sha256")
        prove(hook, "X-Twitter-Webhooks-Signature", expected)

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read direct messages; what the account says itself comes too, and is an echo."""
        account, users = text(hook.json, "for_user_id"), thing(hook.json, "users")
        told = items(hook.json, "direct_message_events")
        return [event for one in told for event in _messages(one, account, users)]

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write a direct message, with choices as quick replies."""
        message: dict[str, Any] = {"text": in_words(saying)}
        if saying.choices and not any(one.url for one in saying.choices):
            message = {"text": saying.text, "quick_reply": {"type": "options", "options": _options(saying)}}
        event = {
            "type": "message_create",
            "message_create": {"target": {"recipient_id": saying.to}, "message_data": message},
        }
        url, seconds = f"{self.api}/1.1/direct_messages/events/new.json", int(now.timestamp())
        nonce = sha256(f"{saying.key}:{now.isoformat()}".encode()).hexdigest()[:32]
        proof = self.keys.header("POST", url, {}, nonce, seconds)
        return posts(url, {"event": event}, authorization=proof)

    def introduction(self) -> Call:
        """Ask for the account."""
        url = f"{self.api}/1.1/account/verify_credentials.json"
        return Call(method="GET", url=url, headers=self._signed(url))

    def _signed(self, url: str) -> dict[str, str]:
        """Prove a question; the signature's time is that of the question."""
        now, (bare, _, query) = time.time(), url.partition("?")
        nonce = sha256(f"{url}{now}".encode()).hexdigest()[:32]
        return {"authorization": self.keys.header("GET", bare, dict(parse_qsl(query)), nonce, int(now))}

    def introduced(self, heard: Heard) -> str:
        """Read the account's name."""
        if heard.status == 200:
            return text(heard.json, "screen_name")
        raise not_taken(heard, text(heard.json, "errors", 0, "code"))

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch a picture, which X shows to those who take part only."""
        if not any(kept.url.startswith(f"{place}/") for place in (*MEDIA, self.api)):
            return await super().file(kept)
        return Call(method="GET", url=kept.url, headers=self._signed(kept.url))

    def taken(self, heard: Heard) -> str:
        """Read the event's id, or X's code."""
        message_id, code = text(heard.json, "event", "id"), text(heard.json, "errors", 0, "code")
        if heard.status in (200, 201) and message_id:
            return message_id
        raise not_taken(heard, code, "refused" if code in REFUSED else None)


def _options(saying: Saying) -> list[dict[str, Any]]:
    return [
        filled(label=one.title, metadata=one.payload, description=one.description) for one in saying.choices
    ]


def _messages(one: Any, account: str, users: Mapping[str, Any]) -> list[Event]:
    message_id, created = text(one, "id"), thing(one, "message_create")
    sender, said = text(created, "sender_id"), thing(created, "message_data")
    files = _files(said)
    if not message_id or sender in ("", account) or not (text(said, "text") or files):
        return []
    return [
        Said(
            message_id=message_id,
            sender=sender,
            **words_of(text(said, "text"), text(said, "quick_reply_response", "metadata")),
            attachments=files,
            sent_at=seconds(one, "created_timestamp"),
            metadata=filled(name=text(users, sender, "name")),
        )
    ]


def _files(said: Mapping[str, Any]) -> tuple[Attachment, ...]:
    media = thing(said, "attachment", "media")
    if not media:
        return ()
    kind = KINDS.get(text(media, "type"), "file")
    return (Attachment(kind=kind, url=text(media, "media_url_https"), id=text(media, "id_str")),)
