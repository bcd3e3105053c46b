"""Twilio as its documentation has it: forms, a signature over address and fields, the Messages API.

Wire format: twilio.com/docs: "Twilio's request to your webhook URL", "Security: validating requests",
"Messages resource", "Outbound message status in status callbacks".
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "12345"  # noqa: S105 - of Twilio's own published example
NUMBER = "+18005551212"
FORM = "application/x-www-form-urlencoded"


def signature(url: str, fields: Mapping[str, str]) -> str:
    """Sign as Twilio does: the address and all fields in order, HMAC-SHA1 in base64."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class FormPeer(VendorPeer):
    """What Twilio's texts and calls share."""

    def signed(self, fields: Mapping[str, str], **headers: str) -> Call:
        """Make a call that proves itself."""
        proof = {"Content-Type": FORM, "X-Twilio-Signature": signature(self.webhook_url, fields), **headers}
        return Call(body=urlencode(fields).encode(), headers=proof)

    def tampered(self, call: Call) -> Sequence[Call]:
        """Change a field, add one, leave the proof out, prove another address."""
        fields = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
        other = signature(self.webhook_url + "/elsewhere", fields)
        changed = urlencode({**fields, "From": "+15005550006"}).encode()
        added = urlencode({**fields, "Extra": "1"}).encode()
        return (
            Call(body=changed, headers=call.headers),
            Call(body=added, headers=call.headers),
            Call(body=call.body, headers={"Content-Type": FORM}),
            Call(body=call.body, headers={**call.headers, "X-Twilio-Signature": other}),
        )


class TwilioPeer(FormPeer):
    """One account with one number."""

    name = channel = "twilio"
    longest_text = 1600
    customer = "+14158675309"
    cannot: Mapping[str, str] = {
        "echo": "Twilio tells of no message of ours",
        "sent_at": "Twilio does not say when a message was written",
    }

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, and where the API is."""
        fields = {"account_sid": ACCOUNT, "auth_token": TOKEN, "twilio_number": NUMBER}
        return {**fields, "api_url": self.url}

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make the request of an incoming message."""
        media = {
            name: value
            for place, file in enumerate(files)
            for name, value in (
                (f"MediaUrl{place}", file.url),
                (f"MediaContentType{place}", file.content_type),
            )
        }
        return self.signed({**self._common(message_id), "Body": text, "NumMedia": str(len(files)), **media})

    def presses(self, message_id: str, payload: str) -> Call:
        """Make the message that a quick reply of WhatsApp becomes."""
        return self.signed(
            {**self._common(message_id), "Body": "Yes", "ButtonText": "Yes", "ButtonPayload": payload}
        )

    def status(self, provider_id: str) -> tuple[Call, str]:
        """Tell that a message was delivered."""
        fields = {"AccountSid": ACCOUNT, "MessageSid": provider_id, "SmsSid": provider_id, "From": NUMBER}
        return self.signed({**fields, "To": self.customer, "MessageStatus": "delivered"}), "delivered"

    def unknown(self) -> Sequence[Call]:
        """Make a state on the way, an event without a message, an empty form."""
        fields = {"AccountSid": ACCOUNT, "MessageSid": "SM0", "From": NUMBER, "To": self.customer}
        return (
            self.signed({**fields, "MessageStatus": "queued"}),
            self.signed({"AccountSid": ACCOUNT, "EventType": "onHologramAdded"}),
            self.signed({}),
        )

    def _common(self, message_id: str) -> dict[str, str]:
        return {
            "ToCountry": "US",
            "SmsStatus": "received",
            "SmsMessageSid": message_id,
            "MessageSid": message_id,
            "SmsSid": message_id,
            "AccountSid": ACCOUNT,
            "From": self.customer,
            "To": NUMBER,
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
        }

    def routes(self) -> Sequence[web.RouteDef]:
        """Hear what is sent, and say whose account it is."""
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        return (web.post(f"{account}/Messages.json", self._send), web.get(f"{account}.json", self._account))

    async def _send(self, request: web.Request) -> web.Response:
        form = await request.post()
        if len(str(form.get("Body", ""))) > self.longest_text:
            return web.json_response({"code": 21617, "status": 400}, status=400)
        sid = f"SM{self.next_id():032x}"
        refused = self.take(Heard(to=str(form["To"]), text=str(form.get("Body", "")), provider_id=sid))
        return refused or web.json_response(
            {"sid": sid, "status": "queued", "to": str(form["To"])}, status=201
        )

    async def _account(self, _: web.Request) -> web.Response:
        return web.json_response({"sid": ACCOUNT, "friendly_name": "Loopback", "status": "active"})

    def refusal(self, fault: Fault) -> web.Response:
        """Say it in Twilio's words."""
        code = 21610 if fault.refuses else {429: 20429}.get(fault.status, 20500)
        return web.json_response(
            {"code": code, "status": fault.status}, status=fault.status, headers=fault.headers
        )


class TwilioVoicePeer(FormPeer):
    """One number that is called; what the caller says comes as text."""

    name = channel = "twilio_voice"
    longest_text = 4096
    customer = "+14158675309"
    cannot: Mapping[str, str] = {
        "buttons": "a caller presses keys, which come as what was said",
        "attachments": "a call brings no files",
        "echo": "Twilio tells of no words of ours",
        "status": "what was said aloud has no state",
        "sent_at": "Twilio does not say when something was said",
        "long text": "an answer stands in the response to what the caller said; nothing is pushed",
        "formatting": "an answer stands in the response to what the caller said; nothing is pushed",
        "retry": "an answer stands in the response to what the caller said; nothing is pushed",
    }

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's fields, and the token that Rasa does not ask for."""
        return {"initial_prompt": "hello", "assistant_voice": "woman", "auth_token": TOKEN}

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make the request of a `Gather` that heard something."""
        fields = {**self._call(), "SpeechResult": text, "Confidence": "0.92"}
        return self.signed(fields, **{"I-Twilio-Idempotency-Token": message_id})

    def unknown(self) -> Sequence[Call]:
        """Make silence, the end of a call, and an empty form."""
        return (
            self.signed(self._call()),
            self.signed({**self._call(), "CallStatus": "completed", "CallDuration": "7"}),
            self.signed({}),
        )

    def own_id(self, message_id: str) -> str:
        """What was said is known by its call and by the token that Twilio's attempts share."""
        return f"CA1234567890ABCDE:{message_id}"

    def _call(self) -> dict[str, str]:
        return {
            "CallSid": "CA1234567890ABCDE",
            "AccountSid": ACCOUNT,
            "From": self.customer,
            "To": NUMBER,
            "CallStatus": "in-progress",
            "Direction": "inbound",
        }
