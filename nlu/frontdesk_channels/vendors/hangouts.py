"""Google Chat, Rasa's hangouts: answers stand in the response, or a service account sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from frontdesk_channels.events import Attachment, Event, Kind, Said
from frontdesk_channels.failures import Forged, Undelivered
from frontdesk_channels.vendors.access import OAuthToken, service_account
from frontdesk_channels.vendors.hook import Answer, Hook, not_told
from frontdesk_channels.vendors.saying import Call, Heard, Saying, in_words, not_taken, posts
from frontdesk_channels.vendors.shape import filled, items, seconds, text, thing
from frontdesk_channels.vendors.tokens import Keys, bearer, claims_in
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, needed, words_of

CHAT = "chat@system.gserviceaccount.com"
CHAT_KEYS = f"https://www.googleapis.com/service_accounts/v1/metadata/x509/{CHAT}"
ID_KEYS = "https://www.googleapis.com/oauth2/v1/certs"
ID_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
API = "https://chat.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/chat.bot"
LOGIN = "https://oauth2.googleapis.com/token"
KINDS: Mapping[str, Kind] = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, kw_only=True)
class Hangouts(Vendor):
    """One Chat app."""

    audience: str
    """What tokens must be for: the project's number, or our address, whichever the app's settings say."""
    keys: Keys
    access: OAuthToken | None = None
    """Set with a service account; then replies are sent, also long after the message."""
    api: str = API

    name = "hangouts"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "Hangouts":
        """Take what a Rasa user's file says; `service_account` may hold the account's key file, as JSON."""
        audience = given(credentials, "project_id")
        certs = ID_KEYS if audience.startswith("http") else CHAT_KEYS
        keys = Keys(given(credentials, "certs_url", certs), fetch)
        account = _account((credentials or {}).get("service_account"), fetch)
        return cls(audience=audience, keys=keys, access=account, api=given(credentials, "api_url", API))

    @property
    def answers_at_once(self) -> bool:
        """Without an account of our own, the response is the only way to say anything."""
        return self.access is None

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Check Google's token: its key, its time, and that it is for this app and no other."""
        if not self.audience:
            raise not_told(self.name, "project_id")
        by_address = self.audience.startswith("http")
        issuers = ID_ISSUERS if by_address else (CHAT,)
        claims, _ = await claims_in(bearer(hook), self.keys, now, audience=self.audience, issuers=issuers)
        if by_address and (text(claims, "email") != CHAT or claims.get("email_verified") is not True):
            raise Forged("The token is Google's, but not Google Chat's.", 403)

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Read a message or a pressed button; being added to a space or removed says nothing."""
        told, said = hook.json, thing(hook.json, "message")
        kind, space = text(told, "type"), text(told, "space", "name")
        person = thing(said, "sender") if kind == "MESSAGE" else thing(told, "user")
        sender = text(person, "name")
        if kind not in ("MESSAGE", "CARD_CLICKED") or not sender or text(person, "type") == "BOT":
            return []
        payload = _pressed(told) if kind == "CARD_CLICKED" else ""
        typed = text(said, "argumentText") or text(said, "text") if kind == "MESSAGE" else ""
        files = tuple(_file(one) for one in items(said, "attachment")) if kind == "MESSAGE" else ()
        words = words_of(typed.strip(), payload)
        own = text(said, "name")
        message_id = own if kind == "MESSAGE" else f"{own}:{text(told, 'eventTime')}"
        if not own or not (words["text"] or files):
            return []
        return [
            Said(
                message_id=message_id,
                sender=sender,
                **words,
                attachments=files,
                reply_to=filled(space=space, thread=text(said, "thread", "name")),
                sent_at=seconds(told, "eventTime"),
                metadata=filled(name=text(person, "displayName"), email=text(person, "email")),
            )
        ]

    def answer(self, sayings: Sequence[Saying], *, heard: bool = True) -> Answer:
        """Say everything in one message: Chat takes one for each event."""
        if not sayings:
            return Answer(body=b"{}", media_type="application/json")
        words = "\n\n".join(saying.text for saying in sayings if saying.text)
        choices = [choice for saying in sayings for choice in saying.choices]
        return Answer(body=orjson.dumps(_message(words, choices, sayings)), media_type="application/json")

    def write(self, saying: Saying, now: datetime) -> Call:
        """Send into the space and thread; the request's id makes a repetition harmless."""
        space = text(saying.reply_to, "space")
        if not space.startswith("spaces/"):
            raise Undelivered("refused", "the message came from no space")
        thread = filled(thread=filled(name=text(saying.reply_to, "thread")))
        query = filled(requestId=saying.key, messageReplyOption="REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD")
        message = {**_message(saying.text, saying.choices, [saying]), **thread}
        return posts(f"{self.api}/v1/{space}/messages?{urlencode(query)}", message)

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch an upload as the service account; without one Chat shows it to people only."""
        if self.access is None or not kept.id:
            return None
        url = f"{self.api}/v1/media/{quote(kept.id, safe='/')}?alt=media"
        return Call(method="GET", url=url, headers=await self.access.headers())

    def taken(self, heard: Heard) -> str:
        """Read the message's name."""
        if heard.status == 200 and text(heard.json, "name"):
            return text(heard.json, "name")
        raise not_taken(heard, text(heard.json, "error", "status"))


def _account(given_account: Any, fetch: Fetch) -> OAuthToken | None:
    """Make the account from its key file's text or fields."""
    if not given_account:
        return None
    account = orjson.loads(given_account) if isinstance(given_account, str) else given_account
    email, key = needed(account, "hangouts: service_account", "client_email", "private_key")
    url = given(account, "token_uri", LOGIN)
    return OAuthToken(url, service_account(email, key, SCOPE, url), fetch)


def _pressed(told: Any) -> str:
    """Return what stands behind a card's button, in both of Chat's ways to say it."""
    by_name = {text(one, "key"): text(one, "value") for one in items(told, "action", "parameters")}
    return by_name.get("payload") or text(told, "action", "actionMethodName")


def _file(one: Any) -> Attachment:
    media_type = text(one, "contentType")
    return Attachment(
        kind=KINDS.get(media_type.partition("/")[0], "file"),
        id=text(one, "attachmentDataRef", "resourceName"),
        url=text(one, "downloadUri"),
        name=text(one, "contentName"),
        content_type=media_type,
    )


def _message(words: str, choices: Sequence[Any], sayings: Sequence[Saying]) -> dict[str, Any]:
    if not choices:
        return {"text": "\n\n".join(in_words(saying) for saying in sayings)}
    buttons = [{"text": one.title, "onClick": _click(one)} for one in choices]
    widgets = [{"buttonList": {"buttons": buttons}}]
    card = {"cardId": "choices", "card": {"sections": [{"widgets": widgets}]}}
    return filled(text=words, cardsV2=[card])


def _click(choice: Any) -> dict[str, Any]:
    if choice.url:
        return {"openLink": {"url": choice.url}}
    return {"action": {"function": "choose", "parameters": [{"key": "payload", "value": choice.payload}]}}
