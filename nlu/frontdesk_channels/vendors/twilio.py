"""Twilio: SMS, MMS and WhatsApp through one webhook and one API."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from frontdesk_channels.events import Attachment, Event, Kind, Said, State, Status
from frontdesk_channels.failures import FailureKind
from frontdesk_channels.vendors.hook import Hook, forged, unsigned
from frontdesk_channels.vendors.saying import Call, Heard, Saying, gets_own, in_words, not_taken
from frontdesk_channels.vendors.shape import filled, text
from frontdesk_channels.vendors.signing import mac_base64, same
from frontdesk_channels.vendors.vendor import Fetch, Vendor, given, location, needed, words_of

SIGNATURE = "x-twilio-signature"
API = "https://api.twilio.com"
WHATSAPP = "whatsapp:"
STATES: Mapping[str, State] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}
KINDS: Mapping[str, Kind] = {"image": "image", "video": "video", "audio": "audio"}
FAILURES: Mapping[str, FailureKind] = {
    "14107": "retryable",
    "20003": "outage",
    "20429": "retryable",
    "63018": "retryable",
}
"""Twilio's error codes whose meaning the status does not tell."""


def verify_twilio(hook: Hook, token: str) -> None:
    """Check Twilio's signature over the address and the form's fields, or over the hash of another body."""
    given_signature = hook.headers.get(SIGNATURE)
    if given_signature is None:
        raise unsigned("X-Twilio-Signature")
    body_hash = hook.query.get("bodySHA256")
    if body_hash is None:
        fields = "".join(name + value for name, value in sorted(set(hook.pairs)))
    elif same(sha256(hook.body).hexdigest(), body_hash):
        fields = ""
    else:
        raise forged("X-Twilio-Signature")
    if not any(
        same(mac_base64(token, (url + fields).encode(), "sha1"), given_signature)
        for url in _addresses(hook.url)
    ):
        raise forged("X-Twilio-Signature")


def _addresses(url: str) -> Sequence[str]:
    """Return the address with and without its port: Twilio signs now the one, now the other."""
    parts = urlsplit(url)
    before, _, host = parts.netloc.rpartition("@")
    login, name = f"{before}@" if before else "", host.partition(":")[0]
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return [parts._replace(netloc=f"{login}{name}{tail}").geturl() for tail in ("", f":{port}")]


@dataclass(frozen=True, kw_only=True)
class Twilio(Vendor):
    """SMS and WhatsApp by Twilio's messaging API."""

    account_sid: str
    auth_token: str
    number: str
    whatsapp_number: str
    api: str = API

    name = "twilio"
    channels = ("twilio", "twilio_whatsapp")

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None, fetch: Fetch) -> "Twilio":
        """Take what a Rasa user's file says."""
        sid, token, number = needed(credentials, cls.name, "account_sid", "auth_token", "twilio_number")
        whatsapp = given(credentials, "whatsapp_number", number)
        return cls(
            account_sid=sid,
            auth_token=token,
            number=number,
            whatsapp_number=whatsapp if whatsapp.startswith(WHATSAPP) else WHATSAPP + whatsapp,
            api=given(credentials, "api_url", API),
        )

    async def verify(self, hook: Hook, now: datetime) -> None:
        """Twilio's signature carries no time: what comes again is known by its message's id."""
        verify_twilio(hook, self.auth_token)
        if hook.form.get("AccountSid", self.account_sid) != self.account_sid:
            raise forged("AccountSid")

    async def read(self, hook: Hook) -> Sequence[Event]:
        """Tell a message from the state of one of ours."""
        form = hook.form
        message_id = form.get("MessageSid") or form.get("SmsSid") or ""
        told = form.get("MessageStatus") or ""
        if told:
            state = STATES.get(told)
            return (
                [Status(provider_id=message_id, state=state, error=form.get("ErrorCode", ""))]
                if state
                else []
            )
        return [_said(form, message_id)] if message_id and form.get("From") else []

    def write(self, saying: Saying, now: datetime) -> Call:
        """Write a text, or a file with one."""
        own = self.whatsapp_number if saying.to.startswith(WHATSAPP) else self.number
        sender = str(saying.reply_to.get("number") or own)
        media = [("MediaUrl", saying.media.url)] if saying.media else []
        words = saying.text if saying.media else in_words(saying)
        return Call(
            url=f"{self.api}/2010-04-01/Accounts/{self.account_sid}/Messages.json",
            headers={"content-type": "application/x-www-form-urlencoded", **self._proof()},
            body=urlencode([("To", saying.to), ("From", sender), ("Body", words), *media]).encode(),
        )

    def introduction(self) -> Call:
        """Ask for the account."""
        url = f"{self.api}/2010-04-01/Accounts/{self.account_sid}.json"
        return Call(method="GET", url=url, headers=self._proof())

    def introduced(self, heard: Heard) -> str:
        """Read the account's name."""
        if heard.status == 200:
            return text(heard.json, "friendly_name") or self.account_sid
        raise not_taken(heard, text(heard.json, "code"))

    def _proof(self) -> dict[str, str]:
        login = b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        return {"authorization": f"Basic {login}"}

    async def file(self, kept: Attachment) -> Call | None:
        """Fetch a file with our login, where the account keeps them locked."""
        return gets_own(self.api, kept.url, self._proof()) if kept.url else None

    def taken(self, heard: Heard) -> str:
        """Read the message's id, or Twilio's code."""
        message_id, code = text(heard.json, "sid"), text(heard.json, "code")
        if heard.status in (200, 201) and message_id:
            return message_id
        raise not_taken(heard, code, FAILURES.get(code))


def _said(form: Mapping[str, str], message_id: str) -> Said:
    return Said(
        message_id=message_id,
        sender=form["From"],
        **words_of(form.get("Body") or form.get("ButtonText", ""), form.get("ButtonPayload", "")),
        attachments=(*_media(form), *_place(form)),
        reply_to=filled(number=form.get("To")),
        metadata=filled(name=form.get("ProfileName")),
    )


def _media(form: Mapping[str, str]) -> list[Attachment]:
    count = form.get("NumMedia", "0")
    found = []
    for place in range(min(int(count), 10) if re.fullmatch(r"\d{1,4}", count) else 0):
        url, media_type = form.get(f"MediaUrl{place}", ""), form.get(f"MediaContentType{place}", "")
        kind = KINDS.get(media_type.partition("/")[0], "file")
        found.append(Attachment(kind=kind, url=url, content_type=media_type))
    return found


def _place(form: Mapping[str, str]) -> list[Attachment]:
    latitude, longitude = form.get("Latitude"), form.get("Longitude")
    if not (latitude and longitude):
        return []
    return [location(latitude, longitude, name=form.get("Label", ""), address=form.get("Address", ""))]
