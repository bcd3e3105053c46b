"""Google Chat as its documentation has it: interaction events, Google's tokens, the API of messages.

Wire format: developers.google.com/workspace/chat, "Receive and respond to interaction events", "Verify
requests from Chat", and `spaces.messages.create`.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.channels.kit.peer import Call, Fault, File, Heard, VendorPeer
from app.channels.kit.peers.issuer import KID, bearer, certificate, own_key, strange_key, unsigned_bearer

PROJECT = "1234567890"
SPACE = "spaces/AAAAMpdlehY"
CHAT = "chat@system.gserviceaccount.com"
_JSON = {"Content-Type": "application/json"}


class HangoutsPeer(VendorPeer):
    """One Chat app with a service account."""

    name = channel = "hangouts"
    longest_text = 4096
    customer = "users/102651148563033885715"
    cannot: Mapping[str, str] = {
        "echo": "Chat tells of no message of ours",
        "status": "Chat tells no state of a message that it took",
    }

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, str] = {}
        """Names of messages by the ids of their requests."""

    def credentials(self) -> Mapping[str, Any]:
        """Return Rasa's field, a service account's key, and where everything is."""
        pem = own_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        account = {"client_email": "bot@loopback.iam", "private_key": pem, "token_uri": f"{self.url}/token"}
        return {
            "project_id": PROJECT,
            "service_account": account,
            "certs_url": f"{self.url}/certs",
            "api_url": self.url,
        }

    def says(self, message_id: str, text: str, *, files: Sequence[File] = ()) -> Call:
        """Make a MESSAGE event."""
        shown = [
            {
                "name": f"{SPACE}/messages/{message_id}/attachments/1",
                "contentName": file.name,
                "contentType": file.content_type,
                "attachmentDataRef": {"resourceName": file.id},
                "downloadUri": file.url,
            }
            for file in files
        ]
        return self._event(
            "MESSAGE", message={**self._message(message_id), "text": text, "attachment": shown}
        )

    def presses(self, message_id: str, payload: str) -> Call:
        """Make a CARD_CLICKED event."""
        action = {"actionMethodName": "choose", "parameters": [{"key": "payload", "value": payload}]}
        return self._event("CARD_CLICKED", message=self._message(message_id), action=action)

    def tampered(self, call: Call) -> Sequence[Call]:
        """Leave the token out; sign with another key, with none, for another project, as another issuer."""
        tokens = (
            bearer(_CLAIMS, key=strange_key()),
            unsigned_bearer(_CLAIMS),
            bearer({**_CLAIMS, "aud": "42"}),
            bearer({**_CLAIMS, "iss": "https://accounts.google.com"}),
        )
        others = (Call(body=call.body, headers={**_JSON, "Authorization": token}) for token in tokens)
        return (Call(body=call.body, headers=_JSON), *others)

    def late(self, message_id: str, text: str) -> Call:
        """Use a token that ran out an hour ago."""
        token = bearer(_CLAIMS, at=time.time() - 7200)
        return Call(body=self.says(message_id, text).body, headers={**_JSON, "Authorization": token})

    def unknown(self) -> Sequence[Call]:
        """Make being added and removed, a new kind of event, a bot's message."""
        bot = {**self._message("m9"), "text": "x", "sender": {"name": "users/1", "type": "BOT"}}
        return (
            self._event("ADDED_TO_SPACE"),
            self._event("REMOVED_FROM_SPACE"),
            self._event("HOLOGRAM"),
            self._event("MESSAGE", message=bot),
        )

    def own_id(self, message_id: str) -> str:
        """A message is known by its resource name."""
        return f"{SPACE}/messages/{message_id}"

    def _message(self, message_id: str) -> dict[str, Any]:
        return {
            "name": f"{SPACE}/messages/{message_id}",
            "sender": {"name": self.customer, "displayName": "Quincy", "type": "HUMAN"},
            "thread": {"name": f"{SPACE}/threads/T1"},
        }

    def _event(self, kind: str, **parts: Mapping[str, Any]) -> Call:
        told = {
            "type": kind,
            "eventTime": datetime.now(UTC).isoformat(),
            "space": {"name": SPACE, "type": "DM"},
            "user": {"name": self.customer, "displayName": "Quincy", "type": "HUMAN"},
            **parts,
        }
        return Call(body=orjson.dumps(told), headers={**_JSON, "Authorization": bearer(_CLAIMS)})

    def routes(self) -> Sequence[web.RouteDef]:
        """Publish certificates, give tokens, hear what is sent."""
        return (
            web.get("/certs", self._certs),
            web.post("/token", self._token),
            web.post(f"/v1/{SPACE}/messages", self._send),
        )

    async def _certs(self, _: web.Request) -> web.Response:
        return web.json_response({KID: certificate()})

    async def _token(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "chat-token", "expires_in": 3600, "token_type": "Bearer"})

    async def _send(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer chat-token":
            return web.json_response({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, status=401)
        given, key = await request.json(), request.query.get("requestId", "")
        if key in self.taken:
            return web.json_response({"name": self.taken[key]})
        widgets = [
            w for one in given.get("cardsV2", ()) for s in one["card"]["sections"] for w in s["widgets"]
        ]
        labels = tuple(button["text"] for widget in widgets for button in widget["buttonList"]["buttons"])
        name = f"{SPACE}/messages/own{self.next_id()}"
        heard = Heard(to=SPACE, text=given.get("text", ""), labels=labels, provider_id=name, key=key)
        refused = self.take(heard)
        if refused is None:
            self.taken[key] = name
        return refused or web.json_response({"name": name})

    def refusal(self, fault: Fault) -> web.Response:
        """Say it as Google's APIs do."""
        status = "INVALID_ARGUMENT" if fault.refuses else "UNAVAILABLE"
        error = {"code": fault.status, "status": status}
        return web.json_response({"error": error}, status=fault.status, headers=fault.headers)


_CLAIMS: Mapping[str, Any] = {"iss": CHAT, "aud": PROJECT}
