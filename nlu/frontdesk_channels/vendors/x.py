"""X (once Twitter): direct messages by the Account Activity API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from frontdesk_channels.vendors.events import Attachment, Echo, Event, Message, Unknown, moment
from frontdesk_channels.vendors.hook import Answer, Hook, Refused, forged, unsigned
from frontdesk_channels.vendors.saying import (
    Call,
    Failed,
    Heard,
    Outcome,
    Saying,
    Sent,
    failed,
    in_words,
    posts,
)
from frontdesk_channels.vendors.shape import at, items, text, thing
from frontdesk_channels.vendors.signing import mac_base64, same
from frontdesk_channels.vendors.vendor import Vendor, given, taken

SIGNATURE = "x-twitter-webhooks-signature"
API = "https://api.twitter.com"
KINDS: Mapping[str, Any] = {"photo": "image", "video": "video", "animated_gif": "video"}
UNREACHABLE = frozenset({"150", "151", "349"})
"""Codes of X for people who take no message from us."""


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
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> "X":
        """Take the names of the developer portal."""
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        key, secret, token, token_secret = taken(credentials, cls.name, *names)
        keys = OAuth1(consumer_key=key, consumer_secret=secret, token=token, token_secret=token_secret)
        return cls(keys=keys, api=given(credentials, "api_url", API))

    def greet(self, hook: Hook) -> Answer | None:
        """Answer the challenge that X repeats every hour."""
        if hook.method != "GET":
            return None
        challenge = hook.query.get("crc_token")
        if not challenge:
            raise Refused(400, "crc_token is missing.")
        proof = mac_base64(self.keys.consumer_secret, challenge.encode(), "sha256")
        return Answer(body=f'{{"response_token":"sha256={proof}"}}'.encode(), media_type="application/json")

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check the signature over the raw body; what comes again is known by its event's id."""
        proof = hook.headers.get(SIGNATURE)
        if proof is None:
            raise unsigned("X-Twitter-Webhooks-Signature")
        if not same("sha256=" + mac_base64(self.keys.consumer_secret, hook.body, "sha256"), proof):
            raise forged("X-Twitter-Webhooks-Signature")

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read direct messages; what the account says itself comes too, and is an echo."""
        account, users = text(hook.json, "for_user_id"), thing(hook.json, "users")
        events = items(hook.json, "direct_message_events")
        told = [name for name in hook.json if name.endswith("_events") and name != "direct_message_events"]
        return [*(_message(one, account, users) for one in events), *(Unknown(kind=name) for name in told)]

    def write(self, saying: Saying, now: datetime) -> Call | Failed:
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

    def outcome(self, heard: Heard) -> Outcome:
        """Read the event's id, or X's code."""
        message_id = text(heard.json, "event", "id")
        if heard.status in (200, 201) and message_id:
            return Sent(message_id)
        code = text(heard.json, "errors", 0, "code")
        return failed(heard, code, "unreachable" if code in UNREACHABLE else None)


def _options(saying: Saying) -> list[dict[str, str]]:
    return [
        {
            "label": one.title,
            "metadata": one.payload,
            **({"description": one.description} if one.description else {}),
        }
        for one in saying.choices
    ]


def _message(one: Any, account: str, users: Mapping[str, Any]) -> Event:
    message_id, created = text(one, "id"), thing(one, "message_create")
    sender, said = text(created, "sender_id"), thing(created, "message_data")
    if text(one, "type") != "message_create" or not message_id or not sender:
        return Unknown(kind=text(one, "type") or "event")
    if sender == account:
        return Echo(message_id=message_id)
    return Message(
        message_id=message_id,
        address=sender,
        text=text(said, "text"),
        payload=text(said, "quick_reply_response", "metadata"),
        attachments=_files(said),
        sent_at=moment(at(one, "created_timestamp")),
        name=text(users, sender, "name"),
    )


def _files(said: Mapping[str, Any]) -> list[Attachment]:
    media = thing(said, "attachment", "media")
    if not media:
        return []
    kind = KINDS.get(text(media, "type"), "file")
    return [Attachment(kind=kind, url=text(media, "media_url_https"), media_id=text(media, "id_str"))]
