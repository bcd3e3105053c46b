"""Twilio: SMS, MMS and WhatsApp through one webhook and one API."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from frontdesk_channels.vendors.events import Attachment, Event, Message, State, Status, Unknown
from frontdesk_channels.vendors.hook import Hook, forged, unsigned
from frontdesk_channels.vendors.saying import (
    Call,
    Failed,
    Heard,
    Outcome,
    Saying,
    Sent,
    Why,
    failed,
    in_words,
)
from frontdesk_channels.vendors.shape import text
from frontdesk_channels.vendors.signing import mac_base64, same
from frontdesk_channels.vendors.vendor import Vendor, given, taken

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
KINDS: Mapping[str, Any] = {"image": "image", "video": "video", "audio": "audio"}
WHY: Mapping[str, Why] = {
    "20003": "unauthorised",
    "20429": "busy",
    "14107": "busy",
    "21211": "unreachable",
    "21610": "unreachable",
    "21614": "unreachable",
    "63016": "window",
    "63018": "busy",
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
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> "Twilio":
        """Take what a Rasa user's file says."""
        sid, token, number = taken(credentials, cls.name, "account_sid", "auth_token", "twilio_number")
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
        state = form.get("MessageStatus") or ""
        if state:
            known = STATES.get(state)
            reason = form.get("ErrorCode", "")
            return [
                Status(message_id=message_id, state=known, reason=reason) if known else Unknown(kind=state)
            ]
        if not message_id or not form.get("From"):
            return [Unknown(kind=form.get("EventType", "form"))]
        return [_message(form, message_id)]

    def write(self, saying: Saying, now: datetime) -> Call | Failed:
        """Write a text, or a file with one."""
        sender = self.whatsapp_number if saying.to.startswith(WHATSAPP) else self.number
        media = [("MediaUrl", saying.media.url)] if saying.media else []
        words = saying.text if saying.media else in_words(saying)
        proof = b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        return Call(
            url=f"{self.api}/2010-04-01/Accounts/{self.account_sid}/Messages.json",
            headers={"content-type": "application/x-www-form-urlencoded", "authorization": f"Basic {proof}"},
            body=urlencode([("To", saying.to), ("From", sender), ("Body", words), *media]).encode(),
        )

    def outcome(self, heard: Heard) -> Outcome:
        """Read the message's id, or Twilio's code."""
        said = heard.json
        if heard.status in (200, 201) and text(said, "sid"):
            return Sent(text(said, "sid"))
        code = text(said, "code")
        return failed(heard, code, WHY.get(code))


def _message(form: Mapping[str, str], message_id: str) -> Message:
    sender = form["From"]
    return Message(
        channel="twilio_whatsapp" if sender.startswith(WHATSAPP) else "twilio",
        message_id=message_id,
        address=sender,
        text=form.get("Body", "") or form.get("ButtonText", ""),
        payload=form.get("ButtonPayload", ""),
        attachments=[*_media(form), *_place(form)],
        name=form.get("ProfileName", ""),
    )


def _media(form: Mapping[str, str]) -> list[Attachment]:
    count = form.get("NumMedia", "0")
    found = []
    for place in range(min(int(count), 10) if re.fullmatch(r"\d{1,4}", count) else 0):
        url, media_type = form.get(f"MediaUrl{place}", ""), form.get(f"MediaContentType{place}", "")
        kind = KINDS.get(media_type.partition("/")[0], "file")
        found.append(Attachment(kind=kind, url=url, media_type=media_type))
    return found


def _place(form: Mapping[str, str]) -> list[Attachment]:
    if not (form.get("Latitude") and form.get("Longitude")):
        return []
    where = f"geo:{form['Latitude']},{form['Longitude']}"
    return [
        Attachment(kind="location", url=where, name=form.get("Label", ""), caption=form.get("Address", ""))
    ]
